"""A project through the small model: the answers are the model's own, and nothing is lost."""

from pathlib import Path

import numpy as np
import pytest
from small import moving_pictures, small_model
from studio_made import (
    BY,
    FRAMES,
    HEIGHT,
    WIDTH,
    change,
    clear,
    everything,
    hover,
    made_session,
    reopened,
    run,
    same_answers,
    say,
    track,
)

from masklet.errors import MaskletError, PromptError
from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.predict.model import Model
from masklet.studio.session.session import Session
from masklet.studio.store.errors import ProjectError
from masklet.studio.wire.frames import HIDDEN, FrameAnswers, strip_byte
from masklet.studio.wire.views import ChangeView, StateView
from masklet.values import FrameResult, Size

SIZE = Size(HEIGHT, WIDTH)


@pytest.fixture(scope="module")
def model() -> Model:
    """One small model for the whole file."""
    return small_model()


@pytest.fixture
def session(model: Model, tmp_path: Path) -> Session:
    """An open project without objects."""
    return made_session(tmp_path / "clip", model=model)


def timeless(state: StateView) -> StateView:
    """A state but for what the last call changed and how many entries the log has."""
    return state.model_copy(update={"changed": None, "revision": 0})


def agrees(known: FrameAnswers, result: FrameResult) -> bool:
    """A frame's answers are those of the model itself, to the bit."""
    rows = [
        (rle.encode(mask).counts, float(score), float(presence))
        for mask, score, presence in zip(result.masks, result.scores, result.presence, strict=True)
    ]
    return known.frame == result.index and rows == [
        (answer.counts, answer.score, answer.presence) for answer in known.answers
    ]


def drawn(x0: int, y0: int, x1: int, y1: int) -> str:
    """Counts of a rectangle."""
    mask = np.zeros(SIZE, dtype=bool)
    mask[y0:y1, x0:x1] = True
    return rle.encode(mask).counts


def test_a_project_answers_as_a_video_session_does(session: Session, model: Model) -> None:
    """Clicks, a box, tracking, a correction after tracking, and tracking again."""
    one, two = (session.add_object(None, None, by=BY) for _ in range(2))
    with model.video(moving_pictures(FRAMES)) as video:
        video.prompt(frame=0, object=one, points=[(20, 20)])
        video.prompt(frame=3, object=two, box=(30, 5, 60, 40))
        session.say(say(one, 0, (20, 20)), by=BY)
        session.say(say(two, 3, box=(30, 5, 60, 40)), by=BY)
        done = run(session.begin(track(), by=BY))
        for known, result in zip(done, video.propagate(), strict=True):
            assert agrees(known, result)
        corrected = video.prompt(frame=9, object=one, points=[(50, 30)], labels=[0])
        answers = session.say(say(one, 9, (50, 30), labels=(0,)), by=BY)
        assert agrees(FrameAnswers(9, answers.answers[:1]), corrected)
        done = run(session.begin(track(12, 2, reverse=True), by=BY))
        for known, result in zip(done, video.propagate(12, 2, reverse=True), strict=True):
            assert agrees(known, result)
        assert all(agrees(session.answers(t), video.result(t)) for t in range(FRAMES))


def test_the_state_tells_what_was_said_and_done(session: Session) -> None:
    """In the frame's pixels, with words for undo, and what the last edit changed."""
    number = session.add_object("Dog", "#102030", by=BY)
    session.say(say(number, 4, (20.25, 11.5), (30, 20), labels=(1, 0)), by=BY)
    assert session.state().changed == ChangeView(start=4, stop=4)
    run(session.begin(track(4, 10), by=BY))
    state = session.state()
    assert [view.model_dump() for view in state.objects] == [
        {"id": 1, "name": "Dog", "colour": "#102030", "hidden": False}
    ]
    assert state.prompts[0].points == ((20.25, 11.5), (30, 20))
    assert state.prompts[0].labels == (1, 0)
    assert state.passes[0].model_dump() == {
        "id": 1,
        "start": 4,
        "stop": 10,
        "last": 10,
        "reverse": False,
        "objects": (1,),
    }
    assert (state.undo, state.redo) == ("tracking frames 4 to 10", None)
    assert state.changed == ChangeView(start=4, stop=10)
    assert (state.running, state.people) == (None, 0)


