"""The plan of a clip: how often what is prompted and corrected, over many seeds."""

from collections import Counter

import pytest
import torch

from masklet.train.draws import Draws
from masklet.train.prompting import ClipPlan, First, Start, pick, plan_clip, start_in_the_paper

FRAMES, MANY = 8, 4000


def plans(start: Start, frames: int = FRAMES, count: int = MANY) -> list[ClipPlan]:
    """Many of them from one seed."""
    draws = Draws(torch.Generator().manual_seed(5))
    return [plan_clip(start, frames, draws) for _ in range(count)]


def shares(numbers: list) -> dict:
    """How often each comes, in all of 1."""
    return {value: count / len(numbers) for value, count in Counter(numbers).items()}


PAPER = plans(start_in_the_paper())


def test_half_of_the_clips_begin_with_masks_and_a_quarter_each_with_clicks_and_boxes() -> None:
    """On the first frame and, alike, on the second one that is prompted."""
    for place in (0, 1):
        kinds = [list(p.prompted.values())[place] for p in PAPER if len(p.prompted) > place]
        expected = {First.MASK: 0.5, First.CLICK: 0.25, First.BOX: 0.25}
        assert shares(kinds) == pytest.approx(expected, abs=0.04)
    both = [tuple(p.prompted.values()) for p in PAPER if len(p.prompted) == 2]
    assert {kinds for kinds in both if First.MASK in kinds} == {(First.MASK, First.MASK)}
    assert (First.CLICK, First.BOX) in both


def test_one_or_two_frames_are_prompted_the_first_always() -> None:
    """Both numbers as often, the second frame anywhere."""
    assert shares([len(p.prompted) for p in PAPER]) == pytest.approx({1: 0.5, 2: 0.5}, abs=0.04)
    assert all(next(iter(p.prompted)) == 0 for p in PAPER)
    seconds = shares([list(p.prompted)[1] for p in PAPER if len(p.prompted) == 2])
    assert seconds == pytest.approx(dict.fromkeys(range(1, FRAMES), 1 / 7), abs=0.03)


def test_one_or_two_frames_are_corrected_the_prompted_ones_first() -> None:
    """Both where two are prompted; after a mask, none."""
    for plan in PAPER:
        begun = set(plan.prompted)
        if plan.prompted[0] is First.MASK:
            assert not plan.corrected
        else:
            assert begun <= plan.corrected
            assert len(plan.corrected) <= 2
    alone = [p for p in PAPER if len(p.prompted) == 1 and p.prompted[0] is not First.MASK]
    assert shares([len(p.corrected) for p in alone]) == pytest.approx({1: 0.5, 2: 0.5}, abs=0.05)
    others = shares([max(p.corrected) for p in alone if len(p.corrected) == 2])
    assert others == pytest.approx(dict.fromkeys(range(1, FRAMES), 1 / 7), abs=0.04)


def test_prompted_frames_are_played_first_and_every_frame_once() -> None:
    """Also the frames before a second prompted one come after it."""
    for plan in PAPER[:50]:
        order = plan.order(FRAMES)
        assert sorted(order) == list(range(FRAMES))
        assert order[: len(plan.prompted)] == list(plan.prompted)
        assert order[len(plan.prompted) :] == sorted(order[len(plan.prompted) :])


def test_there_is_always_something_to_answer() -> None:
    """A single frame is clicked or boxed and corrected; of two frames one is followed."""
    for plan in plans(start_in_the_paper(), frames=1, count=40):
        assert list(plan.prompted) == [0]
        assert plan.prompted[0] in (First.CLICK, First.BOX)
        assert plan.corrected == {0}
    assert {len(p.prompted) for p in plans(start_in_the_paper(), frames=2, count=40)} == {1}


def test_small_recipes_correct_one_frame_after_a_mask_as_well() -> None:
    """One frame is prompted; without clicks none is corrected."""
    small = plans(Start(), frames=3, count=1000)
    assert {len(p.prompted) for p in small} == {1}
    given = [p for p in small if p.prompted[0] is First.MASK]
    assert {p.corrected for p in given} == {frozenset(), frozenset({1}), frozenset({2})}
    assert not any(p.corrected for p in plans(Start(clicks=0), count=50))


def test_each_number_and_each_frame_is_picked_as_often() -> None:
    """None, one or two of four: pairs in either order."""
    draws = Draws(torch.Generator().manual_seed(1))
    picked = [tuple(pick((1, 2, 3, 4), 2, draws)) for _ in range(6000)]
    numbers = shares([len(p) for p in picked])
    assert numbers == pytest.approx(dict.fromkeys(range(3), 1 / 3), abs=0.03)
    pairs = shares([p for p in picked if len(p) == 2])
    assert len(pairs) == 12
    assert min(pairs.values()) > 0.06
