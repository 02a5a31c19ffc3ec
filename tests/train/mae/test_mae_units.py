"""Pictures cut into units, what of them stays visible, and what painting them badly costs."""

import pytest
import torch

from masklet.train.mae.units import (
    SIDE,
    choose_visible,
    cut,
    hidden_units,
    hide,
    join,
    painting_loss,
    targets_of,
)


def test_units_are_squares_row_by_row() -> None:
    """And make the picture again."""
    pictures = torch.arange(2 * 3 * 64 * 96, dtype=torch.float32).view(2, 3, 64, 96)
    units = cut(pictures)
    assert units.shape == (2, 6, 3 * SIDE**2)
    assert torch.equal(units[1, 4].view(3, SIDE, SIDE), pictures[1, :, 32:, 32:64])
    assert torch.equal(join(units, 64, 96), pictures)


@pytest.mark.parametrize(
    ("count", "hidden", "kept"), [(49, 0.6, 20), (4, 0.6, 2), (4, 0.99, 1), (4, 0.0, 3)]
)
def test_a_share_is_hidden(count: int, hidden: float, kept: int) -> None:
    """0.4 of 49 units is 20; something always stays visible, and something is always hidden."""
    chances = torch.rand(3, count, generator=torch.Generator().manual_seed(0))
    visible = choose_visible(chances, hidden=hidden)
    assert visible.shape == (3, kept)
    lost = hidden_units(visible, count)
    assert torch.equal(lost.sum(1), torch.full((3,), count - kept))
    assert not lost.gather(1, visible).any()
    assert chances[lost].view(3, -1).amin(1).gt(chances.gather(1, visible).amax(1)).all()


def test_hidden_pixels_are_grey_and_others_as_they_were() -> None:
    """Unit 1 of four is the one at the top right."""
    pictures = torch.rand(1, 3, 64, 64) + 1
    shown = hide(pictures, torch.tensor([[False, True, False, False]]))
    assert not shown[..., :32, 32:].any()
    shown[..., :32, 32:] = pictures[..., :32, 32:]
    assert torch.equal(shown, pictures)


def test_targets_and_loss_of_a_worked_example() -> None:
    """Half of a unit's N values 3, half 1: mean 2, variance N / (N - 1), targets near 1 and -1.

    Painting nothing costs (N - 1) / N; painting 1 everywhere costs 0 there and near 4 elsewhere,
    half of which is near 2; the flat unit has targets 0, so painting 1 there costs 1.
    """
    picture = torch.full((1, 3, 32, 64), 1.0)
    picture[..., :16, :32] = 3.0
    picture[..., 32:] = 0.7
    targets = targets_of(picture)
    count = 3 * SIDE**2
    edge = ((count - 1) / count) ** 0.5
    half = targets[0, 0].view(3, 2, -1)
    torch.testing.assert_close(half[:, 0], torch.full_like(half[:, 0], edge))
    torch.testing.assert_close(half[:, 1], torch.full_like(half[:, 1], -edge))
    torch.testing.assert_close(targets[0, 1], torch.zeros(count), atol=1e-3, rtol=0)
    first, both = torch.tensor([[True, False]]), torch.tensor([[True, True]])
    nothing, ones = torch.zeros_like(targets), torch.ones_like(targets)
    assert painting_loss(nothing, targets, first).item() == pytest.approx(edge**2, rel=1e-5)
    assert painting_loss(ones, targets, first).item() == pytest.approx(1 + edge**2, rel=1e-4)
    expected = (1 + edge**2 + 1) / 2
    assert painting_loss(ones, targets, both).item() == pytest.approx(expected, rel=1e-3)
    ones[0, 1] = 1000
    assert painting_loss(ones, targets, first).item() == pytest.approx(1 + edge**2, rel=1e-4)