def test_objects_get_names_colours_and_numbers(session: Session) -> None:
    """Numbers are never used again; names and colours can be changed."""
    first, second = (session.add_object(None, None, by=BY) for _ in range(2))
    session.remove_object(second, by=BY)
    third = session.add_object("  ", None, by=BY)
    session.change_object(change(first, name=" Dog ", hidden=True), by=BY)
    session.change_object(change(third, colour="#000000"), by=BY)
    views = session.state().objects
    assert [(view.id, view.name) for view in views] == [(1, "Dog"), (3, "Object 3")]
    assert [view.hidden for view in views] == [True, False]
    assert [view.colour for view in views] == ["#2e86ff", "#000000"]


def test_undo_across_tracking_brings_back_every_mask(session: Session) -> None:
    """Every state on the way back is the one that was there, and so on the way forward."""
    number = session.add_object(None, None, by=BY)
    edits = (
        lambda: session.say(say(number, 0, (20, 20)), by=BY),
        lambda: run(session.begin(track(), by=BY)),
        lambda: session.say(say(number, 8, (50, 30), labels=(0,)), by=BY),
        lambda: run(session.begin(track(8, 14), by=BY)),
        lambda: session.clear(clear(number, 0), by=BY),
        lambda: session.remove_object(number, by=BY),
    )
    seen = [everything(session)]
    for edit in edits:
        edit()
        seen.append(everything(session))
    assert all(before != after for before, after in zip(seen, seen[1:], strict=False))
    for before in reversed(seen[:-1]):
        session.undo(by=BY)
        assert everything(session) == before
    for after in seen[1:]:
        session.redo(by=BY)
        assert everything(session) == after
    with pytest.raises(PromptError, match="nothing to redo"):
        session.redo(by=BY)


def test_after_an_undo_tracking_goes_on_as_if_it_had_never_been(
    model: Model, tmp_path: Path
) -> None:
    """The model reads the records of the older pass again."""
    results = []
    for strayed in (False, True):
        session = made_session(tmp_path / f"clip{strayed}", model=model)
        number = session.add_object(None, None, by=BY)
        session.say(say(number, 0, (20, 20)), by=BY)
        run(session.begin(track(), by=BY))
        if strayed:
            session.say(say(number, 6, (60, 40), labels=(0,)), by=BY)
            run(session.begin(track(4), by=BY))
            session.undo(by=BY)
            session.undo(by=BY)
        session.say(say(number, 12, (30, 30)), by=BY)
        results.append(run(session.begin(track(10), by=BY)))
    plain, back = results
    assert same_answers(plain, back)


def test_taking_up_again_changes_nothing(model: Model, tmp_path: Path) -> None:
    """State, answers, strips and undo are as before, and tracking goes on with the same masks."""
    results = []
    for closed in (False, True):
        folder = tmp_path / f"clip{closed}"
        session = made_session(folder, model=model)
        one, two = (session.add_object(None, None, by=BY) for _ in range(2))
        session.say(say(one, 2, (20, 20)), by=BY)
        session.say(say(two, 2, box=(30, 5, 60, 40)), by=BY)
        run(session.begin(track(), by=BY), frames=9)
        session.say(say(one, 2, (25, 25)), by=BY)
        session.say(say(two, 7, (50, 30)), by=BY)
        before = (timeless(session.state()), everything(session), session.strips(0, 19))
        if closed:
            session = reopened(session, folder, model=model)
            assert before == (timeless(session.state()), everything(session), session.strips(0, 19))
        corrected = session.say(say(one, 9, (40, 30), labels=(0,)), by=BY)
        tracked = run(session.begin(track(5), by=BY))
        results.append((corrected, tracked))
        for _ in range(7):
            session.undo(by=BY)
        assert session.state().undo == "adding Object 2"
    (corrected, tracked), (corrected_again, tracked_again) = results
    assert same_answers([corrected, *tracked], [corrected_again, *tracked_again])


def test_looks_can_change_while_tracking_and_edits_end_it(session: Session) -> None:
    """A prompt ends the run, whose masks stay as one edit."""
    number = session.add_object(None, None, by=BY)
    session.say(say(number, 0, (20, 20)), by=BY)
    passing = session.begin(track(), by=BY)
    run(passing, frames=4)
    session.change_object(change(number, name="Dog"), by=BY)
    assert run(passing, frames=2)[-1].frame == 5
    assert passing.view.last == 5
    session.say(say(number, 3, (10, 10)), by=BY)
    assert passing.step() is None
    state = session.state()
    assert state.objects[0].name == "Dog"
    assert [view.last for view in state.passes] == [5]
    assert state.changed == ChangeView(start=0, stop=5)
    session.undo(by=BY)
    assert session.state().undo == "tracking frames 0 to 5"
    session.undo(by=BY)
    assert [frame.frame for frame in everything(session) if frame.answers] == [0]
    assert session.state().objects[0].name == "Dog"


