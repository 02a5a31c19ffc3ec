"""Masks out of files become objects, and exports of them come back as they were."""

from pathlib import Path

import numpy as np
import pytest
from small import small_model
from studio_made import (
    BY,
    FRAMES,
    HEIGHT,
    WIDTH,
    clear,
    everything,
    made_session,
    reopened,
    run,
    same_answers,
    say,
    track,
)

from masklet.errors import FormatError, PromptError
from masklet.formats.track import RleTrack
from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.predict.model import Model
from masklet.studio.session.session import Session
from masklet.studio.wire.frames import Answer
from masklet.studio.wire.views import ChangeView
from masklet.values import ObjectId, Size

SIZE = Size(HEIGHT, WIDTH)


@pytest.fixture(scope="module")
def model() -> Model:
    """One small model for the whole file."""
    return small_model()


@pytest.fixture
def session(model: Model, tmp_path: Path) -> Session:
    """An open project without objects."""
    return made_session(tmp_path / "clip", model=model)


def square(x: int, y: int) -> Rle:
    """A mask of ten by ten pixels."""
    mask = np.zeros(SIZE, dtype=bool)
    mask[y : y + 10, x : x + 10] = True
    return rle.encode(mask)


def file_of(codes: dict[int, dict[ObjectId, Rle]], *objects: ObjectId) -> RleTrack:
    """A file's masks."""
    return RleTrack(SIZE, objects, codes)


Codes = dict[int, dict[ObjectId, Rle]]
MOVING: Codes = {frame: {"dog": square(3 * frame, 5)} for frame in range(4, 12)}
LATE: Codes = {**MOVING, 6: {"dog": square(18, 5), 7: square(40, 20)}}


def test_an_import_shows_the_masks_of_the_file(session: Session) -> None:
    """On its frames and no others, empty ones as hidden; objects have the names of the file."""
    session.add_object("dog", None, by=BY)
    view = session.import_masks(file_of(LATE, "dog", 7, "cat"), by=BY)
    assert view.objects == (2, 3, 4)
    assert view.frames == 8
    assert view.note == "never seen in the file: cat"
    assert [view.name for view in session.state().objects] == ["dog", "dog 2", "Object 3", "cat"]
    known = session.answers(6).answers
    assert known[0] == Answer(2, square(18, 5).counts, 1.0, 10.0, False)
    assert known[1] == Answer(3, square(40, 20).counts, 1.0, 10.0, True)
    assert (known[2].object, known[2].presence) == (4, -10.0)
    assert [frame.frame for frame in everything(session) if frame.answers] == list(range(4, 12))
    assert session.state().changed == ChangeView(start=4, stop=11)
    assert [(view.object, view.frame) for view in session.state().prompts] == [(2, 4), (3, 6)]
    assert session.state().passes == ()


def test_one_undo_takes_an_import_back(session: Session) -> None:
    """And redo brings it again, each mask as it was."""
    session.add_object(None, None, by=BY)
    before = everything(session)
    session.import_masks(file_of(LATE, "dog", 7), by=BY)
    after = everything(session)
    assert session.state().undo == "importing 2 objects"
    session.undo(by=BY)
    assert everything(session) == before
    assert len(session.state().objects) == 1
    session.redo(by=BY)
    assert everything(session) == after


def test_the_model_goes_on_from_an_import(model: Model, tmp_path: Path) -> None:
    """It knows the first mask; a click on another frame refines the mask of the file there."""
    folder = tmp_path / "clip"
    session = made_session(folder, model=model)
    (number,) = session.import_masks(file_of(MOVING, "dog"), by=BY).objects
    with model.video([np.zeros((*SIZE, 3), dtype=np.uint8)]) as blank:
        fresh = blank.prompt(frame=0, points=[(25, 8)])
    refined = session.say(say(number, 8, (25, 8)), by=BY).answers[0]
    assert refined.counts not in (square(24, 5).counts, rle.encode(fresh.masks[0]).counts)
    assert session.state().prompts[1].mask
    goes_on = track(11)
    tracked = run(session.begin(goes_on, by=BY))
    assert [known.frame for known in tracked] == list(range(11, FRAMES))
    before = everything(session)
    session.undo(by=BY)
    again = reopened(session, folder, model=model)
    assert same_answers(run(again.begin(goes_on, by=BY)), tracked)
    assert same_answers(everything(again), before)
    again.clear(clear(number, 4), by=BY)
    assert again.answers(4).answers[0] == Answer(number, square(12, 5).counts, 1.0, 10.0, False)


def test_masks_that_do_not_fit_are_refused(session: Session) -> None:
    """Another size, frames the video has not, no objects, broken codes; nothing stays of them."""
    small = RleTrack(Size(10, 10), ["a"], {0: {"a": rle.empty(Size(10, 10))}})
    broken = file_of({**MOVING, 12: {"dog": Rle(SIZE, "12")}}, "dog")
    before = session.state()
    for error, message, track_ in (
        (PromptError, "10x10 pixels came; the video has 72x48", small),
        (PromptError, "frame 20 came", file_of({3: {}, 20: {}}, "a")),
        (PromptError, "no objects", file_of({3: {}})),
        (FormatError, "counts", broken),
    ):
        with pytest.raises(error, match=message):
            session.import_masks(track_, by=BY)
        assert session.state() == before
    assert session.import_masks(file_of({}, "dog"), by=BY).frames == 0
    assert session.state().objects[0].name == "dog"
