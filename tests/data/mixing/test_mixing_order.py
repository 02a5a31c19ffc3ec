"""Which clip comes next: every one once a pass, sets in their shares, all by number alone."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masklet.data.mixing.order import Order, Passes, Pick, Share


def test_a_pass_takes_every_item_once() -> None:
    """Each in an order of its own, read anywhere."""
    passes = Passes(5, np.ones(7))
    drawn = [passes.at(number) for number in range(70)]
    rounds = [tuple(drawn[at : at + 7]) for at in range(0, 70, 7)]
    assert all(sorted(each) == list(range(7)) for each in rounds)
    assert len(set(rounds)) > 8
    assert [Passes(5, np.ones(7)).at(number) for number in (33, 69, 2)] == [
        drawn[33],
        drawn[69],
        drawn[2],
    ]
    assert [Passes(6, np.ones(7)).at(number) for number in range(7)] != drawn[:7]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.05, 3.0), min_size=1, max_size=6), st.integers(0, 1000))
def test_items_come_as_often_as_their_factors_say(factors: list[float], seed: int) -> None:
    """Rounded up or down in each pass, and exact in the long run."""
    passes = Passes(seed, factors)
    count = 4000
    drawn = Counter(passes.at(number) for number in range(count))
    shares = np.array([drawn[item] / count for item in range(len(factors))])
    assert shares == pytest.approx(np.array(factors) / sum(factors), abs=0.03)


def test_a_repeated_item_comes_so_often_in_each_pass() -> None:
    """Factor 2 is twice, 0.5 in every other pass or so."""
    passes = Passes(1, [2.0, 1.0])
    for start in range(0, 30, 3):
        assert sorted(passes.at(start + at) for at in range(3)) == [0, 0, 1]
    sparse = Passes(1, [0.5, 0.5, 0.5, 0.5])
    drawn = [sparse.at(number) for number in range(400)]
    assert sorted(Counter(drawn).values()) == pytest.approx([100] * 4, abs=12)


def test_sets_share_by_weight_or_by_length() -> None:
    """And clips of a set come in passes, whatever comes between."""
    by_length = Order(2, [Share(30), Share(10, repeat=2.0)])
    drawn = [by_length.at(number) for number in range(2000)]
    assert sum(pick.set == 0 for pick in drawn) / 2000 == pytest.approx(0.6, abs=0.04)
    first = [pick.item for pick in drawn if pick.set == 0]
    assert sorted(first[:30]) == list(range(30))
    second = [pick.item for pick in drawn if pick.set == 1]
    assert sorted(second[:20]) == sorted([*range(10), *range(10)])
    by_weight = Order(2, [Share(3, weight=1.0), Share(5000, weight=3.0)])
    shares = Counter(by_weight.at(number).set for number in range(2000))
    assert shares[0] / 2000 == pytest.approx(0.25, abs=0.04)


def test_any_number_can_be_asked_for_first() -> None:
    """What a run resumed at step 9,999 sees is what it would have seen."""
    shares = [Share(11, repeat=1.3), Share(4), Share(20, repeat=0.7)]
    straight = Order(9, shares)
    drawn = {number: straight.at(number) for number in range(10_000)}
    for number in (9_999, 4_097, 0, 6_000):
        assert Order(9, shares).at(number) == drawn[number]
    assert isinstance(drawn[0], Pick)
    assert [Order(8, shares).at(number) for number in range(50)] != [drawn[n] for n in range(50)]
