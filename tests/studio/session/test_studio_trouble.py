"""Full disks, many passes, long videos and many threads: one error, or nothing to be noticed."""

import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from small import small_model
from studio_made import (
    BY,
    FRAMES,
    change,
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

from masklet.errors import MaskletError
from masklet.predict.model import Model
from masklet.studio.session.layers import PROMPTED, Layer
from masklet.studio.session.live import Live, Run, Scene, Thing
from masklet.studio.session.shown import Shown
from masklet.studio.store.errors import ProjectError
from masklet.studio.store.project import read_info
from masklet.studio.wire.views import StateView


@pytest.fixture(scope="module")
def model() -> Model:
    """One small model for the whole file."""
    return small_model()


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file may grow beyond ``size`` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def plain(state: StateView) -> StateView:
    """A state but for what the last call changed."""
    return state.model_copy(update={"changed": None})


def test_a_full_disk_is_one_error_and_changes_nothing(model: Model, tmp_path: Path) -> None:
    """Of edits and of tracking; with room again, everything goes on as if it had not been."""
    folder = tmp_path / "clip"
    session = made_session(folder, model=model)
    session.add_object(None, None, by=BY)
    session.say(say(1, 0, (20, 20)), by=BY)
    before, known = plain(session.state()), everything(session)
    with full_disk(1000):
        for edit in (
            lambda: session.say(say(1, 3, (50, 30)), by=BY),
            lambda: session.add_object(None, None, by=BY),
            lambda: session.change_object(change(1, name="Dog"), by=BY),
            lambda: session.undo(by=BY),
            lambda: session.begin(track(), by=BY),
        ):
            with pytest.raises(MaskletError, match="cannot be written"):
                edit()
            assert (plain(session.state()), everything(session)) == (before, known)
    passing = session.begin(track(), by=BY)
    done = run(passing, frames=3)
    with full_disk(1000), pytest.raises(MaskletError, match="cannot be written"):
        passing.step()
    assert passing.step() is None
    assert session.state().passes[0].last == 2
    done += run(session.begin(track(3), by=BY))
    again = reopened(session, folder, model=model)
    assert everything(again) == done
    again.undo(by=BY)
    again.undo(by=BY)
    again.undo(by=BY)
    assert again.state().undo == "adding Object 1"


def test_many_passes_need_few_open_files(model: Model, tmp_path: Path) -> None:
    """Sixty of them, each on disk of its own; the model still reads the first."""
    session = made_session(tmp_path / "clip", model=model, frames=8)
    session.add_object(None, None, by=BY)
    session.say(say(1, 0, (20, 20)), by=BY)
    first = run(session.begin(track(), by=BY))
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(60):
        run(session.begin(track(0, 1), by=BY))
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 12
    for _ in range(60):
        session.undo(by=BY)
    assert everything(session) == first
    corrected = session.say(say(1, 7, (50, 30)), by=BY)
    again = made_session(tmp_path / "plain", model=model, frames=8)
    again.add_object(None, None, by=BY)
    again.say(say(1, 0, (20, 20)), by=BY)
    run(again.begin(track(), by=BY))
    assert same_answers([corrected], [again.say(say(1, 7, (50, 30)), by=BY)])


def test_strips_of_an_hour_of_video_are_quick(tmp_path: Path) -> None:
    """Three objects over 100,000 frames, ten passes each, in well under half a second."""
    store, frames, objects = made_store(tmp_path / "clip"), 100_000, (1, 2, 3)
    layers = {
        number: Layer(
            id=number,
            start=0 if number % 2 else frames - 1,
            reverse=not number % 2,
            strips={thing: bytearray([number]) * frames for thing in objects},
            recorded=frames,
        )
        for number in range(1, 11)
    }
    layers[10].strips[2][frames - 1 - 7] = PROMPTED
    runs = tuple(
        Run(
            id=number,
            start=layer.start,
            stop=0,
            last=0,
            reverse=layer.reverse,
            objects=objects,
            model="small/64",
        )
        for number, layer in layers.items()
    )
    things = tuple(Thing(number=number, passes=tuple(layers)) for number in objects)
    live = Live(scene=Scene(things=things, runs=runs))
    shown = Shown(live=live, layers=layers, database=store.database)
    begin = time.process_time()
    strips = [shown.strip(thing, range(frames)) for thing in things]
    assert time.process_time() - begin < 0.25
    assert all((strip == 10).all() for strip in (strips[0], strips[2]))
    assert np.flatnonzero(strips[1] != 10).tolist() == [7]
    assert strips[1][7] == 9


def test_readers_never_wait_nor_stumble_while_people_work(model: Model, tmp_path: Path) -> None:
    """States, answers, strips and snapshots are whole in every moment of tracking and undo."""
    session = made_session(tmp_path / "clip", model=model)
    session.add_object(None, None, by=BY)
    session.say(say(1, 0, (20, 20)), by=BY)
    over, wrong, reads = threading.Event(), [], [0]

    def read() -> None:
        while not over.is_set():
            try:
                session.state()
                session.snapshot().answers(reads[0] % FRAMES)
                session.strips(0, FRAMES - 1)
                session.answers(reads[0] % FRAMES)
                reads[0] += 1
            except Exception as error:
                wrong.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(2):
        run(session.begin(track(), by=BY))
        session.undo(by=BY)
        session.say(say(1, 9, (40, 30)), by=BY)
        run(session.begin(track(9), by=BY), frames=4)
        session.undo(by=BY)
        session.undo(by=BY)
    over.set()
    for reader in readers:
        reader.join()
    assert not wrong
    assert reads[0] > 10


def test_a_project_left_by_a_crash_can_be_listed(model: Model, tmp_path: Path) -> None:
    """Also where the crash left the log of writes beside it, and only that."""
    folder = tmp_path / "clip"
    session = made_session(folder, model=model)
    session.add_object(None, None, by=BY)
    crashed(session, folder, model=model)
    assert read_info(folder.with_name("clip-copy")).objects == 1
    bare = tmp_path / "bare"
    bare.mkdir()
    for name in ("project.sqlite", "project.sqlite-wal"):
        (bare / name).write_bytes((folder / name).read_bytes())
    assert read_info(bare).objects == 1


def test_another_video_is_refused(model: Model, tmp_path: Path) -> None:
    """Masks of one video do not fit another."""
    store = made_store(tmp_path / "clip")
    with pytest.raises(ProjectError, match="19 frames of 72x48 came, wanted 20 frames"):
        open_session(store, model=model, frames=19)