def test_undo_while_tracking_takes_the_run_back(session: Session) -> None:
    """Without it, the edit before would go and the run stay."""
    number = session.add_object(None, None, by=BY)
    session.say(say(number, 0, (20, 20)), by=BY)
    passing = session.begin(track(), by=BY)
    run(passing, frames=3)
    session.undo(by=BY)
    assert passing.step() is None
    assert session.state().changed == ChangeView(start=0, stop=2)
    assert session.state().undo == "click on frame 0"
    assert session.state().redo == "tracking frames 0 to 2"


def test_a_run_ended_before_its_first_frame_is_no_edit(session: Session) -> None:
    """There is nothing to undo about it; what could be redone still can."""
    number = session.add_object(None, None, by=BY)
    session.say(say(number, 0, (20, 20)), by=BY)
    session.say(say(number, 5, (20, 20)), by=BY)
    session.undo(by=BY)
    session.begin(track(), by=BY).end()
    assert session.state().passes == ()
    assert session.state().undo == "click on frame 0"
    session.redo(by=BY)
    assert session.state().undo == "click on frame 5"


def test_both_ways_is_one_edit_of_two_passes(session: Session) -> None:
    """From the prompt to the end and then to the beginning, each frame once."""
    number = session.add_object(None, None, by=BY)
    session.say(say(number, 6, (20, 20)), by=BY)
    passing = session.begin(track(both=True), by=BY)
    frames = [known.frame for known in run(passing)]
    assert frames == [*range(6, 20), *range(5, -1, -1)]
    assert [(view.start, view.last) for view in session.state().passes] == [(6, 19), (5, 0)]
    session.undo(by=BY)
    assert session.state().undo == "click on frame 6"
    assert [frame.frame for frame in everything(session) if frame.answers] == [6]


def test_chosen_objects_are_tracked_and_others_stay(session: Session) -> None:
    """As with the model alone; without a choice, those that are prompted are tracked."""
    one, two, three = (session.add_object(None, None, by=BY) for _ in range(3))
    session.say(say(one, 0, (20, 20)), by=BY)
    session.say(say(two, 0, (50, 30)), by=BY)
    run(session.begin(track(objects=(two,)), by=BY))
    assert [answer.object for answer in session.answers(5).answers] == [two]
    before = [session.answers(frame).answers for frame in range(1, 20)]
    passing = session.begin(track(objects=(one, three)), by=BY)
    assert passing.view.objects == (one,)
    run(passing)
    after = [session.answers(frame).answers for frame in range(1, 20)]
    assert [answers[1] for answers in after] == [answers[0] for answers in before]
    with pytest.raises(PromptError, match="click on an object first"):
        session.begin(track(objects=(three,)), by=BY)


def test_a_drawn_mask_is_shown_as_it_was_drawn(session: Session) -> None:
    """Not as the model's coarse picture of it; clicks refine it, and an empty one says absent."""
    number = session.add_object(None, None, by=BY)
    mask = drawn(11, 7, 30, 29)
    answers = session.say(say(number, 4, mask=mask), by=BY)
    assert answers.answers[0].counts == mask
    assert session.state().prompts[0].mask
    refined = session.say(say(number, 4, (60, 40)), by=BY)
    assert refined.answers[0].counts != mask
    assert session.state().prompts[0].mask
    absent = session.say(say(number, 8, mask=drawn(0, 0, 0, 0)), by=BY).answers[0]
    assert absent.presence < 0
    assert rle.area(Rle(SIZE, absent.counts)) == 0
    assert session.strips(8, 8) == [(number, bytes([HIDDEN]))]


def test_strips_are_the_bytes_of_the_answers(session: Session) -> None:
    """Of passes on top of each other in both directions, of prompts, and in any range."""
    one, two = (session.add_object(None, None, by=BY) for _ in range(2))
    session.say(say(one, 9, (20, 20)), by=BY)
    session.say(say(two, 15, mask=drawn(0, 0, 0, 0)), by=BY)
    run(session.begin(track(9, 2, reverse=True), by=BY))
    run(session.begin(track(5, 16, objects=(one,)), by=BY))
    passing = session.begin(track(12, 18), by=BY)
    run(passing, frames=3)
    strips = {one: bytearray(FRAMES), two: bytearray(FRAMES)}
    for known in everything(session):
        for answer in known.answers:
            strips[answer.object][known.frame] = strip_byte(answer)
    assert session.strips(0, FRAMES - 1) == [(n, bytes(strip)) for n, strip in strips.items()]
    assert session.strips(4, 13) == [(n, bytes(strip[4:14])) for n, strip in strips.items()]


