"""Any sequence of edits through the small model: what it says it changed, and the way back."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from small import small_model
from studio_made import (
    BY,
    change,
    clear,
    everything,
    made_session,
    reopened,
    run,
    same_answers,
    say,
    track,
)

from masklet.errors import PromptError
from masklet.studio.session.session import Session

LENGTH = 8
MODEL = small_model()
Choice = tuple[int, int, int]
CHOICES = st.lists(st.tuples(*[st.integers(0, 59)] * 3), min_size=4, max_size=12)


def edit(session: Session, choice: Choice) -> bool:
    """One edit out of three numbers; gives whether it goes on, as a run that was not ended.

    Raises PromptError where it is not possible.
    """
    which, frame, more = choice[0] % 12, choice[1] % LENGTH, choice[2]
    numbers = [view.id for view in session.state().objects]
    number = numbers[more % len(numbers)] if numbers else 1
    if which == 0 or (not numbers and more % 2):
        session.add_object(None, None, by=BY)
    elif which == 1 or not numbers:
        session.introduce(say(None, frame, (more + 5.0, 40.0)), by=BY)
    elif which in (2, 3, 4):
        point = (more + 5.0, 47.0 - more % 40)
        label = 1 if more % 3 else 0
        session.say(say(number, frame, point, labels=(label,), replace=more % 5 == 0), by=BY)
    elif which in (5, 6, 7):
        reverse, both = more % 3 == 0, more % 4 == 0
        objects = (number,) if more % 5 else None
        passing = session.begin(track(frame, reverse=reverse, both=both, objects=objects), by=BY)
        run(passing, frames=more % 7)
        if more % 2:
            return True
        passing.end()
    elif which in (8, 9):
        session.undo(by=BY)
    elif which == 10:
        session.redo(by=BY)
    elif more % 3 == 0:
        session.remove_object(number, by=BY)
    elif more % 3 == 1:
        session.clear(clear(number, frame), by=BY)
    else:
        session.change_object(change(number, name=f"name {more}"), by=BY)
    return False


def strips_agree(session: Session) -> bool:
    """Every strip is known exactly where there is an answer."""
    strips = dict(session.strips(0, LENGTH - 1))
    return all(
        {answer.object for answer in known.answers}
        == {number for number, strip in strips.items() if strip[known.frame]}
        for known in everything(session)
    )


@settings(max_examples=12, deadline=None)
@given(CHOICES)
def test_a_walk_tells_what_changed_and_can_be_gone_back(choices: list[Choice]) -> None:
    """Masks change within ``changed`` only; opened again, undone and redone, it is the same."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "clip"
        session = made_session(folder, model=MODEL, frames=LENGTH)
        before = everything(session)
        for choice in choices:
            try:
                goes_on = edit(session, choice)
            except PromptError:
                assert everything(session) == before
                continue
            after = everything(session)
            told = session.state().changed
            assert told is not None
            differing = [t for t in range(LENGTH) if after[t] != before[t]]
            assert goes_on or all(told.start <= t <= told.stop for t in differing)
            before = after
            assert strips_agree(session)
        check_ways(session, folder)


def check_ways(session: Session, folder: Path) -> None:
    """The state comes back after closing, and after going all the way back and forth."""
    known, depth = everything(session), 0
    session = reopened(session, folder, model=MODEL)
    assert everything(session) == known
    while session.state().undo is not None:
        session.undo(by=BY)
        depth += 1
    assert all(not frame.answers for frame in everything(session))
    for _ in range(depth):
        session.redo(by=BY)
    assert everything(session) == known
    if session.state().prompts:
        again = run(session.begin(track(), by=BY))
        session.undo(by=BY)
        session = reopened(session, folder, model=MODEL)
        assert same_answers(run(session.begin(track(), by=BY)), again)
    session.close()
