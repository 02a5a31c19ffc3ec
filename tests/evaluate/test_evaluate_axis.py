"""Axes have round ticks, and labels are moved apart by as little as needed."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masklet.evaluate.report.axis import (
    Ends,
    axis_around,
    ends_of,
    nice_step,
    score_axis,
    spread,
    tick_texts,
)


def test_ticks_are_round_and_hold_the_values() -> None:
    axis = axis_around(Ends(0.43, 0.66), 100, 0)
    assert axis.ticks == (0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
    assert (axis.at(0.4), axis.at(0.7)) == (100, 0)
    assert axis.at(0.55) == pytest.approx(50)
    inside = axis_around(Ends(3, 250), 0, 247, count=6, pad=False)
    assert inside.ticks == (50, 100, 150, 200, 250)
    assert inside.at(13) == pytest.approx(10)


def test_an_axis_of_one_value_has_that_value_in_its_middle() -> None:
    axis = axis_around(Ends(5, 5), 0, 100, pad=False)
    assert axis.at(5) == 50
    assert axis_around(Ends(0, 0), 0, 100).at(0) == 50


def test_an_axis_of_scores_stays_within_0_and_1() -> None:
    assert score_axis(Ends(0.01, 0.99), 0, 1)[:2] == (0, 1)
    assert score_axis(Ends(0, 0), 0, 1).low == 0
    assert score_axis(Ends(1, 1), 0, 1).high == 1
    assert score_axis(Ends(-0.2, 0.5), 0, 1).low <= -0.2


@given(st.floats(1e-6, 1e6))
def test_a_step_is_round_and_at_most_two_and_a_half_times_as_large(rough: float) -> None:
    step = nice_step(rough)
    digits = f"{step:e}".split("e")[0].rstrip("0").rstrip(".")
    assert digits in ("1", "2", "2.5", "5")
    assert rough * (1 - 1e-6) <= step <= 2.5 * rough


@pytest.mark.parametrize(
    ("ticks", "texts"),
    [
        ((0.0, 20.0, 100.0), ("0", "20", "100")),
        ((0.0, 2.5, 5.0), ("0.0", "2.5", "5.0")),
        ((-0.25, 0.0), ("−0.25", "0.00")),
        ((1000.0, 20000.0), ("1,000", "20,000")),
        ((), ()),
    ],
)
def test_ticks_are_written_with_as_few_digits_as_needed(
    ticks: tuple[float, ...], texts: tuple[str, ...]
) -> None:
    assert tick_texts(ticks) == texts


def test_what_is_no_number_has_no_ends() -> None:
    assert ends_of([math.nan, math.inf]) is None
    assert ends_of([math.nan, 2, 1]) == (1, 2)


def test_labels_that_meet_move_apart_around_their_middle() -> None:
    """Two at 50 that need 10 go to 45 and 55; one far away stays."""
    assert spread([50, 50, 90], 10, 0, 100) == (45, 55, 90)
    assert spread([52, 50], 10, 0, 100) == (56, 46)
    assert spread([99, 100], 10, 0, 100) == (90, 100)
    assert spread([], 10, 0, 100) == ()
    assert spread([1, 1, 1], 10, 0, 10) == (0, 5, 10)


@given(st.lists(st.floats(0, 100), max_size=12), st.floats(1, 30))
def test_labels_keep_their_order_and_their_distance(places: list[float], gap: float) -> None:
    moved = spread(places, gap, 0, 100)
    room = min(gap, 100 / max(len(places) - 1, 1))
    ordered = sorted(moved)
    assert all(b - a >= room - 1e-6 for a, b in zip(ordered, ordered[1:], strict=False))
    assert all(-1e-6 <= place <= 100 + 1e-6 for place in moved)
    pairs = sorted(zip(places, moved, strict=True))
    assert all(a[0] == b[0] or a[1] <= b[1] for a, b in zip(pairs, pairs[1:], strict=False))
