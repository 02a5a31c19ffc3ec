"""Rates of learning at steps that are worked out by hand."""

import math

import pytest

from masklet.train.schedule import ReciprocalRoot, Schedule


def test_the_schedule_warms_up_holds_and_cools_down() -> None:
    """Its ends and its middle."""
    schedule = Schedule(peak=1.0, steps=100, warmup=10, cooldown=40)
    assert schedule.rate(0) == pytest.approx(0.1)
    assert schedule.rate(9) == schedule.rate(59) == 1.0
    assert schedule.rate(80) == pytest.approx(0.5)
    assert schedule.rate(99) < 0.01


def test_a_cosine_ends_at_its_floor() -> None:
    """As in the published fine-tuning: from 5e-6 to a tenth of it, without a warm-up."""
    schedule = Schedule(peak=5e-6, steps=1000, warmup=0, cooldown=1000, floor=0.1)
    assert schedule.rate(0) == pytest.approx(5e-6)
    assert schedule.rate(500) == pytest.approx(5e-6 * 0.55)
    assert schedule.rate(250) == pytest.approx(5e-6 * (0.1 + 0.9 * (1 + math.sqrt(0.5)) / 2))
    assert schedule.rate(1000) == pytest.approx(5e-7)


def test_the_reciprocal_root_is_that_of_the_paper() -> None:
    """90,000 steps, a warm-up of 1,000, a timescale of 1,000, a cool-down of 5,000."""
    schedule = ReciprocalRoot(peak=4e-4, steps=90000, warmup=1000, cooldown=5000)
    assert schedule.rate(0) == pytest.approx(4e-7)
    assert schedule.rate(999) == schedule.rate(1000) == pytest.approx(4e-4)
    assert schedule.rate(4000) == pytest.approx(2e-4)
    assert schedule.rate(16000) == pytest.approx(1e-4)
    assert schedule.rate(85000) == pytest.approx(4e-4 / math.sqrt(85))
    assert schedule.rate(86000) == pytest.approx(4e-4 / math.sqrt(86) * 0.8)
    assert schedule.rate(89999) == pytest.approx(0.0, abs=1e-8)
