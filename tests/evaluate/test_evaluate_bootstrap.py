"""Bootstrap intervals: known answers for tiny samples, and what must hold for all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masklet.evaluate.tasks import bootstrap
from masklet.evaluate.tasks.bootstrap import difference_interval, drawn_means, mean_interval

values = st.lists(st.floats(0, 1), min_size=2, max_size=12).map(np.array)


def test_one_clip_has_no_interval() -> None:
    """Nor has none, nor a difference with either."""
    one, two = np.array([0.3]), np.array([0.3, 0.5])
    assert mean_interval(one) is None
    assert mean_interval(np.array([])) is None
    assert difference_interval(one, two) is None
    assert difference_interval(two, one) is None


def test_two_clips() -> None:
    """Means of two draws from 0 and 1 are 0, 0.5 and 1 with chances 1/4, 1/2 and 1/4.

    So the middle 95 % reach from 0 to 1, and the middle 40 % are 0.5 alone.
    """
    pair = np.array([0.0, 1.0])
    assert mean_interval(pair) == (0, 1)
    assert mean_interval(pair, confidence=0.4) == (0.5, 0.5)
    means = drawn_means(pair, draws=20_000, seed=3)
    for mean, chance in ((0.0, 0.25), (0.5, 0.5), (1.0, 0.25)):
        assert np.mean(means == mean) == pytest.approx(chance, abs=0.02)


def test_many_clips_as_the_normal_law_says() -> None:
    """Of 400 clips with standard deviation 1: the mean's is 1/20, so 95 % is 1.96 / 20 wide."""
    sample = np.random.default_rng(0).normal(size=400)
    sample = (sample - sample.mean()) / sample.std()
    interval = mean_interval(sample)
    assert interval is not None
    assert interval == pytest.approx((-0.098, 0.098), abs=0.006)


def test_a_difference_is_wider_than_its_parts() -> None:
    """Variances add up: two groups of 400 as above give 1.96 * sqrt(2) / 20 = 0.139."""
    sample = np.random.default_rng(0).normal(size=400)
    sample = (sample - sample.mean()) / sample.std()
    interval = difference_interval(sample + 1, sample)
    assert interval == pytest.approx((1 - 0.139, 1 + 0.139), abs=0.008)


@settings(max_examples=30, deadline=None)
@given(values, st.integers(0, 9))
def test_the_interval_lies_within_the_values(sample: np.ndarray, seed: int) -> None:
    """The same seed gives the same; the mean of extremes is not left."""
    interval = mean_interval(sample, draws=500, seed=seed)
    assert interval is not None
    assert interval == mean_interval(sample, draws=500, seed=seed)
    assert sample.min() - 1e-9 <= interval.low <= interval.high <= sample.max() + 1e-9
    wider = mean_interval(sample, draws=500, seed=seed, confidence=0.99)
    assert wider is not None
    assert wider.low <= interval.low <= interval.high <= wider.high


def test_clips_that_are_alike_are_certain() -> None:
    """No spread, no width."""
    assert mean_interval(np.full(5, 0.25)) == (0.25, 0.25)
    assert difference_interval(np.full(5, 0.75), np.full(3, 0.25)) == (0.5, 0.5)


def test_draws_come_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory stays bounded, and the number of draws is what was asked for."""
    monkeypatch.setattr(bootstrap, "AT_ONCE", 7)
    assert drawn_means(np.array([0.0, 1.0, 1.0]), draws=11, seed=0).shape == (11,)
