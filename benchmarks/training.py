"""Samples a second in training, and how long data, clicks and network take of a step.

    python benchmarks/training.py
    taskset -c 0,1 python benchmarks/training.py --recipe joint --pool shards --steps 40
    python benchmarks/training.py --recipe joint --mix photos=DIR davis/train=DIR --workers 2
    python benchmarks/training.py --device cuda --bfloat16

A sample is one picture: a photo, or a frame of a clip. "Data" is how long a step waits for its
batch, which is drawn on a thread ("drawing") or read by workers meanwhile, "clicks" the simulated
person, "network" all the rest: forward, losses, backward, optimiser and average. Without ``--pool``
pictures are drawn at the side that packed shards have. Times are medians over the steps after the
first few, "wait" the mean of data and clicks together; on a GPU each part is waited for, which
costs a little.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import torch
from torch import nn

from masklet.data.mixing.mix import open_mix
from masklet.data.mixing.spec import parse_set
from masklet.data.pool import load_pool
from masklet.train import feed, game, rounds
from masklet.train.checkpointing import Run
from masklet.train.drawn import draw_pool
from masklet.train.loop import Setup, make_player, set_up, take_step
from masklet.train.mixed.feed import MixMaterial
from masklet.train.recipes import Recipe, clips, joint, photos

RECIPES = {"photos": photos, "clips": clips, "joint": joint}
CLICKS = ("first_click", "correction_clicks", "noisy_box", "rough_mask")
SIDE, WARM_UP = 320, 3


class Step(NamedTuple):
    """Pictures of one step, and seconds in all, for data, for clicks and for drawing a batch."""

    samples: int
    all: float
    data: float
    clicks: float
    drawing: float

    @property
    def wait(self) -> float:
        """What the network waits."""
        return self.data + self.clicks

    @property
    def network(self) -> float:
        """What is left."""
        return self.all - self.data - self.clicks


class Stopwatch:
    """Adds up how long some functions take."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self.seconds = {"data": 0.0, "clicks": 0.0, "drawing": 0.0}
        self.samples = 0

    def now(self) -> float:
        """Once the device has done what it was told."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        return time.perf_counter()

    def timed(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, its time added to ``part``."""

        def call(*arguments: Any, **options: Any) -> Any:
            began = self.now()
            result = function(*arguments, **options)
            self.seconds[part] += self.now() - began
            if part == "data":
                self.samples = result.pictures.shape[:-3].numel()
            return result

        return call

    @contextmanager
    def watching(self, player: nn.Module) -> Iterator[None]:
        """Within the block, data, clicks and drawing are timed."""
        assert isinstance(player, rounds.Rounds)
        with ExitStack() as stack:
            waited = self.timed("data", player.feed.batch)
            stack.enter_context(patch.object(player.feed, "batch", waited))
            draw = self.timed("drawing", feed.draw_batch)
            stack.enter_context(patch.object(feed, "draw_batch", draw))
            for name in CLICKS:
                clicked = self.timed("clicks", getattr(game, name))
                stack.enter_context(patch.object(game, name, clicked))
            yield

    def take_step(self, recipe: Recipe, run: Run, player: nn.Module) -> Step:
        """One step of training."""
        self.seconds = dict.fromkeys(self.seconds, 0.0)
        began = self.now()
        take_step(recipe, run, player)
        return Step(self.samples, self.now() - began, **self.seconds)


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--recipe", choices=RECIPES, action="append", help="all by default")
    parser.add_argument("--pool", type=Path, help="packed shards; drawn ones by default")
    parser.add_argument("--mix", nargs="+", help="datasets as they lie on disk, KIND=PATH")
    parser.add_argument("--workers", type=int, default=2, help="processes that read a mix")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--bfloat16", action="store_true")
    return parser.parse_args()


def measure(recipe: Recipe, setup: Setup, steps: int) -> list[Step]:
    """So many steps of a fresh run."""
    run = set_up(recipe, setup)
    watch = Stopwatch(setup.material.device)
    with closing(setup.material.feed(recipe, setup.share)) as batches:
        player = make_player(recipe, run, setup, batches)
        with watch.watching(player):
            return [watch.take_step(recipe, run, player) for _ in range(WARM_UP + steps)][WARM_UP:]


def row_of(name: str, steps: list[Step]) -> str:
    """One line of the table."""
    rate = sum(step.samples for step in steps) / sum(step.all for step in steps)
    parts = ("all", "data", "clicks", "network", "drawing")
    figures = [1000 * statistics.median(getattr(step, part) for step in steps) for part in parts]
    figures.append(1000 * statistics.mean(step.wait for step in steps))
    return f"| {name} | {rate:.1f} | " + " | ".join(f"{each:.0f}" for each in figures) + " |"


def main() -> None:
    """Print a table."""
    options = read_options()
    device = torch.device(options.device)
    print(f"{device}, {torch.get_num_threads()} threads, torch {torch.__version__}\n")
    print("| recipe | samples/s | ms a step | data | clicks | network | drawing | wait |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        if options.mix:
            mix = open_mix([parse_set(word) for word in options.mix], side=SIDE, device=device)
            pool = MixMaterial(mix=mix, workers=options.workers)
        else:
            pool = load_pool(options.pool or draw_pool(Path(folder), side=SIDE), device)
        setup = Setup(pool=pool, folder=Path(folder, "run"))
        for name in options.recipe or RECIPES:
            recipe = replace(RECIPES[name](4000), bfloat16=options.bfloat16)
            print(row_of(name, measure(recipe, setup, options.steps)), flush=True)
    print(f"\nload average at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
