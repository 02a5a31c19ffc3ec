"""A first prompt that brings its object along."""

from pathlib import Path

import pytest
from studio_made import BY, made_session, reopened, run, same_answers, say, track

from masklet.errors import PromptError


def test_a_first_prompt_brings_its_object(tmp_path: Path) -> None:
    """Object and prompt are one edit, tracked, undone, redone and read again like any other."""
    session = made_session(tmp_path / "clip")
    new = session.introduce(say(None, 3, (20, 20)), by=BY)
    assert new.number == 1
    assert [answer.object for answer in new.known.answers] == [1]
    assert [(view.id, view.name) for view in session.state().objects] == [(1, "Object 1")]
    tracked = run(session.begin(track(), by=BY))
    session.undo(by=BY)
    assert session.state().undo == "click on frame 3"
    session.undo(by=BY)
    assert session.state().objects == ()
    assert session.state().undo is None
    with pytest.raises(PromptError, match="object=None"):
        session.say(say(None, 3, (20, 20)), by=BY)
    session.redo(by=BY)
    session = reopened(session, tmp_path / "clip")
    assert session.state().prompts[0].points == ((20, 20),)
    assert same_answers(run(session.begin(track(), by=BY)), tracked)
    assert session.introduce(say(None, 0, (50, 30)), by=BY).number == 2
    session.close()


def test_a_first_prompt_that_fails_brings_nothing(tmp_path: Path) -> None:
    """The next one gets the number."""
    session = made_session(tmp_path / "clip")
    with pytest.raises(PromptError, match="outside the frame"):
        session.introduce(say(None, 0, (73, 1)), by=BY)
    assert session.state().objects == ()
    assert session.introduce(say(None, 0, (20, 20)), by=BY).number == 1
    session.close()
