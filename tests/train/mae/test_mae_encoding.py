"""The trunk on visible units: nothing hidden reaches it, and it stays the trunk that it is."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from small import TRUNK

from masklet.model.config import HieraConfig
from masklet.model.conv_trunk import ConvTrunk
from masklet.model.hiera import Hiera
from masklet.train.mae.encoding import encode_visible, windows_of
from masklet.train.mae.units import SIDE, hidden_units, hide
from tests.train.tiny import NETWORK

WHOLE = replace(TRUNK, windows=(8, 4, 8, 4))
VISIBLE = torch.tensor([[0, 5, 6, 15], [1, 2, 7, 12]])


def seeded(config: HieraConfig) -> Hiera:
    """Random weights with positions that differ from place to place."""
    torch.manual_seed(1)
    trunk = Hiera(config).eval()
    for positions in (trunk.pos_embed, trunk.pos_embed_window):
        torch.nn.init.normal_(positions)
    return trunk


def conv() -> ConvTrunk:
    """The tiny convolutional trunk."""
    torch.manual_seed(1)
    trunk = ConvTrunk(NETWORK.trunk)  # pyright: ignore[reportArgumentType]
    return trunk.eval()


def pictures(seed: int = 0) -> torch.Tensor:
    """Two pictures of four by four units."""
    return torch.randn(2, 3, 128, 128, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("config", [TRUNK, WHOLE], ids=["windows", "whole"])
def test_with_nothing_hidden_it_is_the_trunk(config: HieraConfig) -> None:
    """Every stage, where windows divide the grid: four windows in later stages, or one."""
    trunk, everything = seeded(config), torch.arange(16).expand(2, 16)
    with torch.no_grad():
        found = encode_visible(trunk, pictures(), everything)
        expected = trunk(pictures())
    for units, grid in zip(found, expected, strict=True):
        side = units.shape[-1]
        joined = units.unflatten(0, (2, 4, 4)).permute(0, 3, 1, 4, 2, 5)
        torch.testing.assert_close(joined.reshape(grid.shape), grid, rtol=1e-4, atol=1e-5)
        assert side == grid.shape[-1] // 4


@pytest.mark.parametrize(
    "make",
    [lambda: seeded(TRUNK), lambda: seeded(WHOLE), conv],
    ids=["windows", "whole", "convolutions"],
)
def test_hidden_pixels_do_not_leak(make: Callable[[], Hiera | ConvTrunk]) -> None:
    """Other pixels in every hidden unit: the encoding of visible ones is the same, bit for bit."""
    trunk, once = make(), pictures()
    hidden = hidden_units(VISIBLE, 16)
    other = hide(once, hidden) + (pictures(7) - hide(pictures(7), hidden))
    assert not torch.equal(once, other)
    with torch.no_grad():
        found = encode_visible(trunk, once, VISIBLE)
        again = encode_visible(trunk, other, VISIBLE)
    assert all(map(torch.equal, found, again))
    changed = once.clone()
    changed[0, :, :SIDE, :SIDE] += 1
    with torch.no_grad():
        assert not torch.equal(encode_visible(trunk, changed, VISIBLE)[-1], found[-1])


def test_hidden_units_are_not_computed_and_visible_ones_read_one_another() -> None:
    """As many rows as visible units; a change in unit 0 is felt in unit 15 by the global block."""
    trunk = seeded(TRUNK)
    changed = pictures()
    changed[0, :, :SIDE, :SIDE] += 1
    with torch.no_grad():
        found, other = (encode_visible(trunk, each, VISIBLE) for each in (pictures(), changed))
    assert [len(features) for features in found] == [8] * 4
    assert torch.equal(found[1][3], other[1][3])
    assert not torch.equal(found[3][3], other[3][3])
    assert torch.equal(found[3][4:], other[3][4:])


def test_tokens_know_their_window() -> None:
    """Units of 2 by 2 tokens on a grid 8 wide, windows of 4: units 0, 5 share one, 6, 15 do not."""
    windows = windows_of(VISIBLE, 4, 2, 4)
    assert windows[0].flatten(1).unique(dim=1).tolist() == [[0], [0], [1], [3]]
    across = windows_of(torch.tensor([[1]]), 4, 2, 3)
    assert across.tolist() == [[[[0, 1], [0, 1]]]]
