"""What an image trunk makes of the visible units of pictures, hidden ones taken away.

Nothing of a hidden unit reaches the trunk. Its pixels are 0 before the first convolution, whose
kernel is wider than its stride and looks over the edges of units. Then each trunk has its way.

Hiera, as SAM 2 has it, keeps of each picture the tokens of visible units alone. Positions, the
background and the windows' pattern, are added before that, so that every token knows its place.
Windows of the first two stages, 8 tokens at stride 4 and 4 at stride 8, are units, so their blocks
run over units as if these were little pictures. Pooling is of 2 by 2 tokens, and a unit has 8, 4, 2
and 1 in a row at the four strides, so it stays within units. Later blocks see the visible units of
a picture as one tall picture of units under one another, in which a token reads the tokens of its
own window, or all of them in a global block. At 224 pixels, where windows of 14 and 7 tokens are
the whole grid, all later blocks are global, as in Hiera's own pre-training. With nothing hidden the
result is the trunk's own, but for windows that the edge of the grid cuts: the trunk fills these up
with zeros, which its tokens read, and here they read only one another.

A convolutional trunk cannot leave out places. It sees whole pictures with hidden units at the mean
colour, and what it makes of visible units is read from its maps.

Shapes: B pictures, V visible units, u tokens in a unit's row at some stride, C channels.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from masklet.model.conv_trunk import ConvTrunk
from masklet.model.hiera import Hiera, HieraBlock
from masklet.train.mae.units import SIDE, hidden_units, hide


def encode_visible(
    trunk: Hiera | ConvTrunk,
    pictures_B3HW: Float[Tensor, "B 3 H W"],
    visible_BV: Int[Tensor, "B V"],
) -> list[Float[Tensor, "_ _ _ _"]]:
    """Features of visible units of normalised pictures, finest first, each [B * V, C, u, u]."""
    rows, columns = (side // SIDE for side in pictures_B3HW.shape[2:])
    shown = hide(pictures_B3HW, hidden_units(visible_BV, rows * columns))
    if isinstance(trunk, Hiera):
        return encode_tokens(trunk, shown, visible_BV)
    return [
        pick(features.permute(0, 2, 3, 1), visible_BV, columns).permute(0, 3, 1, 2)
        for features in trunk(shown)
    ]


def encode_tokens(
    trunk: Hiera, shown_B3HW: Float[Tensor, "B 3 H W"], visible_BV: Int[Tensor, "B V"]
) -> list[Float[Tensor, "_ _ _ _"]]:
    """Hiera on visible units alone, each [B * V, C, u, u]."""
    grid = trunk.patch_embed(shown_B3HW).permute(0, 2, 3, 1)
    columns = shown_B3HW.shape[3] // SIDE
    x = pick(grid + trunk.positions(*grid.shape[1:3]), visible_BV, columns)
    features = []
    for index, block in enumerate(trunk.blocks):
        assert isinstance(block, HieraBlock)
        within = block.window > 0 and x.shape[1] % block.window == 0
        x = block(x) if within else read_others(block, x, visible_BV, columns)
        if index in trunk.stage_ends:
            features.append(x.permute(0, 3, 1, 2))
    return features


def pick(
    grid_BHWC: Float[Tensor, "B H W C"], visible_BV: Int[Tensor, "B V"], columns: int
) -> Float[Tensor, "units u u C"]:
    """The visible units of a grid, ``columns`` units wide, picture by picture."""
    side = grid_BHWC.shape[2] // columns
    units = grid_BHWC.unflatten(2, (columns, side)).unflatten(1, (-1, side)).transpose(2, 3)
    units = units.flatten(1, 2)
    picture = torch.arange(len(units), device=units.device)[:, None]
    return units[picture, visible_BV].flatten(0, 1)


def read_others(
    block: HieraBlock,
    x: Float[Tensor, "units u u C"],
    visible_BV: Int[Tensor, "B V"],
    columns: int,
) -> Float[Tensor, "units t t D"]:
    """A block in which tokens of a unit read those of other visible units of their picture."""
    side = x.shape[1]
    reads = None
    if block.window:
        window_BVuu = windows_of(visible_BV, columns, side, block.window)
        asking = window_BVuu[..., ::2, ::2] if block.pool else window_BVuu
        reads = asking.flatten(1)[:, :, None] == window_BVuu.flatten(1)[:, None]
    tall = x.unflatten(0, visible_BV.shape).flatten(1, 2)
    mixed = block(tall, reads)
    return mixed.unflatten(1, (visible_BV.shape[1], -1)).flatten(0, 1)


def windows_of(
    visible_BV: Int[Tensor, "B V"], columns: int, side: int, window: int
) -> Int[Tensor, "B V side side"]:
    """The number of the window that each token of visible units lies in."""
    within = torch.arange(side, device=visible_BV.device)
    row = (visible_BV // columns)[..., None] * side + within
    column = (visible_BV % columns)[..., None] * side + within
    across = -(-columns * side // window)
    return (row // window)[..., :, None] * across + (column // window)[..., None, :]
