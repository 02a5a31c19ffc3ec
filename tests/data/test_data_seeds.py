"""Draws by number: each a function of its number, in the shares asked for, counted by kind."""

import pytest

from masklet.data.seeds import BLOCK, Turns, generator_of, seed_of


def test_neighbours_have_unrelated_seeds() -> None:
    """And the order of the numbers matters."""
    seeds = {seed_of(a, b) for a in range(40) for b in range(40)}
    assert len(seeds) == 1600
    assert all(0 <= seed < 2**63 for seed in seeds)
    near = [generator_of(7, step).initial_seed() % 1000 for step in range(1000)]
    assert len(set(near)) > 550


def test_turns_count_what_came_before() -> None:
    """Across the end of a block, read in order and anew from the middle."""
    turns, count = Turns(3, (1.0, 2.0, 1.0)), 2 * BLOCK + 50
    drawn = [turns.at(number) for number in range(count)]
    seen = [0, 0, 0]
    for kind, before in drawn:
        assert before == seen[kind]
        seen[kind] += 1
    assert [share / count for share in seen] == pytest.approx([0.25, 0.5, 0.25], abs=0.02)
    fresh = Turns(3, (1.0, 2.0, 1.0))
    for number in (count - 1, BLOCK, BLOCK - 1, 0):
        assert fresh.at(number) == drawn[number]
    assert [Turns(4, (1.0, 2.0, 1.0)).at(n) for n in range(50)] != drawn[:50]


def test_a_kind_without_a_chance_is_never_drawn() -> None:
    """Wherever it stands."""
    for chances in ((0.0, 0.3, 0.7), (0.45, 0.55, 0.0), (0.0, 1.0, 0.0)):
        turns = Turns(0, chances)
        drawn = {turns.at(number).kind for number in range(3000)}
        assert drawn == {kind for kind, chance in enumerate(chances) if chance}
