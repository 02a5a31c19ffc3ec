"""Image encoder: a picture becomes an embedding at stride 16 and two finer skips for the decoder.

Shapes: B pictures, H W pixels, C channels. Source: paper section 4, ``sam2_base.forward_image``.
"""

from typing import NamedTuple

from jaxtyping import Float
from torch import Tensor, nn

from masklet.model.config import HieraConfig, ModelConfig
from masklet.model.conv_trunk import ConvTrunk
from masklet.model.hiera import Hiera
from masklet.model.neck import Neck


class ImageFeatures(NamedTuple):
    """What the rest of the network reads of a picture.

    Attributes:
        stride4: [B, C / 8, H / 4, W / 4].
        stride8: [B, C / 4, H / 8, W / 8].
        stride16: [B, C, H / 16, W / 16], before any memory.
    """

    stride4: Float[Tensor, "B c4 h4 w4"]
    stride8: Float[Tensor, "B c8 h8 w8"]
    stride16: Float[Tensor, "B C h w"]


class ImageEncoder(nn.Module):
    """Trunk, neck and the projections of the two skips."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        trunk = config.trunk
        self.trunk = Hiera(trunk) if isinstance(trunk, HieraConfig) else ConvTrunk(trunk)
        self.neck = Neck(trunk.widths, config.dim, top_down=config.top_down)
        self.skip4 = nn.Conv2d(config.dim, config.dim // 8, 1)
        self.skip8 = nn.Conv2d(config.dim, config.dim // 4, 1)

    def forward(self, pictures_B3HW: Float[Tensor, "B 3 H W"]) -> ImageFeatures:
        """Encode normalised pictures whose sides are multiples of 32."""
        stride4, stride8, stride16, _ = self.neck(self.trunk(pictures_B3HW))
        return ImageFeatures(self.skip4(stride4), self.skip8(stride8), stride16)
