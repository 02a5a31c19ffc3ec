"""Residual convolutional trunk of the small model.

Batch normalisation breaks the rule that ``train()`` switches only dropout: from random weights and
two thousand photos nothing else learns as fast, and at rest it costs nothing beside a convolution.
Source of the block: He et al., arXiv 1512.03385.
"""

from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from masklet.model.config import ConvConfig


class ConvNorm(nn.Sequential):
    """A 3 by 3 convolution and its normalisation."""

    def __init__(self, channels: int, channels_out: int, *, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(channels, channels_out, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(channels_out),
        )


class ResidualBlock(nn.Module):
    """Two convolutions around a shortcut; a stride averages the shortcut before projecting it."""

    def __init__(self, channels: int, channels_out: int, *, stride: int) -> None:
        super().__init__()
        self.first = ConvNorm(channels, channels_out, stride=stride)
        self.second = ConvNorm(channels_out, channels_out)
        self.shortcut = (
            nn.Sequential(
                nn.AvgPool2d(stride, ceil_mode=True),
                nn.Conv2d(channels, channels_out, 1, bias=False),
                nn.BatchNorm2d(channels_out),
            )
            if channels != channels_out
            else nn.Identity()
        )

    def forward(self, x_BCHW: Float[Tensor, "B C H W"]) -> Float[Tensor, "B D h w"]:
        """Convolve twice, add the shortcut."""
        x = self.second(functional.relu(self.first(x_BCHW)))
        return functional.relu(x + self.shortcut(x_BCHW))


class ConvTrunk(nn.Module):
    """Features at strides 4, 8, 16 and 32."""

    def __init__(self, config: ConvConfig) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            ConvNorm(3, config.stem, stride=2),
            nn.ReLU(),
            ConvNorm(config.stem, config.widths[0], stride=2),
            nn.ReLU(),
        )
        stages = []
        before = config.widths[0]
        for stage, (width, count) in enumerate(zip(config.widths, config.blocks, strict=True)):
            first = ResidualBlock(before, width, stride=1 if stage == 0 else 2)
            rest = [ResidualBlock(width, width, stride=1) for _ in range(count - 1)]
            stages.append(nn.Sequential(first, *rest))
            before = width
        self.stages = nn.ModuleList(stages)

    def forward(self, pictures_B3HW: Float[Tensor, "B 3 H W"]) -> list[Float[Tensor, "B _ _ _"]]:
        """Encode normalised pictures; finest features first, each [B, C, h, w]."""
        x = self.stem(pictures_B3HW)
        features = []
        for stage in self.stages:
            x = stage(x)
            features.append(x)
        return features
