"""Small runs for tests: little networks, two small pictures or clips a step, stopped at will."""

from dataclasses import replace
from pathlib import Path

import torch

from masklet.model.config import ConvConfig, MemoryConfig, ModelConfig, nano
from masklet.train.recipes import Recipe
from masklet.train.watcher import Watcher

SIZE = 64
NETWORK: ModelConfig = replace(
    nano(),
    name="tiny",
    image_size=SIZE,
    trunk=ConvConfig(stem=8, widths=(8, 16, 32, 64), blocks=(1, 1, 1, 1)),
    memory=MemoryConfig(dim=32, layers=1, feedforward=64, dropout=0.0, fuser_blocks=1),
    dim=64,
    decoder_feedforward=64,
)


def tiny(recipe: Recipe, steps: int, model: ModelConfig = NETWORK) -> Recipe:
    """The recipe on two small pictures or clips, for so many steps."""
    schedule = replace(recipe.schedule, steps=steps, warmup=2, cooldown=2)
    pictures = replace(recipe.pictures, size=SIZE, batch=2, objects=2)
    return replace(
        recipe,
        model=model,
        schedule=schedule,
        size=SIZE,
        batch=2,
        frames=3,
        pictures=pictures,
    )


class StopAt(Watcher):
    """Asks a run to stop after so many steps."""

    def __init__(self, step: int) -> None:
        super().__init__()
        self.last = step

    def stepped(self, step: int) -> None:
        """Count."""
        self.stop = step == self.last


def assert_same_run(one: Path, other: Path) -> None:
    """Two files hold the same state of a run, bit for bit."""
    once, again = torch.load(one), torch.load(other)
    assert once.keys() == again.keys()
    assert once.pop("config") == again.pop("config")
    for name in once:
        torch.testing.assert_close(again[name], once[name], rtol=0, atol=0)
