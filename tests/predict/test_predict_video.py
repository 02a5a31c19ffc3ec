"""What a video session promises, on a small model: corrections stay, objects do not mix, undo."""

from pathlib import Path

import numpy as np
import pytest
from small import moving_pictures, same, small_model

import masklet
from masklet.errors import PromptError
from masklet.media.sources import open_source
from masklet.predict.model import Model
from masklet.predict.video import Video
from masklet.values import FrameResult

TOLERANCE = 2e-4


@pytest.fixture(scope="module")
def model() -> Model:
    """One small model for the whole file."""
    return small_model()


@pytest.fixture
def video(model: Model) -> Video:
    """Twenty frames and no object yet."""
    return model.video(moving_pictures(20))


def tracked(video: Video, **span: int | bool) -> list[FrameResult]:
    """A whole pass."""
    return list(video.propagate(**span))  # type: ignore[arg-type]


def test_a_correction_changes_its_frame_and_later_ones_and_survives(video: Video) -> None:
    """It differs from the first pass from its frame on, and the next pass returns it as it was."""
    video.prompt(frame=0, points=[(20, 20)])
    before = tracked(video)
    corrected = video.prompt(frame=8, object=1, points=[(50, 30)], labels=[0])
    after = tracked(video)
    assert not same(before[1:8], after[1:8]), "frames before it read the corrected frame too"
    assert not np.allclose(before[8].logits, corrected.logits)
    assert np.array_equal(after[8].logits, corrected.logits)
    assert all(
        not np.allclose(a.logits, b.logits) for a, b in zip(before[9:], after[9:], strict=True)
    )
    assert np.array_equal(tracked(video)[8].logits, corrected.logits)


def test_objects_together_are_objects_one_by_one(model: Model) -> None:
    """Three objects, prompted on different frames with different numbers of clicks."""
    pictures = moving_pictures(18)
    prompts = {
        "a": {"frame": 0, "points": [(20, 20)]},
        "b": {"frame": 5, "box": (10, 5, 40, 40)},
        "c": {"frame": 9, "points": [(60, 30), (10, 10), (30, 40)], "labels": [1, 0, 1]},
    }
    with model.video(pictures) as together:
        for name, prompt in prompts.items():
            together.prompt(object=name, **prompt)
        joint = tracked(together, start=0)
    for row, (name, prompt) in enumerate(prompts.items()):
        with model.video(pictures) as alone:
            alone.prompt(object=name, **prompt)
            single = tracked(alone, start=0)
        for a, b in zip(joint, single, strict=True):
            assert np.allclose(a.logits[row], b.logits[0], atol=TOLERANCE)
            assert np.allclose(a.presence[row], b.presence[0], atol=TOLERANCE)


def test_reverse_is_forward_on_the_reversed_clip(model: Model) -> None:
    """One prompt on the last frame, tracked back, against one on the first, tracked on."""
    pictures = moving_pictures(18)
    with model.video(pictures) as back, model.video(pictures[::-1]) as forth:
        back.prompt(frame=17, points=[(30, 20)])
        forth.prompt(frame=0, points=[(30, 20)])
        backward = tracked(back, start=17, reverse=True)
        forward = tracked(forth)
    assert [r.index for r in backward] == list(range(17, -1, -1))
    for a, b in zip(backward, forward, strict=True):
        assert np.allclose(a.logits, b.logits, atol=TOLERANCE)


def test_exactly_the_frames_asked_for(video: Video) -> None:
    """Both ends included; reverse from frame 0 is frame 0."""
    video.prompt(frame=3, points=[(20, 20)])
    assert [r.index for r in video.propagate()] == list(range(3, 20))
    assert [r.index for r in video.propagate(start=5, stop=7)] == [5, 6, 7]
    assert [r.index for r in video.propagate(start=7, stop=5, reverse=True)] == [7, 6, 5]
    assert [r.index for r in video.propagate(start=0, reverse=True)] == [0]


def test_stopping_and_going_on_is_one_pass(model: Model) -> None:
    """Memories that are encoded again from the records equal those that were held."""
    with model.video(moving_pictures(20)) as whole, model.video(moving_pictures(20)) as parts:
        for session in (whole, parts):
            session.prompt(frame=0, points=[(20, 20)])
        once = tracked(whole)
        for result in parts.propagate():
            if result.index == 9:
                break
        parts.prompt(frame=0, object="other", points=[(5, 5)])
        parts.undo()
        rest = tracked(parts, start=10)
        assert same(once[10:], rest, TOLERANCE)
        assert np.array_equal(parts.result(4).logits, once[4].logits)


def test_undo_then_redo_changes_nothing(video: Video) -> None:
    """The same pass after a prompt as after its undo and redo, also across a pass between."""
    video.prompt(frame=0, points=[(20, 20)])
    first = tracked(video)
    video.prompt(frame=6, object=1, points=[(50, 30)], labels=[0])
    second = tracked(video)
    video.undo()
    assert same(first, tracked(video))
    video.redo()
    assert same(second, tracked(video))


def test_undo_brings_back_a_removed_object(video: Video) -> None:
    """Removal and clearing are edits like any other."""
    video.prompt(frame=0, object="a", points=[(20, 20)])
    video.prompt(frame=0, object="b", points=[(40, 20)])
    both = tracked(video)
    video.remove("a")
    assert video.objects == ("b",)
    assert tracked(video)[3].objects == ("b",)
    video.undo()
    assert same(both, tracked(video))
    video.clear(0, "b")
    assert tracked(video)[3].objects == ("a",)
    video.undo()
    assert same(both, tracked(video))


