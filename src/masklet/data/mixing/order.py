"""Which clip comes next: a function of seed and number alone, so that no state is kept.

Sets are drawn by weight; within a set clips come in passes over all of it, each in an order of its
own, so that none is drawn again before all others were.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from masklet.data.seeds import Turns, seed_of

SETS_SALT, PASSES_SALT = 1, 2


class Passes:
    """Endless passes over the items of a set.

    Args:
        seed: of the orders.
        factors: how often each item comes in a pass; of 1.3, a second time in 3 passes of 10.
    """

    def __init__(self, seed: int, factors: Sequence[float] | np.ndarray) -> None:
        self.seed = seed
        self.factors = np.asarray(factors, dtype=float)
        self._whole = bool((self.factors == self.factors.round()).all())
        self._ends = [0]
        self._held: tuple[int, np.ndarray] | None = None

    def at(self, number: int) -> int:
        """The item that comes as number ``number``, counted from 0."""
        if self._whole:
            epoch, place = divmod(number, int(self.factors.sum()))
            return int(self._order(epoch)[place])
        while self._ends[-1] <= number:
            self._ends.append(self._ends[-1] + int(self._counts(len(self._ends) - 1).sum()))
        epoch = int(np.searchsorted(self._ends, number, side="right")) - 1
        return int(self._order(epoch)[number - self._ends[epoch]])

    def _order(self, epoch: int) -> np.ndarray:
        """The items of one pass in their order."""
        if self._held is None or self._held[0] != epoch:
            items = np.repeat(np.arange(len(self.factors)), self._counts(epoch))
            self._held = (epoch, self._generator(epoch, 1).permutation(items))
        return self._held[1]

    def _counts(self, epoch: int) -> np.ndarray:
        """How often each item comes in a pass: its factor, rounded up or down at random."""
        below = np.floor(self.factors)
        drawn = self._generator(epoch, 0).random(len(self.factors))
        return (below + (drawn < self.factors - below)).astype(np.int64)

    def _generator(self, epoch: int, salt: int) -> np.random.Generator:
        return np.random.Generator(np.random.PCG64(seed_of(self.seed, epoch, salt)))


class Pick(NamedTuple):
    """A clip of one of several sets."""

    set: int
    item: int


class Share(NamedTuple):
    """A set in a mix: its clips, how often a pass takes each, and its share of what is drawn."""

    length: int
    repeat: float = 1.0
    weight: float | None = None

    @property
    def chance(self) -> float:
        """Its weight, or how many clips a pass has."""
        return self.length * self.repeat if self.weight is None else self.weight


class Order:
    """An endless row of clips of several sets.

    Args:
        seed: of the row.
        shares: one a set; all with a weight or all without.
    """

    def __init__(self, seed: int, shares: Sequence[Share]) -> None:
        self.turns = Turns(seed_of(seed, SETS_SALT), [share.chance for share in shares])
        self.passes = [
            Passes(seed_of(seed, PASSES_SALT, at), np.full(share.length, share.repeat))
            for at, share in enumerate(shares)
        ]

    def at(self, number: int) -> Pick:
        """The clip that comes as number ``number``, counted from 0."""
        kind, before = self.turns.at(number)
        return Pick(kind, self.passes[kind].at(before))
