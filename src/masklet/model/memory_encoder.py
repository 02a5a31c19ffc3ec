"""Memory encoder: a frame's embedding and an object's mask become one 64-channel memory.

Shapes: B rows (objects), C channels, D memory channels, H W pixels, h w grid at stride 16.
Source: paper section 4, reference ``memory_encoder.py``.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from masklet.model.layers import LayerNorm2d

STRIDE = 16


class MaskDownsampler(nn.Module):
    """Brings a mask at the picture's size to stride 16, four channels more a halving."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        widths = (1, 4, 16, 64, 256)
        stages = []
        for channels, channels_out in zip(widths[:-1], widths[1:], strict=True):
            convolution = nn.Conv2d(channels, channels_out, kernel_size=3, stride=2, padding=1)
            stages += [convolution, LayerNorm2d(channels_out), nn.GELU()]
        self.encoder = nn.Sequential(*stages, nn.Conv2d(widths[-1], dim, kernel_size=1))

    def forward(self, mask_B1HW: Float[Tensor, "B 1 H W"]) -> Float[Tensor, "B C h w"]:
        """Embed masks scaled as the config says."""
        return self.encoder(mask_B1HW)


class FuserBlock(nn.Module):
    """ConvNeXt block: depthwise 7 by 7, then an MLP over channels, scaled, around a shortcut."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dwconv = nn.Conv2d(dim, dim, kernel_size=7, padding=3, groups=dim)
        self.norm = LayerNorm2d(dim)
        self.pwconv1 = nn.Linear(dim, 4 * dim)
        self.pwconv2 = nn.Linear(4 * dim, dim)
        self.gamma = nn.Parameter(torch.full((dim,), 1e-6))

    def forward(self, x_BCHW: Float[Tensor, "B C h w"]) -> Float[Tensor, "B C h w"]:
        """Mix neighbouring positions, then channels."""
        x = self.norm(self.dwconv(x_BCHW)).permute(0, 2, 3, 1)
        x = self.gamma * self.pwconv2(functional.gelu(self.pwconv1(x)))
        return x_BCHW + x.permute(0, 3, 1, 2)


class MemoryEncoder(nn.Module):
    """Mask downsampler, fusion with the embedding, projection to memory's width."""

    def __init__(self, dim: int, memory_dim: int, *, fuser_blocks: int) -> None:
        super().__init__()
        self.mask_downsampler = MaskDownsampler(dim)
        self.image_projection = nn.Conv2d(dim, dim, kernel_size=1)
        self.fuser = nn.Sequential(*(FuserBlock(dim) for _ in range(fuser_blocks)))
        self.out_projection = nn.Conv2d(dim, memory_dim, kernel_size=1)

    def forward(
        self, image_BCHW: Float[Tensor, "_ C h w"], mask_B1HW: Float[Tensor, "B 1 H W"]
    ) -> Float[Tensor, "B D h w"]:
        """``image`` is the embedding before any memory; it may have one row for all masks."""
        x = self.image_projection(image_BCHW) + self.mask_downsampler(mask_B1HW)
        return self.out_projection(self.fuser(x))
