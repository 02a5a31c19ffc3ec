"""Mask decoder: four masks, their predicted IoU, their tokens and whether the object is there.

Shapes: B rows (objects), N prompt tokens, C channels, h w grid at stride 16.
Source: paper section 4 and figure 9, reference ``sam/mask_decoder.py``.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from masklet.model.config import ModelConfig
from masklet.model.image_encoder import ImageFeatures
from masklet.model.layers import MLP, LayerNorm2d
from masklet.model.prompt_encoder import MAPS, EncodedPrompts
from masklet.model.two_way import TwoWayTransformer

MASKS = 4


class Decoded(NamedTuple):
    """The decoder's whole answer; mask 0 is the single answer, 1 to 3 the ambiguous ones.

    Attributes:
        logits: [B, 4, 4h, 4w] mask logits at stride 4.
        ious: [B, 4] predicted IoU in 0..1.
        tokens: [B, 4, C] mask tokens, of which pointers are made.
        presence: [B] object logits, > 0 where the object is in the picture.
    """

    logits: Float[Tensor, "B 4 H W"]
    ious: Float[Tensor, "B 4"]
    tokens: Float[Tensor, "B 4 C"]
    presence: Float[Tensor, "B"]


class MapFusion(nn.Module):
    """Reads drawn prompts beside a feature map: two 3 by 3 convolutions around a shortcut.

    Our own, for small models: it gives a mask or click a straight way to the pixels it is about.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels + MAPS, channels, 3, padding=1)
        self.norm = LayerNorm2d(channels)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(
        self, x_BCHW: Float[Tensor, "B C H W"], maps_BMHW: Float[Tensor, "B maps H0 W0"]
    ) -> Float[Tensor, "B C H W"]:
        """Maps of a finer grid are averaged to that of ``x``."""
        step = maps_BMHW.shape[-1] // x_BCHW.shape[-1]
        maps = functional.avg_pool2d(maps_BMHW, step) if step > 1 else maps_BMHW
        hidden = functional.gelu(self.norm(self.first(torch.cat((x_BCHW, maps), dim=1))))
        return x_BCHW + self.second(hidden)


class MaskDecoder(nn.Module):
    """Two-way transformer, upscaling with high-resolution skips, and the four heads."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        dim = config.dim
        self.presence_token = nn.Parameter(torch.randn(1, dim))
        self.iou_token = nn.Parameter(torch.randn(1, dim))
        self.mask_tokens = nn.Parameter(torch.randn(MASKS, dim))
        self.transformer = TwoWayTransformer(
            dim,
            layers=config.decoder_layers,
            heads=config.decoder_heads,
            feedforward=config.decoder_feedforward,
        )
        self.upscale8 = nn.ConvTranspose2d(dim, dim // 4, kernel_size=2, stride=2)
        self.upscale8_norm = LayerNorm2d(dim // 4)
        self.fusion8 = MapFusion(dim // 4) if config.click_map else None
        self.upscale4 = nn.ConvTranspose2d(dim // 4, dim // 8, kernel_size=2, stride=2)
        self.fusion4 = MapFusion(dim // 8) if config.click_map else None
        self.mask_heads = nn.ModuleList(MLP((dim, dim, dim, dim // 8)) for _ in range(MASKS))
        self.iou_head = MLP((dim, dim, dim, MASKS))
        self.presence_head = MLP((dim, dim, dim, 1))

    def forward(
        self,
        conditioned_BCHW: Float[Tensor, "B C h w"],
        features: ImageFeatures,
        prompts: EncodedPrompts,
        positions_CHW: Float[Tensor, "C h w"],
    ) -> Decoded:
        """Decode B objects; the skips of ``features`` may have one row for all of them."""
        batch, _, height, width = conditioned_BCHW.shape
        own = torch.cat((self.presence_token, self.iou_token, self.mask_tokens))
        tokens = torch.cat((own.expand(batch, -1, -1), prompts.tokens), dim=1)
        readable = functional.pad(prompts.readable, (len(own), 0), value=True)
        image = (conditioned_BCHW + prompts.dense).flatten(2).transpose(1, 2)
        positions = positions_CHW.flatten(1).transpose(0, 1)
        tokens, image = self.transformer(tokens, image, positions, readable)
        mask_tokens = tokens[:, 2 : 2 + MASKS]
        image = image.transpose(1, 2).unflatten(2, (height, width))
        pixels = self._upscale(image, features, prompts.maps)
        heads = [head(mask_tokens[:, index]) for index, head in enumerate(self.mask_heads)]
        logits = (torch.stack(heads, dim=1) @ pixels.flatten(2)).unflatten(2, pixels.shape[2:])
        return Decoded(
            logits,
            self.iou_head(tokens[:, 1]).sigmoid(),
            mask_tokens,
            self.presence_head(tokens[:, 0])[:, 0],
        )

    def _upscale(
        self,
        image_BCHW: Float[Tensor, "B C h w"],
        features: ImageFeatures,
        maps: Float[Tensor, "B maps H W"] | None,
    ) -> Float[Tensor, "B c H W"]:
        x = functional.gelu(self.upscale8_norm(self.upscale8(image_BCHW) + features.stride8))
        x = x if self.fusion8 is None or maps is None else self.fusion8(x, maps)
        x = functional.gelu(self.upscale4(x) + features.stride4)
        return x if self.fusion4 is None or maps is None else self.fusion4(x, maps)
