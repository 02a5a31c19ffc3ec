"""The masked auto-encoder: a trunk encodes what is visible, a small decoder paints the rest.

Shapes: B pictures, V visible units, U units in all, D = 3 * 32 * 32 values of a unit, C channels.
Source: Hiera (arXiv 2306.00989, section 3 and appendix A), MAE (arXiv 2111.06377, section 3).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from masklet.model.config import ConvConfig, HieraConfig
from masklet.model.conv_trunk import ConvTrunk
from masklet.model.hiera import Hiera, HieraBlock
from masklet.model.positions import sine_2d
from masklet.train.mae.encoding import encode_visible
from masklet.train.mae.units import SIDE, choose_visible, hidden_units

TOKEN_DEVIATION = 0.02


@dataclass(frozen=True, kw_only=True)
class Masking:
    """How much is hidden, and the decoder that paints it.

    Attributes:
        hidden: share of the units of a picture.
        width, blocks, heads: of the decoder.
    """

    hidden: float = 0.6
    width: int = 512
    blocks: int = 8
    heads: int = 16


class Painted(NamedTuple):
    """Every unit as it was painted, in its own mean and deviation, and which were hidden."""

    units: Float[Tensor, "B U D"]
    hidden: Bool[Tensor, "B U"]


class Fusion(nn.Module):
    """Features of all stages brought to the last one's grid and width, and added."""

    def __init__(self, widths: Sequence[int]) -> None:
        super().__init__()
        *finer, last = widths
        steps = [2 ** (len(finer) - at) for at in range(len(finer))]
        self.heads = nn.ModuleList(
            nn.Conv2d(width, last, kernel_size=step, stride=step)
            for width, step in zip(finer, steps, strict=True)
        )
        self.norm = nn.LayerNorm(last, eps=1e-6)

    def forward(self, features: Sequence[Float[Tensor, "n _ _ _"]]) -> Float[Tensor, "n C"]:
        """One vector a unit from its features at strides 4, 8, 16 and 32."""
        *finer, last = features
        brought = [head(each) for head, each in zip(self.heads, finer, strict=True)]
        return self.norm(torch.stack([*brought, last]).sum(dim=0).flatten(1))


class Decoder(nn.Module):
    """A plain transformer over all units, hidden ones begun with one learned token."""

    def __init__(self, channels: int, how: Masking) -> None:
        super().__init__()
        self.embed = nn.Linear(channels, how.width)
        self.hidden_token = nn.Parameter(torch.randn(how.width) * TOKEN_DEVIATION)
        self.blocks = nn.ModuleList(
            HieraBlock(how.width, how.width, heads=how.heads, window=0, pool=False, drop_path=0.0)
            for _ in range(how.blocks)
        )
        self.norm = nn.LayerNorm(how.width, eps=1e-6)
        self.paint = nn.Linear(how.width, 3 * SIDE**2)

    def forward(
        self,
        encoded_BVC: Float[Tensor, "B V C"],
        visible_BV: Int[Tensor, "B V"],
        rows: int,
        columns: int,
    ) -> Float[Tensor, "B U D"]:
        """Paint every unit of grids of ``rows`` by ``columns`` units."""
        embedded = self.embed(encoded_BVC)
        batch, _, width = embedded.shape
        every = self.hidden_token.to(embedded.dtype).expand(batch, rows * columns, width)
        x = every.scatter(1, visible_BV[..., None].expand_as(embedded), embedded)
        places = sine_2d(rows, columns, width, like=embedded).permute(1, 2, 0)
        x = x.unflatten(1, (rows, columns)) + places
        for block in self.blocks:
            x = block(x)
        return self.paint(self.norm(x.flatten(1, 2)))


class MaskedAutoencoder(nn.Module):
    """Trunk, fusion and decoder; the trunk's names are those within an image encoder's trunk.

    No path of the trunk is dropped: what is hidden is noise enough.
    """

    def __init__(self, trunk: HieraConfig | ConvConfig, how: Masking) -> None:
        super().__init__()
        self.how = how
        self.trunk = (
            Hiera(replace(trunk, drop_path=0.0))
            if isinstance(trunk, HieraConfig)
            else ConvTrunk(trunk)
        )
        self.fusion = Fusion(trunk.widths)
        self.decoder = Decoder(trunk.widths[-1], how)

    def forward(
        self, pictures_B3HW: Float[Tensor, "B 3 H W"], chances_BU: Float[Tensor, "B U"]
    ) -> Painted:
        """Hide units of normalised pictures and paint them.

        Args:
            chances_BU: random numbers that decide which units stay visible.
        """
        rows, columns = (side // SIDE for side in pictures_B3HW.shape[2:])
        visible = choose_visible(chances_BU, hidden=self.how.hidden)
        encoded = self.fusion(encode_visible(self.trunk, pictures_B3HW, visible))
        painted = self.decoder(encoded.unflatten(0, visible.shape), visible, rows, columns)
        return Painted(painted, hidden_units(visible, rows * columns))
