"""What is around exports: names of files, the worker's priority, zips, what the child wrote."""

import json
import os
import sys
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest

from masklet.errors import FormatError, MediaError
from masklet.formats.lines import LinesWriter
from masklet.masks import rle
from masklet.studio.exports.arrived import ArrivedTrack, Verdict, read_verdict
from masklet.studio.exports.exports import NICE, give_way
from masklet.studio.exports.job import Cancelled, Job
from masklet.studio.exports.names import plain
from masklet.studio.exports.packing import Bounds, pack_folder, unpack
from masklet.values import FrameResult, Size

SIZE = Size(6, 8)


def write_lines(path: Path, frames: int) -> Path:
    """Two objects, one of them never seen."""
    with LinesWriter(path, size=SIZE) as writer:
        for index in range(frames):
            logits = np.full((2, *SIZE), -1, np.float32)
            logits[0, 1:4, index : index + 2] = 1
            scores = np.array([0.5, 0.25], np.float32)
            writer.add(
                FrameResult(
                    index=index,
                    objects=("a", "b"),
                    logits=logits,
                    scores=scores,
                    presence=scores,
                    size=SIZE,
                )
            )
    return path


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Sample clip", "Sample-clip"),
        ("../..//etc", "etc"),
        ("Café № 1", "Café-1"),
        ('a"b\n<c>', "a-b-c"),
        ("...", "masks"),
        ("x" * 200, "x" * 60),
    ],
)
def test_names_are_plain(name: str, called: str) -> None:
    assert plain(name, "masks") == called


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has priorities of threads")
def test_the_worker_gives_way_alone() -> None:
    """Its thread's priority is lower, and that of no other thread."""
    found: list[int] = []

    def work() -> None:
        give_way()
        found.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [NICE]
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before


def test_a_stopped_job_ends_at_its_next_step() -> None:
    job = Job(project="p", kind="coco", name="a.coco.json", total=2)
    for _ in range(3):
        job.tick()
    assert (job.view().done, job.view().total) == (2, 2)
    assert job.stop()
    with pytest.raises(Cancelled):
        job.tick()


def test_a_job_is_stopped_or_done_but_not_both() -> None:
    """However late it is stopped: once it is done it says that this came too late."""
    stopped, done = (Job(project="p", kind="coco", name="a.json", total=1) for _ in range(2))
    assert stopped.stop()
    with pytest.raises(Cancelled):
        stopped.finish()
    done.finish()
    assert not done.stop()
    assert (done.state, done.is_stopped) == ("done", False)


def test_packed_folders_come_apart_again(tmp_path: Path) -> None:
    folder, ticks = tmp_path / "files", []
    (folder / "labels").mkdir(parents=True)
    (folder / "labels" / "0.txt").write_text("x" * 1000)
    (folder / "a.png").write_bytes(b"\x89PNG")
    pack_folder(folder, tmp_path / "a.zip", tick=lambda: ticks.append(1))
    assert len(ticks) == 2
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        assert packed.getinfo("labels/0.txt").compress_size < 100
    unpack(tmp_path / "a.zip", tmp_path / "out", endings=frozenset({".txt"}), bounds=Bounds())
    assert [path.name for path in (tmp_path / "out").rglob("*")] == ["labels", "0.txt"]


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        (Bounds(files=1), "2 files; that is too many"),
        (Bounds(bytes=900), "too large unpacked"),
        (Bounds(free=100, ratio=1), "too large unpacked"),
    ],
)
def test_bounds_of_a_zip(tmp_path: Path, bounds: Bounds, said: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("0.txt", "x" * 500)
        packed.writestr("1.txt", "x" * 500)
    with pytest.raises((FormatError, MediaError), match=said):
        unpack(tmp_path / "a.zip", tmp_path / "out", endings=frozenset({".txt"}), bounds=bounds)


def test_what_the_child_wrote_is_read_frame_by_frame(tmp_path: Path) -> None:
    track = ArrivedTrack(write_lines(tmp_path / "a.jsonl", 5), SIZE)
    assert (track.objects, track.frames, len(track)) == (("a", "b"), (0, 1, 2, 3, 4), 5)
    assert track[3].mask("a")[1:4, 3:5].all()
    assert track[3].scores == (0.5, 0.25)
    assert [found.index for found in track] == [0, 1, 2, 3, 4]
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(FormatError, match="holds no masks"):
        ArrivedTrack(tmp_path / "empty.jsonl", SIZE)
    wrong = {"frame": 0, "objects": ["a"], "scores": [1]}
    code = rle.as_coco(rle.encode(np.zeros((9, 9), bool)))
    (tmp_path / "b.jsonl").write_text(json.dumps(wrong | {"masks": [code]}) + "\n")
    with pytest.raises(FormatError, match=r"\[9, 9\] came; wanted \[6, 8\]"):
        ArrivedTrack(tmp_path / "b.jsonl", SIZE)


def test_a_verdict_is_believed_only_if_it_is_one(tmp_path: Path) -> None:
    assert read_verdict(tmp_path) is None
    Verdict(why="x" * 900).write(tmp_path)
    assert read_verdict(tmp_path) == Verdict(why="x" * 500)
    for text in ("{", "[]", "{}", "3"):
        (tmp_path / "verdict.json").write_text(text)
        assert read_verdict(tmp_path) is None
