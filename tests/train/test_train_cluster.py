"""The example for SLURM: what it asks of a cluster is played by a few lines on this machine."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from torch.distributed.run import parse_args

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "train.sbatch"
STEPS, PATIENCE = 300, 300
SRUN = """#!{python}
import os, signal, subprocess, sys
from pathlib import Path

def below(parent):
    found = [p for p in Path("/proc").glob("[0-9]*/stat") if parent_of(p) == parent]
    return [n for p in found for n in (int(p.parent.name), *below(int(p.parent.name)))]

def parent_of(stat):
    try:
        return int(stat.read_text().rpartition(") ")[2].split()[1])
    except OSError:
        return 0

def hand_on(number, frame):
    for each in (task.pid, *below(task.pid)):
        os.kill(each, number)

task = subprocess.Popen(sys.argv[1:])
signal.signal(signal.SIGUSR1, hand_on)
sys.exit(task.wait())
"""
SCONTROL = """#!/bin/bash
[ "$1" = show ] && echo 127.0.0.1 || echo "$@" >> "$ASKED"
"""


def test_the_script_is_one_that_bash_reads() -> None:
    """And a batch script: its options stand before its first command."""
    assert subprocess.run(["bash", "-n", SCRIPT], check=False).returncode == 0
    lines = SCRIPT.read_text().splitlines()
    assert lines[0] == "#!/bin/bash"
    options = [at for at, line in enumerate(lines) if line.startswith("#SBATCH")]
    assert "#SBATCH --signal=B:USR1@300" in lines
    assert options[-1] < next(at for at, line in enumerate(lines) if line[:1] not in "#")


def test_torchrun_hands_every_option_on() -> None:
    """As the script and the documentation write it; otherwise it takes --start for its own."""
    words, options = "-m -- masklet.cli.main", ["train", "joint", "--start", "run.pt", "--shard"]
    for file in (SCRIPT, SCRIPT.parents[1] / "docs" / "train.md"):
        assert f"{words} train" in file.read_text()
    parsed = parse_args(["--nproc-per-node", "2", *words.split(), *options])
    assert (parsed.training_script, parsed.training_script_args) == ("masklet.cli.main", options)


@contextmanager
def job(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """The script as SLURM would run it on one node with two devices."""
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    for name, text in (("srun", SRUN.format(python=sys.executable)), ("scontrol", SCONTROL)):
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    words = ["cpu_smoke", "--steps", str(STEPS), "--log-every", "1", "--output", folder / "run"]
    path = os.pathsep.join((str(tools), str(Path(sys.executable).parent), os.environ["PATH"]))
    given = {"JOB_NODELIST": "here", "JOB_ID": os.getpid(), "NNODES": 1, "GPUS_ON_NODE": 2}
    slurm = {f"SLURM_{name}": str(value) for name, value in given.items()}
    with subprocess.Popen(
        ["bash", SCRIPT, *words],
        env={**os.environ, **slurm, "PATH": path, "ASKED": str(folder / "asked")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until(reached: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Look often until it is so."""
    end = time.monotonic() + PATIENCE
    while not reached():
        assert process.poll() is None or reached(), process.communicate()
        assert time.monotonic() < end
        time.sleep(0.05)


def steps(folder: Path) -> int:
    """Lines of the log."""
    log = folder / "run" / "log.jsonl"
    return log.read_text().count("\n") if log.exists() else 0


@pytest.mark.slow
def test_a_job_whose_time_runs_out_saves_and_is_queued_again(tmp_path: Path) -> None:
    """The batch shell gets SIGUSR1 ahead of time, two processes save, and the job goes on."""
    with job(tmp_path) as first:
        wait_until(lambda: steps(tmp_path) > 1, first)
        first.send_signal(signal.SIGUSR1)
        said, _ = first.communicate(timeout=PATIENCE)
        assert first.returncode == 0, said
    assert (tmp_path / "asked").read_text() == f"requeue {os.getpid()}\n"
    saved = torch.load(tmp_path / "run" / "run.pt")["step"]
    assert saved == steps(tmp_path) < STEPS
    assert f"stopped after step {saved} of {STEPS} and saved" in said
    with job(tmp_path) as second:
        wait_until(lambda: steps(tmp_path) > saved, second)
        second.send_signal(signal.SIGUSR1)
        said, _ = second.communicate(timeout=PATIENCE)
    assert torch.load(tmp_path / "run" / "run.pt")["step"] > saved, said
