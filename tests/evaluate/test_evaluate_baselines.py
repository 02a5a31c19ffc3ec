"""Methods without a trained tracker: what they carry from frame to frame, and what they refuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small import moving_pictures, small_model

from masklet.data.readers.annotated import Mask, Truth
from masklet.errors import PromptError
from masklet.evaluate.datasets.held import HeldVideo
from masklet.evaluate.methods.baselines import CopyMethod, FlowMethod, PictureMethod
from masklet.evaluate.methods.method import Method
from masklet.evaluate.methods.optical_flow import carried
from masklet.evaluate.methods.picture_prompt import PicturePrompt, rebuilt
from masklet.evaluate.tasks.annotator import tight_box
from masklet.masks.region import region_similarity
from masklet.predict.model import Model
from masklet.values import Size

SIZE = (48, 72)


@pytest.fixture(scope="module")
def model() -> Model:
    """Small and random."""
    return small_model()


def square(x: int, y: int = 12, side: int = 20) -> Mask:
    """A square whose top left pixel is x, y."""
    mask = np.zeros(SIZE, dtype=bool)
    mask[y : y + side, x : x + side] = True
    return mask


def wandering(frames: int = 5, step: int = 3) -> HeldVideo:
    """A square of noise that moves ``step`` pixels a frame to the right over smooth ground."""
    noise = np.random.default_rng(1).integers(0, 256, (5, 5, 3), dtype=np.uint8)
    pictures, truths = [], {}
    for frame in range(frames):
        mask = square(8 + step * frame)
        picture = np.full((*SIZE, 3), 90, dtype=np.uint8)
        picture[mask] = noise.repeat(4, 0).repeat(4, 1).reshape(-1, 3)
        pictures.append(picture)
        truths[frame] = Truth(Size(*SIZE), {1: mask})
    return HeldVideo(name="wandering", pictures=pictures, truths=truths)


def test_copy_keeps_the_last_prompted_mask() -> None:
    """Frames 0, 1 hold the first mask and 2.. the second; object 7 appears at its prompt, 3."""
    video = wandering()
    with CopyMethod().open(video) as session:
        session.prompt(frame=0, object=1, mask=square(0))
        session.prompt(frame=2, object=1, mask=square(30))
        session.prompt(frame=3, object=7, mask=square(50))
        answers = list(session.propagate())
    assert [answer.frame for answer in answers] == [0, 1, 2, 3, 4]
    for answer, x in zip(answers, [0, 0, 30, 30, 30], strict=True):
        assert np.array_equal(answer.masks[1], square(x))
        assert sorted(answer.masks) == ([1, 7] if answer.frame >= 3 else [1])


def test_there_is_nothing_before_the_first_prompt() -> None:
    """Following goes forward only."""
    with CopyMethod().open(wandering()) as session:
        session.prompt(frame=2, object=1, mask=square(30))
        answers = list(session.propagate())
    assert [bool(answer.masks) for answer in answers] == [False, False, True, True, True]


def test_flow_follows_what_moves() -> None:
    """The square moves 12 pixels in all: a copy overlaps 8 of 20 columns, 8 / 32 = 0.25."""
    video = wandering()
    ious = {}
    for method in (CopyMethod(), FlowMethod()):
        with method.open(video) as session:
            session.prompt(frame=0, object=1, mask=square(8))
            last = list(session.propagate())[-1]
        ious[method.name] = region_similarity(last.masks[1], video.truth(4).mask(1))
    assert ious["copy"] == pytest.approx(0.25)
    assert ious["flow"] > 0.8


def test_carried_reads_where_the_flow_leads() -> None:
    """The new frame's pixel was two to its left and one above: the square moves right and down."""
    flow = np.zeros((*SIZE, 2), np.float32)
    flow[..., 0], flow[..., 1] = -2, -1
    moved = carried(square(8).astype(np.float32), flow)
    assert np.array_equal(moved > 0.5, square(10, 13))
    assert not carried(np.ones(SIZE, np.float32), flow)[:, :2].any(), "from outside: no object"


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=3, unique=True), st.integers(0, 4))
def test_a_later_start_gives_the_same_masks(prompted: list[int], start: int) -> None:
    """Where following begins to be handed out changes nothing."""
    with FlowMethod().open(wandering()) as session:
        for number, frame in enumerate(prompted):
            session.prompt(frame=frame, object=1 + number % 2, mask=square(8 + 3 * frame))
        whole = {answer.frame: answer.masks for answer in session.propagate()}
        part = {answer.frame: answer.masks for answer in session.propagate(start)}
    assert sorted(part) == list(range(start, 5))
    for frame, masks in part.items():
        assert masks.keys() == whole[frame].keys()
        assert all(np.array_equal(mask, whole[frame][label]) for label, mask in masks.items())


