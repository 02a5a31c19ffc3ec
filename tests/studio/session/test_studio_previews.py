"""What a click would give, asked before it is made."""

from pathlib import Path

import pytest
from studio_made import BY, everything, hover, made_session, run, say, track

from masklet.errors import PromptError
from masklet.studio.wire.frames import FrameAnswers


def masks(known: FrameAnswers, number: int) -> list[str]:
    """The run lengths of one object."""
    return [answer.counts for answer in known.answers if answer.object == number]


@pytest.mark.parametrize("frame", [0, 5, 9])
@pytest.mark.parametrize("inside", [True, False])
def test_a_preview_is_what_the_click_gives(tmp_path: Path, frame: int, *, inside: bool) -> None:
    """On a prompted frame, a tracked one and one that is neither; nothing changes by it."""
    session = made_session(tmp_path / "clip")
    number = session.introduce(say(None, 0, (20, 20)), by=BY).number
    run(session.begin(track(0, 6), by=BY))
    before, known = session.state(), everything(session)
    tried = session.preview(hover(number, frame, 40, 30, inside=inside))
    assert (session.state(), everything(session)) == (before, known)
    label = 1 if inside else 0
    said = session.say(say(number, frame, (40, 30), labels=(label,)), by=BY)
    assert masks(tried, 0) == masks(said, number)
    session.close()


def test_a_preview_while_tracking_lets_it_go_on(tmp_path: Path) -> None:
    """It is that of a new object."""
    session = made_session(tmp_path / "clip")
    number = session.introduce(say(None, 0, (20, 20)), by=BY).number
    passing = session.begin(track(), by=BY)
    run(passing, frames=3)
    tried = session.preview(hover(number, 2, 40, 30))
    assert tried == session.preview(hover(None, 2, 40, 30))
    assert run(passing, frames=1)[0].frame == 3
    with pytest.raises(PromptError, match="object=7"):
        session.preview(hover(7, 0, 1, 1))
    session.close()
