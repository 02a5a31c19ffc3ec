"""Random numbers of one seeded generator, delivered to the device where they are used."""

from dataclasses import dataclass

import torch
from torch import Tensor

from masklet.data.pool import Pool


@dataclass(frozen=True, eq=False)
class Dice:
    """Draws of ``generator`` as tensors on ``device``.

    The generator may lie on the CPU while the pool lies on an accelerator: the same seed then
    gives the same batches on both.
    """

    generator: torch.Generator
    device: torch.device

    def uniform(self, shape: tuple[int, ...], low: float = 0.0, high: float = 1.0) -> Tensor:
        """Float tensor of ``shape``, uniform in [low, high)."""
        unit = torch.rand(shape, generator=self.generator, device=self.generator.device)
        return unit.to(self.device) * (high - low) + low

    def normal(self, shape: tuple[int, ...]) -> Tensor:
        """Float tensor of ``shape``, standard normal."""
        drawn = torch.randn(shape, generator=self.generator, device=self.generator.device)
        return drawn.to(self.device)

    def chance(self, shape: tuple[int, ...], probability: float) -> Tensor:
        """Bool tensor of ``shape``, true with ``probability``."""
        return self.uniform(shape) < probability

    def below(self, ends: Tensor) -> Tensor:
        """Int64 tensor: for each n of ``ends`` a number of 0 .. n - 1."""
        return (self.uniform(tuple(ends.shape)) * ends).long().minimum(ends - 1)

    def weighted(self, weights: Tensor, count: int) -> Tensor:
        """Int64 [count]: rows drawn with chances proportional to ``weights`` [N]."""
        climb = weights.double().cumsum(0)
        height = self.uniform((count,)).double() * climb[-1]
        return torch.searchsorted(climb, height, right=True).clamp(max=len(weights) - 1)

    def objects(self, pool: Pool, photo: Tensor, count: int) -> Tensor:
        """Int64 [B, count]: objects of each ``photo`` [B], with replacement, by their weights."""
        low = pool.object_climb[pool.first_object[photo]][:, None]
        high = pool.object_climb[pool.first_object[photo + 1]][:, None]
        height = low + self.uniform((len(photo), count)).double() * (high - low)
        row = torch.searchsorted(pool.object_climb, height, right=True) - 1
        first, last = pool.first_object[photo][:, None], pool.first_object[photo + 1][:, None] - 1
        return row.maximum(first).minimum(last)
