"""A run that reads with workers is stopped with all its processes at once, and still saves."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from tests.data.conftest import data_root

__all__ = ["data_root"]
PATIENCE = 300


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_the_whole_group_saves(
    data_root: Path, tmp_path: Path, number: signal.Signals
) -> None:
    """As a terminal and a scheduler send it; workers leave it to the process that saves."""
    words = ["train", "photos", "--mix", f"photos={data_root / 'images/coco/train'}"]
    words += ["--size", "64", "--steps", "500", "--log-every", "1", "--save-every", "400"]
    command = [sys.executable, "-m", "masklet.cli.main", *words, "--output", str(tmp_path)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    log, end = tmp_path / "log.jsonl", time.monotonic() + PATIENCE
    while not (log.exists() and log.read_text().count("\n") >= 2):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.02)
    os.killpg(process.pid, number)
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode in (143, 130), said
    step = torch.load(tmp_path / "run.pt")["step"]
    lines = [json.loads(line)["step"] for line in log.read_text().splitlines()]
    assert 2 <= step < 400
    assert lines == list(range(1, step + 1))
    assert f"stopped after step {step} of 500 and saved" in said
