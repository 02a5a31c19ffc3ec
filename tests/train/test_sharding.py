"""A run in parts, one a process, is the run of one process, and either goes on with the other."""

import json
import os
import socket
import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch
from small import SMALL
from torch.distributed.tensor import DTensor
from torch.multiprocessing.spawn import spawn

from masklet.data.pool import load_pool
from masklet.errors import MaskletError
from masklet.train.draws import Share
from masklet.train.held_out import read_held_out
from masklet.train.loop import Setup, fit
from masklet.train.processes import check_together, joined
from masklet.train.recipes import Recipe, joint
from masklet.train.tuning import Tuning
from masklet.train.validation import Checks, Limits, Validator
from tests.train.tiny import StopAt, tiny

STEPS, HALF = 4, 2
CPU = torch.device("cpu")
SLOWLY = replace(tiny(joint(STEPS), STEPS).schedule, peak=1e-4)
CONVOLVES = replace(tiny(joint(STEPS), STEPS), schedule=SLOWLY, frozen_norms=False)
ADAPTS = replace(
    tiny(joint(STEPS), STEPS, replace(SMALL, trunk=replace(SMALL.trunk, drop_path=0.0))),
    schedule=SLOWLY,
    tuning=Tuning(what="lora", rank=2),
)


@dataclass(frozen=True)
class Part:
    """A run that goes on from its folder's checkpoint to a step."""

    recipe: Recipe
    shards: Path
    folder: Path
    until: int

    def play(self, share: Share) -> None:
        """Alone or as one of several; each holds its part alone."""
        held = read_held_out(self.shards, clips=False)
        assert held is not None
        limits, config = Limits(photos=2, shown=0), self.recipe.model
        validator = Validator(held=held, config=config, size=64, device=CPU, limits=limits)
        setup = Setup(
            pool=load_pool(self.shards),
            folder=self.folder,
            log_every=1,
            checks=Checks(validator=validator, every=HALF),
            share=share,
            shard=True,
        )
        run = fit(self.recipe, setup, StopAt(self.until))
        if share.world > 1:
            parts = [part for part in run.model.parameters() if isinstance(part, DTensor)]
            assert len(parts) == len(list(run.model.parameters()))
            held_here = sum(part.to_local().numel() for part in parts)
            assert held_here < 0.6 * sum(part.numel() for part in parts)

    def play_together(self) -> None:
        """In two processes."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        spawn(play, args=(self, port), nprocs=2)


def play(rank: int, part: Part, port: int) -> None:
    """In a process of its own, with warnings as errors; also what is checked beforehand."""
    warnings.simplefilter("error")
    os.environ.update(RANK=str(rank), WORLD_SIZE="2", MASTER_PORT=str(port))
    os.environ["MASTER_ADDR"] = "127.0.0.1"
    torch.set_num_threads(1)
    with joined(CPU) as share:
        with pytest.raises(MaskletError, match="go on from step 1, others from step 0"):
            check_together(rank, share, CPU)
        part.play(share)


def log_of(folder: Path) -> list[dict]:
    """Every line."""
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


@pytest.mark.parametrize(
    ("recipe", "together"),
    [(CONVOLVES, True), pytest.param(ADAPTS, False, marks=pytest.mark.slow)],
    ids=["two begin and one ends", "one begins and two end, with adapters"],
)
def test_parts_equal_the_whole(
    shards: Path, tmp_path: Path, recipe: Recipe, together: bool
) -> None:
    """Losses, validation, weights, average and optimizer, up to rounding; files are whole."""
    straight, mixed = tmp_path / "straight", tmp_path / "mixed"
    Part(recipe, shards, straight, STEPS).play(Share())
    for until, split in ((HALF, together), (STEPS, not together)):
        part = Part(recipe, shards, mixed, until)
        if split:
            part.play_together()
        else:
            part.play(Share())
    for once, again in zip(log_of(straight), log_of(mixed), strict=True):
        assert once.keys() == again.keys()
        for name in {"first", "last", "validation"} & once.keys():
            assert again[name] == pytest.approx(once[name], rel=2e-3, abs=2e-3)
    once, again = (torch.load(folder / "run.pt") for folder in (straight, mixed))
    assert once.keys() == again.keys()
    assert torch.equal(once["generator"], again["generator"])
    for name in ("model", "average"):
        for key, tensor in once[name].items():
            torch.testing.assert_close(again[name][key], tensor, rtol=1e-3, atol=5e-3)
    assert once["optimizer"]["state"].keys() == again["optimizer"]["state"].keys()
    for number, known in once["optimizer"]["state"].items():
        assert again["optimizer"]["state"][number]["step"] == known["step"]
        name = "momentum" if "momentum" in known else "exp_avg"
        moment = again["optimizer"]["state"][number][name]
        torch.testing.assert_close(moment, known[name], rtol=2e-2, atol=2e-3)
