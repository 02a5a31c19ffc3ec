"""Axes of charts: ticks at round numbers, and where a value lies in pixels."""

import math
from collections.abc import Iterable
from typing import NamedTuple

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


class Axis(NamedTuple):
    """A straight scale.

    Attributes:
        low, high: values at its ends.
        start, end: where these lie, in pixels.
        ticks: round values between the ends, both included where they are round.
    """

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """Pixels of a value."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


class Ends(NamedTuple):
    """The smallest and the largest of some values."""

    low: float
    high: float


def ends_of(values: Iterable[float]) -> Ends | None:
    """Of the finite ones; None where there is none."""
    finite = [value for value in values if math.isfinite(value)]
    return Ends(min(finite), max(finite)) if finite else None


def axis_around(ends: Ends, start: float, end: float, *, count: int = 6, pad: bool = True) -> Axis:
    """An axis about ``count`` ticks long that holds ``ends``.

    With ``pad`` it reaches to the next ticks, else it ends where the values end.
    """
    low, high = ends
    if high <= low:
        low, high = low - 0.5 * (abs(low) or 1), high + 0.5 * (abs(high) or 1)
    step = nice_step((high - low) / max(count - 1, 1))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(round(at * step, 12) for at in range(first, last + 1))
    if pad:
        return Axis(ticks[0], ticks[-1], start, end, ticks)
    inside = tuple(tick for tick in ticks if low - 1e-9 <= tick <= high + 1e-9)
    return Axis(low, high, start, end, inside)


def score_axis(ends: Ends, start: float, end: float) -> Axis:
    """An axis for scores, within 0 to 1 where the scores are."""
    low, high = ends
    room = max(0.02, 0.08 * (high - low))
    wide = Ends(max(low - room, 0) if low >= 0 else low, min(high + room, 1) if high <= 1 else high)
    return axis_around(wide, start, end)


def nice_step(rough: float) -> float:
    """The least of 1, 2, 2.5, 5 times a power of ten that is not below ``rough`` (> 0)."""
    power = 10 ** math.floor(math.log10(rough))
    return next(step * power for step in STEPS if step * power >= rough * (1 - 1e-9))


def tick_texts(ticks: tuple[float, ...]) -> tuple[str, ...]:
    """Ticks with as few digits as tell them apart, the same for all."""
    for digits in range(4):
        if all(abs(round(tick, digits) - tick) < 1e-9 for tick in ticks):
            return tuple(f"{tick:,.{digits}f}".replace("-", "−") for tick in ticks)
    return tuple(f"{tick:g}".replace("-", "−") for tick in ticks)


class _Run(NamedTuple):
    """Places that touch: how many, and where the first of them should be for the least moving."""

    first: float
    places: int


def spread(places: Iterable[float], gap: float, low: float, high: float) -> tuple[float, ...]:
    """Places moved as little as possible to be ``gap`` apart, in their order, within the limits.

    Where they cannot all fit they are evenly crowded. Least squares: runs that overlap are
    joined around their common mean.
    """
    given = list(places)
    order = sorted(range(len(given)), key=lambda at: given[at])
    gap = min(gap, (high - low) / max(len(given) - 1, 1))
    runs: list[_Run] = []
    for rank, at in enumerate(order):
        runs.append(_Run(given[at] - rank * gap, 1))
        while len(runs) > 1 and runs[-2].first > runs[-1].first:
            (one, many), (other, more) = runs.pop(-2), runs.pop()
            runs.append(_Run((one * many + other * more) / (many + more), many + more))
    last = high - gap * (len(given) - 1)
    firsts = [max(low, min(run.first, last)) for run in runs for _ in range(run.places)]
    moved = dict(zip(order, (first + rank * gap for rank, first in enumerate(firsts)), strict=True))
    return tuple(moved[at] for at in range(len(given)))
