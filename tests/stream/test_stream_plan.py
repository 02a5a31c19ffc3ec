"""The reading plan says what the reference's rule says, on thousands of random cases."""

import random

import pytest

from masklet.stream.plan import Clock, Plan, nearest_prompted, plan_reads
from tests.golden.reference_rule import NO_LIMIT, read_rule


def random_case(dice: random.Random) -> tuple[Plan, Plan]:
    """Ours and the reference's answer to one random question, in the same words."""
    length = dice.choice([1, 2, 3, 5, 9, 15, 16, 17, 40])
    frame = dice.randrange(length)
    prompted = dice.sample(range(length), dice.randint(1, min(length, 6)))
    tracked = {t for t in range(length) if t not in prompted and dice.random() < 0.7}
    reverse = dice.random() < 0.5
    limit = dice.choice([None, None, 2, 3])
    ours = plan_reads(frame, prompted, tracked.__contains__, Clock(reverse, length), limit=limit)
    theirs = read_rule(
        frame,
        prompted=prompted,
        tracked=tracked,
        num_frames=length,
        reverse=reverse,
        limit=NO_LIMIT if limit is None else limit,
    )
    return ours, Plan(
        tuple((read.frame, read.place) for read in theirs.memories),  # type: ignore[arg-type]
        tuple((read.frame, read.place) for read in theirs.pointers),  # type: ignore[arg-type]
        theirs.divisor,
    )


def test_the_plan_is_the_references_rule() -> None:
    """Every memory and pointer, in order, for all directions, lengths and limits."""
    dice = random.Random(1)
    for _ in range(5000):
        ours, theirs = random_case(dice)
        assert ours == theirs


def test_an_endless_stream_reads_as_a_long_clip() -> None:
    """Without a length, pointer distances are divided as in a clip of 16 frames or more."""
    tracked = set(range(1, 40))
    endless = plan_reads(40, (0,), tracked.__contains__, Clock())
    assert endless == plan_reads(40, (0,), tracked.__contains__, Clock(length=500))
    assert endless.farthest == 15


def test_a_limit_keeps_both_sides() -> None:
    """The nearest before and the nearest after stay, then the nearest of the rest."""
    assert set(nearest_prompted(10, (0, 1, 2, 30), 2)) == {2, 30}
    assert set(nearest_prompted(10, (0, 1, 2, 30), 3)) == {1, 2, 30}
    with pytest.raises(ValueError, match="at least 2"):
        nearest_prompted(10, (0, 1), 1)
