"""Random numbers of a game that several processes play together, each with rows of its own."""

from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from jaxtyping import Float, Shaped
from torch import Tensor


class Share(NamedTuple):
    """One process among those that train together."""

    rank: int = 0
    world: int = 1

    def own(self, rows: Shaped[Tensor, "R *rest"]) -> Shaped[Tensor, "r *rest"]:
        """This process's rows of what all of them hold: the ``rank``-th of ``world`` even parts."""
        count = len(rows) // self.world
        return rows[self.rank * count : (self.rank + 1) * count]


@dataclass(frozen=True, eq=False)
class Draws:
    """Draws from one generator that all processes advance alike.

    Every process draws for the rows of all and keeps its own, so that rows meet the same fate
    however many processes share them.
    """

    generator: torch.Generator
    share: Share = field(default_factory=Share)

    def chance(self) -> float:
        """A number in 0..1, the same in every process and on every device."""
        return torch.rand((), generator=self.generator).item()

    def step(self, count: int) -> list[int]:
        """``count`` numbers of -1, 0 and 1, the same in every process."""
        return torch.randint(-1, 2, (count,), generator=self.generator).tolist()

    def rows(self, shape: tuple[int, ...], device: torch.device) -> Float[Tensor, "*shape"]:
        """Numbers in 0..1 of ``shape``, whose first dimension is this process's rows."""
        every = (shape[0] * self.share.world, *shape[1:])
        drawn = torch.rand(every, generator=self.generator, device=self.generator.device)
        return self.share.own(drawn).to(device)