def test_a_new_object_after_tracking_leaves_the_others_alone(video: Video) -> None:
    """Each object has its own memory."""
    video.prompt(frame=0, object="a", points=[(20, 20)])
    alone = tracked(video)
    video.prompt(frame=10, object="b", points=[(40, 20)])
    both = tracked(video, start=0)
    assert [r.objects for r in both] == [("a", "b")] * 20
    for a, b in zip(alone, both, strict=True):
        assert np.allclose(a.logits[0], b.logits[0], atol=TOLERANCE)


def test_a_second_click_refines_and_replace_starts_over(video: Video) -> None:
    """The logits of before are fed back, unless the prompt replaces them."""
    fresh = video.prompt(frame=2, object=1, points=[(20, 20), (40, 10)])
    video.remove(1)
    video.prompt(frame=2, object=1, points=[(20, 20)])
    refined = video.prompt(frame=2, object=1, points=[(40, 10)])
    assert not np.allclose(fresh.logits, refined.logits)
    replaced = video.prompt(frame=2, object=1, points=[(20, 20), (40, 10)], replace=True)
    assert np.allclose(fresh.logits, replaced.logits, atol=1e-6)


def test_the_box_comes_first_whenever_it_was_said(model: Model) -> None:
    """Click then box and box then click put the same points to the decoder."""
    with model.video(moving_pictures(2)) as video:
        video.prompt(frame=0, object=1, points=[(20, 20)])
        video.prompt(frame=0, object=1, box=(5, 5, 40, 40))
        video.prompt(frame=0, object=2, box=(5, 5, 40, 40))
        video.prompt(frame=0, object=2, points=[(20, 20)])
        marks = [video.prompts(name)[0].marks for name in (1, 2)]
    assert marks[0] == marks[1]
    assert [label for _, label in marks[0]] == [2, 3, 1]


def test_a_mask_is_its_own_answer_and_can_be_refined(video: Video) -> None:
    """A given mask comes back as given; an empty one says that the object is absent."""
    mask = np.zeros((48, 72), dtype=bool)
    mask[12:36, 18:54] = True
    given = video.prompt(frame=0, object=1, mask=mask)
    assert (given.masks[0] != mask).mean() < 0.02
    assert given.scores[0] == 1.0
    assert given.visible[0]
    refined = video.prompt(frame=0, object=1, points=[(5, 5)], labels=[0])
    assert not np.allclose(refined.logits, given.logits)
    absent = video.prompt(frame=0, object=2, mask=np.zeros((48, 72), dtype=np.uint8))
    assert not absent.visible[0]
    assert not absent.masks.any()


def test_results_outlive_the_session(model: Model) -> None:
    """They are arrays on the host."""
    with model.video(moving_pictures(3)) as video:
        result = video.prompt(frame=0, points=[(20, 20)])
    assert result.masks.shape == (1, 48, 72)
    assert result.masks.dtype == bool
    assert isinstance(result.logits, np.ndarray)


def test_saved_masks_read_back(video: Video, tmp_path: Path) -> None:
    """Every answered frame, in a format named by the ending, and an overlay."""
    video.prompt(frame=2, object="cat", points=[(20, 20)])
    results = tracked(video)
    video.save(tmp_path / "masks.coco.json")
    track = masklet.read_masks(tmp_path / "masks.coco.json")
    for result in results:
        assert np.array_equal(track[result.index].mask("cat"), result.masks[0])
    video.save(tmp_path / "overlay.mp4")
    assert len(open_source(tmp_path / "overlay.mp4")) == len(results)


BAD_PROMPTS = [
    ({"frame": 99, "points": [(1, 1)]}, "frames 0 to 19"),
    ({"frame": -1, "points": [(1, 1)]}, "frames 0 to 19"),
    ({"frame": 0}, "nothing is asked"),
    ({"frame": 0, "points": [(80, 1)]}, "outside the frame"),
    ({"frame": 0, "points": [(float("nan"), 1)]}, "not finite"),
    ({"frame": 0, "points": [(1, 1)], "labels": [1, 0]}, "2 entries for 1 points"),
    ({"frame": 0, "points": [(1, 1)], "labels": [3]}, "inside"),
    ({"frame": 0, "points": np.array([1, 2, 3])}, "pairs"),
    ({"frame": 0, "box": (10, 10, 5, 20)}, "x0 < x1"),
    ({"frame": 0, "box": (10, 10, 5)}, "four numbers"),
    ({"frame": 0, "mask": np.zeros((5, 5))}, "as the frame"),
    ({"frame": 0, "mask": np.full((48, 72), 0.5)}, "0 and 1"),
]


@pytest.mark.parametrize(("prompt", "message"), BAD_PROMPTS)
def test_bad_prompts_say_what_was_wanted_and_change_nothing(
    video: Video, prompt: dict, message: str
) -> None:
    """One error that names what came; the session is as before."""
    video.prompt(frame=0, object="kept", points=[(20, 20)])
    with pytest.raises(PromptError, match=message):
        video.prompt(object="new", **prompt)
    assert video.objects == ("kept",)


def test_what_cannot_be_done_is_refused(video: Video) -> None:
    """Nothing to propagate, unknown objects, nothing to undo."""
    with pytest.raises(PromptError, match="nothing to propagate"):
        video.propagate()
    for action in (video.undo, video.redo):
        with pytest.raises(PromptError, match="nothing to"):
            action()
    with pytest.raises(PromptError, match="not known"):
        video.remove("nobody")
    video.prompt(frame=3, object=1, points=[(20, 20)])
    with pytest.raises(PromptError, match="no prompt there"):
        video.clear(4, 1)
    with pytest.raises(PromptError, match="behind start"):
        video.propagate(start=5, stop=2)
