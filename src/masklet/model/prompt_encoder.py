"""Prompt encoder: clicks, box corners and a rough mask become tokens and a dense map.

Shapes: B rows (objects), P points, C channels, h w grid at stride 16.
Source: reference ``sam/prompt_encoder.py``; the dense click map is our own, for small models.
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from masklet.model.layers import LayerNorm2d
from masklet.model.positions import fourier, fourier_grid

ABSENT, PAD, NEGATIVE, POSITIVE, TOP_LEFT, BOTTOM_RIGHT = -2, -1, 0, 1, 2, 3
CLICK_RADIUS = 1.5
CLICK_MAPS, MAPS = 3, 4


class Prompts(NamedTuple):
    """The prompts of B objects, as tensors.

    Attributes:
        points: [B, P, 2] x and y in pixels of the network's square picture.
        labels: [B, P] 1 and 0 for clicks inside and outside, 2 and 3 for a box's corners, -1 for
            "no point", -2 for a place that only fills the row and is read by nobody.
        mask: [B, 1, 4h, 4w] logits of an earlier answer.
        has_mask: [B] rows whose ``mask`` counts.
    """

    points: Float[Tensor, "B P 2"]
    labels: Int[Tensor, "B P"]
    mask: Float[Tensor, "B 1 H W"]
    has_mask: Bool[Tensor, "B"]


class EncodedPrompts(NamedTuple):
    """What the decoder reads of prompts.

    Attributes:
        tokens: one a point.
        readable: which tokens are real.
        dense: added to the image at stride 16.
        maps: clicks, box and mask drawn at stride 4, for models that read them so.
    """

    tokens: Float[Tensor, "B N C"]
    readable: Bool[Tensor, "B N"]
    dense: Float[Tensor, "B C h w"]
    maps: Float[Tensor, "B maps H W"] | None


class PromptEncoder(nn.Module):
    """Embeds prompts; every row ends in one "no point" token, as in the reference."""

    directions: Tensor

    def __init__(self, dim: int, *, click_map: bool) -> None:
        super().__init__()
        self.register_buffer("directions", torch.randn(2, dim // 2))
        self.point_embeddings = nn.Parameter(torch.randn(4, dim))
        self.no_point = nn.Parameter(torch.randn(1, dim))
        self.no_mask = nn.Parameter(torch.randn(1, dim))
        self.mask_downscaling = _downscaling(1, dim)
        self.click_downscaling = _downscaling(CLICK_MAPS, dim) if click_map else None

    def image_positions(self, height: int, width: int) -> Float[Tensor, "C height width"]:
        """The positions of the stride 16 grid in the same code as the points."""
        return fourier_grid(height, width, self.directions)

    def forward(self, prompts: Prompts, image_size: int) -> EncodedPrompts:
        """Embed the prompts of pictures of ``image_size`` by ``image_size`` pixels."""
        tokens = self._points(prompts, image_size)
        filler = prompts.labels == ABSENT
        readable = nn.functional.pad(~filler, (0, 1), value=True)
        side = image_size // 16
        dense = self.no_mask[:, :, None, None].expand(len(tokens), -1, side, side)
        if prompts.mask.shape[-1] > 0:
            embedded = self.mask_downscaling(prompts.mask.to(self.no_mask.dtype))
            dense = torch.where(prompts.has_mask[:, None, None, None], embedded, dense)
        if self.click_downscaling is None:
            return EncodedPrompts(tokens, readable, dense, None)
        clicks = draw_clicks(prompts.points, prompts.labels, image_size)
        maps = torch.cat((clicks, draw_mask(prompts, image_size)), dim=1)
        return EncodedPrompts(tokens, readable, dense + self.click_downscaling(clicks), maps)

    def _points(self, prompts: Prompts, image_size: int) -> Float[Tensor, "B N C"]:
        points = nn.functional.pad(prompts.points, (0, 0, 0, 1))
        labels = nn.functional.pad(prompts.labels, (0, 1), value=PAD)
        real_BN1 = (labels >= 0)[..., None]
        position = fourier((points + 0.5) / image_size, self.directions)
        kind = self.point_embeddings[labels.clamp(min=0)]
        return torch.where(real_BN1, position.to(kind.dtype) + kind, self.no_point)


def no_prompts(rows: int, *, like: Tensor) -> Prompts:
    """What a tracked frame is asked with: one "no point" each, no mask."""
    return Prompts(
        points=torch.zeros(rows, 1, 2, device=like.device),
        labels=torch.full((rows, 1), PAD, device=like.device),
        mask=torch.zeros(rows, 1, 0, 0, device=like.device),
        has_mask=torch.zeros(rows, dtype=torch.bool, device=like.device),
    )


def draw_clicks(
    points_BP2: Float[Tensor, "B P 2"], labels_BP: Int[Tensor, "B P"], image_size: int
) -> Float[Tensor, "B 3 H W"]:
    """Clicks inside, clicks outside and the box's area as three maps at stride 4."""
    side = image_size // 4
    centre = torch.arange(side, device=points_BP2.device, dtype=points_BP2.dtype) + 0.5
    x_BP, y_BP = ((points_BP2 + 0.5) / 4).unbind(-1)
    squared = ((centre - x_BP[..., None]) ** 2)[:, :, None, :] + ((centre - y_BP[..., None]) ** 2)[
        :, :, :, None
    ]
    spots_BPHW = torch.exp(-squared / (2 * CLICK_RADIUS**2))
    channels = [
        (spots_BPHW * (labels_BP == label)[..., None, None]).amax(dim=1)
        for label in (POSITIVE, NEGATIVE)
    ]

    def after(position_BP: Tensor, label: int) -> Tensor:
        chosen = labels_BP == label
        edge = torch.where(chosen, position_BP, torch.inf).amin(dim=1, keepdim=True)
        return (centre >= edge) if label == TOP_LEFT else (centre <= edge)

    has_box = (labels_BP == TOP_LEFT).any(dim=1)[:, None, None]
    rows = after(y_BP, TOP_LEFT) & after(y_BP, BOTTOM_RIGHT)
    columns = after(x_BP, TOP_LEFT) & after(x_BP, BOTTOM_RIGHT)
    box_BHW = rows[:, :, None] & columns[:, None, :] & has_box
    return torch.stack((*channels, box_BHW.to(points_BP2.dtype)), dim=1)


def draw_mask(prompts: Prompts, image_size: int) -> Float[Tensor, "B 1 H W"]:
    """The mask prompt from -1 to 1, 0 where a row has none."""
    side = image_size // 4
    if prompts.mask.shape[-1] == 0:
        return prompts.points.new_zeros(len(prompts.points), 1, side, side)
    return (prompts.mask / 4).tanh() * prompts.has_mask[:, None, None, None]


def _downscaling(channels: int, dim: int) -> nn.Sequential:
    """Stride 4 to stride 16."""
    return nn.Sequential(
        nn.Conv2d(channels, 4 * channels, kernel_size=2, stride=2),
        LayerNorm2d(4 * channels),
        nn.GELU(),
        nn.Conv2d(4 * channels, 16 * channels, kernel_size=2, stride=2),
        LayerNorm2d(16 * channels),
        nn.GELU(),
        nn.Conv2d(16 * channels, dim, kernel_size=1),
    )
