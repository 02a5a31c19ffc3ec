"""A run in a process of its own is stopped, killed at any moment, and goes on where it was."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch

from tests.train.tiny import assert_same_run

STEPS, SAVE_EVERY, PATIENCE = 8, 2, 300


@dataclass(frozen=True)
class Command:
    """The smoke recipe in a folder, a few steps of it, a line of the log each."""

    folder: Path
    steps: int = STEPS

    @property
    def checkpoint(self) -> Path:
        """What it goes on from."""
        return self.folder / "run.pt"

    def begin(self) -> subprocess.Popen[str]:
        """Start it."""
        command = [sys.executable, "-m", "masklet.cli.main", "train", "cpu_smoke", "--json"]
        command += ["--output", str(self.folder), "--steps", str(self.steps), "--log-every", "1"]
        command += ["--save-every", str(SAVE_EVERY)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True)

    def steps_logged(self) -> list[int]:
        """Of every line that is whole."""
        lines = (self.folder / "log.jsonl").read_text().splitlines(keepends=True)
        return [json.loads(line)["step"] for line in lines if line.endswith("\n")]

    def step_saved(self) -> int:
        """How far the checkpoint is; it must always be whole."""
        return torch.load(self.checkpoint)["step"] if self.checkpoint.exists() else 0


def wait_until(reached: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Look often until it is so."""
    end = time.monotonic() + PATIENCE
    while not reached():
        assert process.poll() is None or reached(), process.communicate()
        assert time.monotonic() < end
        time.sleep(0.005)


def test_sigterm_saves_and_says_how_to_go_on(tmp_path: Path) -> None:
    """Exit code 143, and every step that was logged is saved."""
    command = Command(tmp_path, steps=1000)
    process = command.begin()
    wait_until((tmp_path / "log.jsonl").exists, process)
    process.send_signal(signal.SIGTERM)
    out, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 143, said
    step = command.step_saved()
    assert 0 < step < 1000
    assert command.steps_logged() == list(range(1, step + 1))
    assert f"stopped after step {step} of 1000 and saved" in said
    assert json.loads(out.splitlines()[-1])["complete"] is False


def kill_and_go_on(command: Command, waits: list[float]) -> None:
    """SIGKILL after each wait, counted from the next step taken; then run to the end."""
    for wait in waits:
        before = command.step_saved()
        if before > STEPS - SAVE_EVERY:
            break
        log = command.folder / "log.jsonl"
        process = command.begin()
        wait_until(lambda: log.exists() and command.steps_logged()[-1:] > [before], process)  # noqa: B023
        time.sleep(wait)
        process.kill()
        process.communicate()
        logged = command.steps_logged()[-1]
        assert command.step_saved() >= (logged - 1) // SAVE_EVERY * SAVE_EVERY
        assert command.step_saved() >= before
    process = command.begin()
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    assert command.step_saved() == STEPS
    assert command.steps_logged() == list(range(1, STEPS + 1))


def test_a_killed_run_goes_on_from_its_last_checkpoint(tmp_path: Path) -> None:
    """Once, in the middle of a later step."""
    kill_and_go_on(Command(tmp_path), [0.4])


@pytest.mark.slow
def test_a_run_killed_again_and_again_ends_as_one_left_alone(tmp_path: Path) -> None:
    """At moments spread over a step, its log line and its checkpoint."""
    straight, killed = Command(tmp_path / "straight"), Command(tmp_path / "killed")
    kill_and_go_on(straight, [])
    kill_and_go_on(killed, [0.0, 0.02, 0.05, 0.11, 0.17, 0.29, 0.41])
    assert_same_run(straight.checkpoint, killed.checkpoint)
