"""A run that reads with workers is stopped with all its processes at once, or killed alone."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import torch

from tests.data.conftest import data_root
from tests.train.tiny import assert_same_run

__all__ = ["data_root"]
STEPS, PATIENCE = 500, 120


def session_of(status: Path) -> int:
    """The session that a process is of; 0 where it is gone or only waits to be counted."""
    try:
        state, _, _, session = status.read_text().rpartition(") ")[2].split()[:4]
    except (OSError, ValueError):
        return 0
    return 0 if state == "Z" else int(session)


def members(session: int) -> list[int]:
    """Processes of a session that live."""
    found = [path for path in Path("/proc").glob("[0-9]*/stat") if session_of(path) == session]
    return sorted(int(path.parent.name) for path in found)


def wait_until(reached: Callable[[], bool]) -> None:
    """Look often until it is so."""
    end = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.02)


def command(folder: Path, data: Path, count: int) -> list[str]:
    """A run of so many steps on a mix of photos and videos, read by two workers."""
    sets = (f"photos={data / 'images/coco/train'}", f"davis={data / 'davis-train'}")
    words = ["train", "joint", "--mix", *sets, "--workers", "2", "--output", str(folder)]
    words += ["--size", "64", "--steps", str(count), "--log-every", "1", "--save-every", "2"]
    return [sys.executable, "-m", "masklet.cli.main", *words]


@contextmanager
def training(folder: Path, data: Path, count: int = STEPS) -> Iterator[subprocess.Popen[str]]:
    """Such a run in a session of its own, two steps of which are logged."""
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        command(folder, data, count), stdout=pipe, stderr=pipe, text=True, start_new_session=True
    )
    log = folder / "log.jsonl"
    try:
        wait_until(lambda: process.poll() is not None or (log.exists() and len(steps(folder)) > 1))
        assert process.poll() is None, process.communicate()
        yield process
    finally:
        for member in members(process.pid):
            with suppress(ProcessLookupError):
                os.kill(member, signal.SIGKILL)


def steps(folder: Path) -> list[int]:
    """Of every line that is whole."""
    lines = (folder / "log.jsonl").read_text().splitlines(keepends=True)
    return [json.loads(line)["step"] for line in lines if line.endswith("\n")]


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGUSR1, 143)]
)
def test_a_signal_to_the_whole_group_saves(
    data_root: Path, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    """As a terminal and a scheduler send it; workers leave it to the process that saves."""
    with training(tmp_path, data_root) as process:
        assert len(members(process.pid)) >= 3
        os.killpg(process.pid, number)
        _, said = process.communicate(timeout=PATIENCE)
        assert process.returncode == code, said
        assert not members(process.pid)
    step = torch.load(tmp_path / "run.pt")["step"]
    assert 2 <= step < STEPS
    assert steps(tmp_path) == list(range(1, step + 1))
    assert said.splitlines()[0].startswith(f"masklet: stopped after step {step} of {STEPS}")
    assert "Traceback" not in said


def test_workers_end_with_a_run_that_is_killed(data_root: Path, tmp_path: Path) -> None:
    """By themselves, within the seconds that they wait for work."""
    with training(tmp_path, data_root) as process:
        process.kill()
        process.communicate(timeout=PATIENCE)
        wait_until(lambda: not members(process.pid))


@pytest.mark.slow
def test_a_killed_run_goes_on_with_the_next_rows(data_root: Path, tmp_path: Path) -> None:
    """It ends as a run that was left alone, bit for bit."""
    straight, killed, count = tmp_path / "straight", tmp_path / "killed", 12
    subprocess.run(command(straight, data_root, count), check=True, capture_output=True)
    with training(killed, data_root, count) as process:
        process.kill()
        process.communicate(timeout=PATIENCE)
        assert steps(killed)[-1] < count
    subprocess.run(command(killed, data_root, count), check=True, capture_output=True)
    assert steps(killed) == list(range(1, count + 1))
    assert_same_run(straight / "run.pt", killed / "run.pt")
