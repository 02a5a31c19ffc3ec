"""Crashes, lost records, other models: what was answered stays, and work goes on from there."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small import SMALL, moving_pictures, small_model
from studio_made import (
    BY,
    clear,
    crashed,
    everything,
    made_session,
    made_store,
    open_session,
    reopened,
    run,
    same_answers,
    say,
    track,
)

from masklet.errors import MediaError
from masklet.media.sources import ArraySequence
from masklet.predict.model import Model
from masklet.studio.session.session import Session
from masklet.studio.store.project import ProjectStore
from masklet.studio.store.tracker import FOLDER


@pytest.fixture(scope="module")
def model() -> Model:
    """One small model for the whole file."""
    return small_model()


def begun(folder: Path, model: Model) -> Session:
    """Two objects, tracked on from frame 3; the second one is prompted on the way."""
    session = made_session(folder, model=model)
    one, two = (session.add_object(None, None, by=BY) for _ in range(2))
    session.say(say(one, 3, (20, 20)), by=BY)
    session.say(say(two, 3, (50, 30)), by=BY)
    session.say(say(two, 6, (40, 30)), by=BY)
    return session


@pytest.mark.parametrize("reverse", [False, True])
def test_a_crash_in_the_middle_of_a_pass_keeps_its_frames(
    model: Model, tmp_path: Path, reverse: bool
) -> None:
    """The pass counts up to its last frame on disk, and goes on as if nothing had happened."""
    folder = tmp_path / "clip"
    session = begun(folder, model)
    ask = track(12, 1, reverse=True) if reverse else track()
    passing = session.begin(ask, by=BY)
    run(passing, frames=7)
    again = crashed(session, folder, model=model)
    passing.end()
    assert everything(again) == everything(session)
    view = again.state().passes[0]
    assert view.last == (6 if reverse else 9)
    assert again.state().undo == session.state().undo
    goes_on = track(6, 0, reverse=True) if reverse else track(9)
    assert same_answers(run(again.begin(goes_on, by=BY)), run(session.begin(goes_on, by=BY)))
    again.undo(by=BY)
    again.undo(by=BY)
    assert again.state().undo == "click on frame 6"


def test_a_crash_before_the_first_frame_leaves_no_pass(model: Model, tmp_path: Path) -> None:
    """Nothing of it can be seen or undone."""
    session = begun(tmp_path / "clip", model)
    session.begin(track(), by=BY)
    again = crashed(session, tmp_path / "clip", model=model)
    assert again.state().passes == ()
    assert again.state().undo == "click on frame 6"
    run(again.begin(track(), by=BY))
    assert again.state().passes[0].id == 2


def test_records_cut_off_by_a_crash_are_not_read(model: Model, tmp_path: Path) -> None:
    """Masks stay; the model goes on from the records before the damage."""
    folder = tmp_path / "clip"
    session = begun(folder, model)
    run(session.begin(track(), by=BY), frames=7)
    file = next((folder / FOLDER).glob("*.bin"))
    record = file.stat().st_size // 14
    with file.open("r+b") as records:
        records.seek(4 * 2 * record + 10)
        records.write(b"damage")
    again = crashed(session, folder, model=model)
    assert everything(again)[3:7] == everything(session)[3:7]
    assert len(run(again.begin(track(9, 11), by=BY))) == 3


def test_without_records_masks_stay_and_work_goes_on(model: Model, tmp_path: Path) -> None:
    """A project mailed without them: frames count as not tracked for the model's memory."""
    folder = tmp_path / "clip"
    session = begun(folder, model)
    run(session.begin(track(), by=BY), frames=10)
    before = everything(session)
    session.close()
    for file in (folder / FOLDER).iterdir():
        file.unlink()
    (folder / FOLDER).rmdir()
    again = open_session(ProjectStore.open(folder), model=model)
    assert everything(again) == before
    refined = again.say(say(1, 9, (60, 40)), by=BY)
    assert refined.answers[0] != before[9].answers[0]
    assert again.state().prompts[1].mask, "the mask of before is refined, as it was with records"
    assert len(run(again.begin(track(9), by=BY))) == 11
    assert everything(again)[:9] == before[:9]


