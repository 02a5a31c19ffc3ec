"""Processes that train together play one game: rows, losses and weights are those of one."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from masklet.data.pool import Pool
from masklet.errors import MaskletError
from masklet.train.draws import Draws, Share
from masklet.train.loop import Setup, fit
from masklet.train.processes import own_device, share_of
from masklet.train.recipes import cpu_smoke
from masklet.train.rounds import row_weights

STEPS, PATIENCE = 3, 300


def draws(seed: int, share: Share) -> Draws:
    """A process's draws."""
    return Draws(torch.Generator().manual_seed(seed), share)


def test_each_process_draws_its_own_part_of_what_one_draws() -> None:
    """And whatever is drawn next is the same again."""
    cpu = torch.device("cpu")
    alone, both = draws(3, Share()), [draws(3, Share(rank, 2)) for rank in range(2)]
    whole = alone.rows((6, 2), cpu)
    assert torch.equal(torch.cat([part.rows((3, 2), cpu) for part in both]), whole)
    assert len({each.chance() for each in (alone, *both)}) == 1


def test_weights_of_rows_make_one_mean_over_all_present_objects() -> None:
    """Also where the processes have different numbers of them, and where nobody has any."""
    present = torch.tensor([[True, False], [True, True]])
    own = [row_weights(present, Share(rank, 2)) for rank in range(2)]
    expected = torch.tensor([2, 0, 2, 2]) / 3
    torch.testing.assert_close(torch.cat(own), expected)
    assert not row_weights(torch.zeros_like(present), Share(1, 2)).any()


def test_a_batch_that_cannot_be_shared_is_refused(pool: Pool, tmp_path: Path) -> None:
    """Before anything is written."""
    setup = Setup(pool=pool, folder=tmp_path / "run", share=Share(1, 3))
    with pytest.raises(MaskletError, match="batch is 2; wanted a multiple of the 3 processes"):
        fit(cpu_smoke(2), setup)
    assert not setup.folder.exists()


def test_a_process_takes_its_own_gpu_and_says_so_where_there_is_none() -> None:
    """Names other than cuda are taken as they are."""
    assert share_of({"RANK": "2", "WORLD_SIZE": "4"}) == Share(2, 4)
    assert own_device("cpu", {"LOCAL_RANK": "1"}) == torch.device("cpu")
    with pytest.raises(MaskletError, match="'cuda:99' cannot be used here"):
        own_device("cuda", {"LOCAL_RANK": "99"})


def train(folder: Path, world: int) -> list[dict]:
    """The smoke recipe's log, played by so many processes with warnings as errors."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    words = ["train", "cpu_smoke", "--output", str(folder)]
    words += ["--steps", str(STEPS), "--log-every", "1"]
    place = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "WORLD_SIZE": str(world)}
    # A 1x1 kernel lies alike under either memory order, which torch warns of on several threads.
    warned = ("-W", "error", "-W", "ignore:Grad strides do not match bucket view strides")
    command = [sys.executable, *warned, "-m", "masklet.cli.main", *words]
    processes = [
        subprocess.Popen(
            command,
            env={**os.environ, **place, "RANK": str(rank), "LOCAL_RANK": str(rank)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(world)
    ]
    for rank, process in enumerate(processes):
        out, said = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, said
        assert bool(out) == (rank == 0)
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


@pytest.mark.slow
def test_two_processes_equal_one(tmp_path: Path) -> None:
    """Losses, weights and batch statistics of each step, up to rounding."""
    one, two = train(tmp_path / "one", 1), train(tmp_path / "two", 2)
    assert len(one) == len(two) == STEPS
    for alone, shared in zip(one, two, strict=True):
        for answer in ("first", "last"):
            assert shared[answer] == pytest.approx(alone[answer], rel=1e-3, abs=1e-3)
    states = [torch.load(tmp_path / name / "run.pt") for name in ("one", "two")]
    assert torch.equal(states[0]["generator"], states[1]["generator"])
    for name, tensor in states[0]["model"].items():
        torch.testing.assert_close(states[1]["model"][name], tensor, rtol=1e-3, atol=5e-3)
