"""Hiera trunk: a hierarchical vision transformer, windowed but for a few global blocks.

Shapes: B pictures, H W grid of this stage, C channels, N window tokens.
Source: Hiera (arXiv 2306.00989), its use in SAM 2 (section 4), reference ``backbones/hieradet.py``.
"""

import math
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional

from masklet.model.config import HieraConfig
from masklet.model.layers import MLP, DropPath


class Windows(NamedTuple):
    """A grid cut into square windows, padded with zeros to whole ones."""

    tokens_BHWC: Float[Tensor, "windows side side C"]
    padded_height: int
    padded_width: int


def cut_windows(x_BHWC: Float[Tensor, "B H W C"], side: int) -> Windows:
    """Cut a grid into windows of ``side`` by ``side``."""
    batch, height, width, channels = x_BHWC.shape
    bottom, right = -height % side, -width % side
    x = functional.pad(x_BHWC, (0, 0, 0, right, 0, bottom)) if bottom or right else x_BHWC
    height, width = height + bottom, width + right
    x = x.view(batch, height // side, side, width // side, side, channels)
    tokens = x.transpose(2, 3).reshape(-1, side, side, channels)
    return Windows(tokens, height, width)


def join_windows(
    windows: Windows, batch: int, height: int, width: int
) -> Float[Tensor, "B height width C"]:
    """Put windows back into their grid and drop the padding."""
    side, channels = windows.tokens_BHWC.shape[1], windows.tokens_BHWC.shape[3]
    rows, columns = windows.padded_height // side, windows.padded_width // side
    x = windows.tokens_BHWC.view(batch, rows, columns, side, side, channels).transpose(2, 3)
    x = x.reshape(batch, windows.padded_height, windows.padded_width, channels)
    return x[:, :height, :width]


def halve(x_BHWC: Float[Tensor, "B H W C"]) -> Float[Tensor, "B h w C"]:
    """Take the maximum of each 2 by 2 square."""
    return functional.max_pool2d(x_BHWC.permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1)


class PooledAttention(nn.Module):
    """Multi-head self-attention whose queries may be pooled to half the grid."""

    def __init__(self, dim: int, dim_out: int, *, heads: int, pool: bool) -> None:
        super().__init__()
        self.heads = heads
        self.pool = pool
        self.qkv = nn.Linear(dim, 3 * dim_out)
        self.proj = nn.Linear(dim_out, dim_out)

    def forward(
        self, x_BHWC: Float[Tensor, "B H W C"], reads: Bool[Tensor, "B n N"] | None = None
    ) -> Float[Tensor, "B h w D"]:
        """Attend within each row of the batch, where ``reads`` allows it, or everywhere."""
        query, key, value = self.qkv(x_BHWC).chunk(3, dim=-1)
        query = halve(query) if self.pool else query
        height, width = query.shape[1:3]
        query, key, value = (
            x.flatten(1, 2).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for x in (query, key, value)
        )
        allowed = None if reads is None else reads[:, None]
        x = functional.scaled_dot_product_attention(query, key, value, attn_mask=allowed)
        return self.proj(x.transpose(1, 2).flatten(2).unflatten(1, (height, width)))


class HieraBlock(nn.Module):
    """Pre-norm attention and MLP; the first block of a later stage halves the grid."""

    def __init__(
        self, dim: int, dim_out: int, *, heads: int, window: int, pool: bool, drop_path: float
    ) -> None:
        super().__init__()
        self.window = window
        self.pool = pool
        self.norm1 = nn.LayerNorm(dim, eps=1e-6)
        self.attn = PooledAttention(dim, dim_out, heads=heads, pool=pool)
        self.norm2 = nn.LayerNorm(dim_out, eps=1e-6)
        self.mlp = MLP((dim_out, 4 * dim_out, dim_out), activation=nn.GELU)
        self.proj = nn.Linear(dim, dim_out) if dim != dim_out else None
        self.drop_path = DropPath(drop_path)

    def forward(
        self, x_BHWC: Float[Tensor, "B H W C"], reads: Bool[Tensor, "B n N"] | None = None
    ) -> Float[Tensor, "B h w D"]:
        """Mix within windows (or the whole grid), then within channels.

        Args:
            reads: in place of windows, which of the N places each of the n resulting ones reads.
        """
        normed = self.norm1(x_BHWC)
        shortcut = x_BHWC if self.proj is None else self.proj(normed)
        shortcut = halve(shortcut) if self.pool else shortcut
        x = shortcut + self.drop_path(self._attend(normed, reads))
        return x + self.drop_path(self.mlp(self.norm2(x)))

    def _attend(
        self, x_BHWC: Float[Tensor, "B H W C"], reads: Bool[Tensor, "B n N"] | None
    ) -> Float[Tensor, "B h w D"]:
        if self.window == 0 or reads is not None:
            return self.attn(x_BHWC, reads)
        batch, height, width, _ = x_BHWC.shape
        windows = cut_windows(x_BHWC, self.window)
        tokens = self.attn(windows.tokens_BHWC)
        step = 2 if self.pool else 1
        mixed = Windows(tokens, windows.padded_height // step, windows.padded_width // step)
        return join_windows(mixed, batch, height // step, width // step)


class Hiera(nn.Module):
    """The trunk: features at strides 4, 8, 16 and 32."""

    def __init__(self, config: HieraConfig) -> None:
        super().__init__()
        dim = config.embed_dim
        self.patch_embed = nn.Conv2d(3, dim, kernel_size=7, stride=4, padding=3)
        self.pos_embed = nn.Parameter(torch.zeros(1, dim, *config.background_grid))
        self.pos_embed_window = nn.Parameter(
            torch.zeros(1, dim, config.windows[0], config.windows[0])
        )
        self.blocks = nn.ModuleList(hiera_blocks(config))
        self.stage_ends = tuple(sum(config.blocks[: i + 1]) - 1 for i in range(4))

    def positions(self, height: int, width: int) -> Float[Tensor, "1 height width C"]:
        """What is added to the patches of a grid: a background and the windows' pattern."""
        background = functional.interpolate(self.pos_embed, (height, width), mode="bicubic")
        side = self.pos_embed_window.shape[-1]
        repeats = (1, 1, math.ceil(height / side), math.ceil(width / side))
        window = self.pos_embed_window.tile(repeats)[..., :height, :width]
        return (background + window).permute(0, 2, 3, 1)

    def forward(self, pictures_B3HW: Float[Tensor, "B 3 H W"]) -> list[Float[Tensor, "B _ _ _"]]:
        """Encode normalised pictures; finest features first, each [B, C, h, w]."""
        x = self.patch_embed(pictures_B3HW).permute(0, 2, 3, 1)
        x = x + self.positions(x.shape[1], x.shape[2])
        features = []
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in self.stage_ends:
                features.append(x.permute(0, 3, 1, 2))
        return features


def hiera_blocks(config: HieraConfig) -> list[HieraBlock]:
    """All blocks in order; a stage's first block still has the window of the stage before."""
    total = sum(config.blocks)
    blocks: list[HieraBlock] = []
    for stage, count in enumerate(config.blocks):
        for position in range(count):
            index = len(blocks)
            first = stage > 0 and position == 0
            window = config.windows[stage - 1 if first else stage]
            blocks.append(
                HieraBlock(
                    config.widths[stage - 1 if first else stage],
                    config.widths[stage],
                    heads=config.heads * 2**stage,
                    window=0 if index in config.global_blocks else window,
                    pool=first,
                    drop_path=config.drop_path * index / (total - 1),
                )
            )
    return blocks