def test_a_preview_is_a_click_that_changes_nothing(session: Session, model: Model) -> None:
    """It answers as the model does for a new object, under the number 0."""
    number = session.add_object(None, None, by=BY)
    session.say(say(number, 0, (20, 20)), by=BY)
    before = session.state()
    session.warm(7)
    shown = session.preview(hover(None, 7, 33.5, 12))
    with model.video(moving_pictures(FRAMES)) as video:
        assert agrees(shown, video.prompt(frame=7, points=[(33.5, 12)]))
    assert [answer.object for answer in shown.answers] == [0]
    assert session.state() == before


def test_a_snapshot_stays_while_people_go_on(session: Session) -> None:
    """Also one that is made in the middle of tracking; names in it are all different."""
    number = session.add_object("Dog", None, by=BY)
    session.add_object("Dog", None, by=BY)
    session.say(say(number, 0, (20, 20)), by=BY)
    passing = session.begin(track(), by=BY)
    run(passing, frames=5)
    snapshot = session.snapshot()
    before = [snapshot.answers(frame) for frame in range(FRAMES)]
    assert before == everything(session)
    run(passing)
    session.undo(by=BY)
    session.undo(by=BY)
    session.say(say(number, 0, (60, 40)), by=BY)
    assert [snapshot.answers(frame) for frame in range(FRAMES)] == before
    assert [view.name for view in snapshot.objects] == ["Dog", "Dog 2"]
    assert snapshot.state.undo == "tracking frames 0 to 4"
    assert (snapshot.size, snapshot.length) == (SIZE, FRAMES)


def refused(session: Session) -> dict[str, object]:
    """Calls that must be refused, by a part of the message."""
    long_mask = rle.encode(np.ones((10, 10), dtype=bool)).counts
    return {
        "object=7": lambda: session.say(say(7, 0, (1, 1)), by=BY),
        "nothing is asked": lambda: session.say(say(1, 0), by=BY),
        "frames 0 to 19": lambda: session.say(say(1, 20, (1, 1)), by=BY),
        "outside the frame": lambda: session.say(say(1, 0, (73, 1)), by=BY),
        "one each": lambda: session.say(say(1, 0, (7, 1), labels=(1, 0)), by=BY),
        "mask: counts": lambda: session.say(say(1, 0, mask=long_mask), by=BY),
        "mask: counts: 'é": lambda: session.say(say(1, 0, mask="é" * 9), by=BY),
        "x0 < x1": lambda: session.say(say(1, 0, box=(5, 5, 5, 9)), by=BY),
        "nothing was said": lambda: session.clear(clear(1, 3), by=BY),
        "wanted some letters": lambda: session.change_object(change(1, name=" "), by=BY),
        "no such object": lambda: session.remove_object(9, by=BY),
        "stop does not lie": lambda: session.begin(track(5, 3), by=BY),
        "start=99": lambda: session.begin(track(99), by=BY),
        "frame=-1": lambda: session.answers(-1),
        "start=4, stop=3": lambda: session.strips(4, 3),
        "point": lambda: session.preview(hover(None, 0, -1, 0)),
        "nothing to redo": lambda: session.redo(by=BY),
    }


def test_what_is_refused_changes_nothing_and_lets_tracking_go_on(session: Session) -> None:
    """One clear error each; the log does not grow."""
    number = session.add_object(None, None, by=BY)
    session.say(say(number, 0, (20, 20)), by=BY)
    passing = session.begin(track(), by=BY)
    run(passing, frames=2)
    before = session.state()
    for message, call in refused(session).items():
        assert callable(call)
        with pytest.raises(MaskletError, match=message):
            call()
        assert session.state() == before
    assert [known.frame for known in run(passing)] == list(range(2, FRAMES))


def test_a_closed_session_says_so(session: Session) -> None:
    """Closing twice does no harm."""
    session.close()
    session.close()
    with pytest.raises(ProjectError, match="closed"):
        session.add_object(None, None, by=BY)
