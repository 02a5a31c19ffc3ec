"""Seeds out of numbers, and draws that can be asked for by number without those before them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch

BLOCK = 4096


def seed_of(*numbers: int) -> int:
    """A seed for these numbers; other numbers, even neighbours, have one that is unrelated."""
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0] >> 1)


def generator_of(*numbers: int) -> torch.Generator:
    """A generator on the CPU, seeded by ``seed_of``."""
    return torch.Generator().manual_seed(seed_of(*numbers))


class Turn(NamedTuple):
    """Which kind a draw is of, and how many earlier draws were of that kind."""

    kind: int
    before: int


class Turns:
    """An endless row of draws among a few kinds, each draw a function of its number alone.

    Args:
        seed: of the row.
        chances: of each kind, in any unit.
    """

    def __init__(self, seed: int, chances: Sequence[float]) -> None:
        self.seed = seed
        climb = np.cumsum(np.asarray(chances, dtype=float))
        self.climb = climb / climb[-1]
        self._before = [np.zeros(len(chances), dtype=np.int64)]
        self._held: tuple[int, np.ndarray] | None = None

    def at(self, number: int) -> Turn:
        """Draw ``number``, counted from 0."""
        block, place = divmod(number, BLOCK)
        while len(self._before) <= block:
            drawn = np.bincount(self._kinds(len(self._before) - 1), minlength=len(self.climb))
            self._before.append(self._before[-1] + drawn)
        kinds = self._kinds(block)
        kind = int(kinds[place])
        return Turn(kind, int(self._before[block][kind]) + int((kinds[:place] == kind).sum()))

    def _kinds(self, block: int) -> np.ndarray:
        """The kinds of one block of draws."""
        if self._held is None or self._held[0] != block:
            generator = np.random.Generator(np.random.PCG64(seed_of(self.seed, block)))
            kinds = np.searchsorted(self.climb, generator.random(BLOCK), side="right")
            self._held = (block, kinds)
        return self._held[1]
