"""How sure a mean over clips is: percentile intervals from drawing the clips again and again.

Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13. Shapes: N clips,
D draws.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

DRAWS = 10_000
CONFIDENCE = 0.95
AT_ONCE = 2**22


class Interval(NamedTuple):
    """Where a mean lies with some confidence."""

    low: float
    high: float


def mean_interval(
    values: Float[np.ndarray, "N"],
    *,
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
    seed: int = 0,
) -> Interval | None:
    """The interval of the mean of ``values``; None where one clip or none says nothing of it."""
    if len(values) < 2:
        return None
    return _percentiles(drawn_means(values, draws=draws, seed=seed), confidence)


def difference_interval(
    first: Float[np.ndarray, "N"],
    second: Float[np.ndarray, "M"],
    *,
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
    seed: int = 0,
) -> Interval | None:
    """The interval of the mean of ``first`` less that of ``second``, each drawn on its own.

    None where either has fewer than two clips.
    """
    if min(len(first), len(second)) < 2:
        return None
    means = drawn_means(first, draws=draws, seed=seed)
    others = drawn_means(second, draws=draws, seed=seed + 1)
    return _percentiles(means - others, confidence)


def drawn_means(values: Float[np.ndarray, "N"], *, draws: int, seed: int) -> Float[np.ndarray, "D"]:
    """Means of as many clips as there are, drawn with replacement; a seed always draws alike."""
    assert len(values) > 0
    random = np.random.default_rng(seed)
    rows = max(1, AT_ONCE // len(values))
    parts = [
        values[random.integers(0, len(values), (min(rows, draws - begin), len(values)))].mean(1)
        for begin in range(0, draws, rows)
    ]
    return np.concatenate(parts)


def _percentiles(means: Float[np.ndarray, "D"], confidence: float) -> Interval:
    assert 0 < confidence < 1
    tail = 50 * (1 - confidence)
    low, high = np.percentile(means, [tail, 100 - tail])
    return Interval(float(low), float(high))
