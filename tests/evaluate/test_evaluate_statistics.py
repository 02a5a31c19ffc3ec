"""The benchmarks' figures, worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from masklet.evaluate.scores.scoring import ObjectScores
from masklet.evaluate.scores.statistics import (
    davis_figures,
    statistics_of,
    vost_figures,
    youtube_figures,
)


def scores(region: list[float], boundary: list[float] | None = None) -> ObjectScores:
    """One object's scores on frames 1, 2, ..."""
    frames = tuple(range(1, len(region) + 1))
    lines = None if boundary is None else np.array(boundary)
    return ObjectScores(1, frames, np.array(region), lines)


def test_mean_recall_and_decay() -> None:
    """Nine frames: the quarters' borders are frames 0, 2, 4, 6, 8, each counted on both sides.

    The first quarter is 1, 1, 0.7 of mean 0.9, the last 0.4, 0.2, 0.3 of mean 0.3. Five of
    nine are above 0.5; 0.5 itself is not.
    """
    found = statistics_of(np.array([1, 1, 0.7, 0.6, 0.6, 0.5, 0.4, 0.2, 0.3]))
    assert found.mean == pytest.approx(5.3 / 9)
    assert found.recall == pytest.approx(5 / 9)
    assert found.decay == pytest.approx(0.6)


def test_borders_are_rounded_up_at_half() -> None:
    """Seven frames: borders at 0, 1.5, 3, 4.5, 6, so 0, 2, 3, 5, 6: quarters of three and two."""
    found = statistics_of(np.array([0.9, 0.6, 0.3, 0, 0, 0.1, 0.3]))
    assert found.decay == pytest.approx(0.6 - 0.2)


def test_borders_are_the_toolkits() -> None:
    """It rounds evenly spread numbers from 1, raised by a trifle, half to even."""
    for count in range(1, 300):
        ramp = np.arange(count, dtype=float)
        borders = (np.round(np.linspace(1, count, 5) + 1e-10) - 1).astype(int)
        first, last = ramp[: borders[1] + 1], ramp[borders[3] : borders[4] + 1]
        assert statistics_of(ramp).decay == pytest.approx(first.mean() - last.mean())


def test_nothing_scored_is_not_a_number() -> None:
    assert all(math.isnan(value) for value in statistics_of(np.array([])))
    figures = davis_figures([scores([], [])])
    assert math.isnan(figures.both)
    assert figures.boundary is None


@given(st.floats(0, 1), st.integers(1, 50))
def test_what_does_not_change_does_not_decay(value: float, count: int) -> None:
    found = statistics_of(np.full(count, value))
    assert found.mean == pytest.approx(value)
    assert found.decay == pytest.approx(0, abs=1e-12)
    assert found.recall == (value > 0.5)


def test_davis_takes_means_over_objects() -> None:
    """J is (1 + 0.2) / 2 whatever the numbers of frames; one without frames does not count."""
    figures = davis_figures(
        [scores([1.0] * 9, [0.5] * 9), scores([0.2] * 3, [0.9] * 3), scores([], [])]
    )
    assert figures.region.mean == pytest.approx(0.6)
    assert figures.region.recall == pytest.approx(0.5)
    assert figures.boundary is not None
    assert figures.boundary.mean == pytest.approx(0.7)
    assert figures.boundary.recall == pytest.approx(0.5)
    assert figures.both == pytest.approx(0.65)
    assert davis_figures([scores([1.0])]).boundary is None


def test_youtube_weighs_seen_and_unseen_alike() -> None:
    """Two seen objects of J 0.8 and 0.6, F 0.9 and 0.7; one unseen of J 0.5, F 0.4."""
    figures = youtube_figures(
        [scores([0.8], [0.9]), scores([0.6], [0.7])], [scores([0.4, 0.6], [0.4, 0.4])]
    )
    assert figures == pytest.approx((0.7, 0.5, 0.8, 0.4))
    assert figures.overall == pytest.approx(0.6)
    assert math.isnan(youtube_figures([scores([1.0], [1.0])], []).overall)


def test_vost_looks_at_the_last_quarter_too() -> None:
    """Of five frames the last quarter begins at frame 3 (3.75 rounded down), of one at it."""
    figures = vost_figures([scores([1, 1, 1, 0.4, 0.2]), scores([0.5])])
    assert figures.region == pytest.approx((0.72 + 0.5) / 2)
    assert figures.transformed == pytest.approx((0.3 + 0.5) / 2)