def test_files_that_are_cut_short_are_read_as_far_as_they_go(model: Model, tmp_path: Path) -> None:
    """A copy that was not finished."""
    folder = tmp_path / "clip"
    session = begun(folder, model)
    run(session.begin(track(), by=BY), frames=10)
    before = everything(session)
    session.close()
    file = next((folder / FOLDER).glob("*.bin"))
    os.truncate(file, file.stat().st_size // 2)
    again = open_session(ProjectStore.open(folder), model=model)
    assert everything(again) == before
    assert len(run(again.begin(track(5, 14), by=BY))) == 10


def test_another_model_goes_on_from_the_masks(model: Model, tmp_path: Path) -> None:
    """What was shown stays; prompts are told to the new model as masks."""
    folder = tmp_path / "clip"
    session = begun(folder, model)
    run(session.begin(track(), by=BY), frames=6)
    before = everything(session)
    other = small_model(seed=1)
    other.runtime.model.config = replace(SMALL, name="other")
    again = reopened(session, folder, model=other)
    assert everything(again) == before
    tracked = run(again.begin(track(), by=BY))
    assert tracked[0] == before[3]
    assert not same_answers(tracked[1:3], before[4:6])
    again.undo(by=BY)
    assert everything(again) == before
    again.clear(clear(1, 3), by=BY)
    again.undo(by=BY)
    assert everything(again) == before
    assert run(again.begin(track(), by=BY)) == tracked


def test_records_that_nothing_leads_to_are_deleted(model: Model, tmp_path: Path) -> None:
    """After an undo and a new edit, and when the project is opened."""
    folder = tmp_path / "clip"
    session = begun(folder, model)
    for stop in (6, 8):
        run(session.begin(track(3, stop), by=BY))

    def files() -> list[str]:
        return sorted(path.name for path in (folder / FOLDER).iterdir())

    assert files() == ["1.bin", "2.bin"]
    session.undo(by=BY)
    assert files() == ["1.bin", "2.bin"]
    session.say(say(1, 9, (20, 20)), by=BY)
    assert files() == ["1.bin"]
    (folder / FOLDER / "77.bin").write_bytes(b"stray")
    (folder / FOLDER / "notes.txt").write_text("not ours")
    reopened(session, folder, model=model)
    assert files() == ["1.bin", "notes.txt"]


class CutShort:
    """Moving pictures whose last frames cannot be read."""

    fps = None

    def __init__(self, frames: int, readable: int) -> None:
        self._all = ArraySequence(moving_pictures(frames))
        self._readable = readable
        self.size = self._all.size

    def __len__(self) -> int:
        return len(self._all)

    def __getitem__(self, index: int) -> np.ndarray:
        if index >= self._readable:
            raise MediaError(f"frame {index} is missing: the file is cut short")
        return self._all[index]

    def close(self) -> None:
        """Holds nothing."""


def test_a_frame_that_cannot_be_read_ends_the_run(model: Model, tmp_path: Path) -> None:
    """With one error; what came before stays, and the project goes on."""
    store = made_store(tmp_path / "clip")
    session = Session(store=store, model=model, source=CutShort(20, 8))
    session.add_object(None, None, by=BY)
    session.say(say(1, 0, (20, 20)), by=BY)
    passing = session.begin(track(), by=BY)
    with pytest.raises(MediaError, match="frame 8"):
        run(passing)
    assert passing.step() is None
    assert session.state().passes[0].last == 7
    before = session.state()
    with pytest.raises(MediaError, match="frame 9"):
        session.say(say(1, 9, (20, 20)), by=BY)
    assert session.state() == before
    session.undo(by=BY)
    assert session.state().passes == ()