@pytest.mark.parametrize("method", [CopyMethod(), FlowMethod("flow of mine")])
def test_clicks_and_boxes_need_an_image_model(method: Method) -> None:
    """The error names the method, and nothing is prompted by it."""
    with method.open(wandering()) as session:
        with pytest.raises(PromptError, match=rf"{method.name}: clicks or a box"):
            session.prompt(frame=0, object=1, points=[(3, 3)])
        with pytest.raises(PromptError, match=method.name):
            session.prompt(frame=0, object=1, box=(3, 3, 9, 9))
        with pytest.raises(PromptError, match="nothing to propagate"):
            session.propagate()


def test_unusable_prompts_are_refused(model: Model) -> None:
    """A frame that is not there, a mask of another size, no prompt, a point outside."""
    with CopyMethod(pictures=model).open(wandering()) as session:
        with pytest.raises(PromptError, match="frame=5: wanted 0 to 4"):
            session.prompt(frame=5, object=1, mask=square(0))
        with pytest.raises(PromptError, match="mask"):
            session.prompt(frame=0, object=1, mask=np.ones((3, 4), dtype=bool))
        with pytest.raises(PromptError, match="nothing is asked"):
            session.prompt(frame=0, object=1)
        with pytest.raises(PromptError, match="outside the frame"):
            session.prompt(frame=0, object=1, points=[(500, 3)])
        session.prompt(frame=0, object=1, mask=square(0))
        with pytest.raises(PromptError, match="start=-1"):
            session.propagate(-1)


def picture_of(frame: int) -> np.ndarray:
    """A picture of noise, which a random network answers with blobs."""
    return moving_pictures(frame + 1, SIZE)[frame]


def noisy(frames: int = 3) -> HeldVideo:
    """A video of drifting noise without annotation."""
    return HeldVideo(name="noise", pictures=moving_pictures(frames, SIZE), truths={})


def test_clicks_add_up_as_in_the_image_model(model: Model) -> None:
    """A click gives the best of three masks; the next one comes with it and its logits."""
    image = model.image(picture_of(0))
    first = image.segment(points=[(30, 20)], labels=[1])
    best = int(first.scores.argmax())
    second = image.segment(
        points=[(30, 20), (60, 40)], labels=[1, 0], mask=first.logits[best], multimask=False
    )
    with CopyMethod("sam", model).open(noisy()) as session:
        one = session.prompt(frame=0, object=1, points=[(30, 20)], labels=[1])
        two = session.prompt(frame=0, object=1, points=[(60, 40)], labels=[0])
        carried_ = list(session.propagate())[-1].masks[1]
    assert np.array_equal(one, first.best)
    assert np.array_equal(two, second.best)
    assert np.array_equal(carried_, two)


def test_a_followed_mask_is_made_again_before_it_is_corrected(model: Model) -> None:
    """The clicks that rebuild it come before the correction, as in the paper's appendix F."""
    mask = small_blob(model)
    video = noisy()
    with CopyMethod("sam", model).open(video) as session:
        session.prompt(frame=0, object=1, mask=mask)
        list(session.propagate())
        corrected = session.prompt(frame=2, object=1, points=[(60, 40)], labels=[0])
    image = model.image(video.picture(2))
    base = rebuilt(image, mask)
    assert base.points, "clicks were needed"
    assert np.array_equal(corrected, base.told(image, [(60, 40)], [0]).mask)


def test_rebuilding_stops_when_masks_are_alike(model: Model) -> None:
    """The model's own one-click mask takes one click; an empty one none; eight are the most."""
    image = model.image(picture_of(0))
    own = PicturePrompt(mask=np.zeros(SIZE, bool)).told(image, [(30, 20)])
    assert len(rebuilt(image, square(0, 0, 0)).points) == 0
    again = rebuilt(image, own.mask)
    alike = region_similarity(again.mask, own.mask) > 0.8
    assert alike or len(again.points) == 8
    assert 1 <= len(again.points) <= 8


def small_blob(model: Model) -> Mask:
    """What the network makes of a click, so that clicks can make it again."""
    image = model.image(picture_of(0))
    return PicturePrompt(mask=np.zeros(SIZE, bool)).told(image, [(30, 20)]).mask


def test_the_image_model_is_asked_with_the_last_box(model: Model) -> None:
    """Frame by frame, from the tight box of the frame before."""
    video = noisy()
    with PictureMethod("sam", model).open(video) as session:
        session.prompt(frame=0, object=1, mask=square(20))
        answers = list(session.propagate())
    mask = square(20)
    for answer in answers[1:]:
        box = tight_box(mask)
        mask = model.image(video.picture(answer.frame)).segment(box=box, multimask=False).best
        assert np.array_equal(answer.masks[1], mask)


def test_the_image_model_keeps_a_lost_object_lost(model: Model) -> None:
    """An empty mask has no box; other objects go on."""
    with PictureMethod("sam", model).open(noisy()) as session:
        session.prompt(frame=0, object=1, mask=square(0, 0, 0))
        session.prompt(frame=0, object=2, mask=square(20))
        answers = list(session.propagate())
    assert not any(answer.masks[1].any() for answer in answers)
    assert any(answer.masks[2].any() for answer in answers[1:])
