"""Feature pyramid: brings the trunk's features to one width and lets coarse ones inform finer ones.

Shapes: B pictures, C channels, h w grid. Source: reference ``backbones/image_encoder.py``.
"""

from collections.abc import Sequence

from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional


class Neck(nn.Module):
    """1 by 1 convolutions, and the level above added at the levels named in ``top_down``."""

    def __init__(self, widths: Sequence[int], dim: int, *, top_down: Sequence[int]) -> None:
        super().__init__()
        self.laterals = nn.ModuleList(nn.Conv2d(width, dim, 1) for width in widths)
        self.top_down = tuple(top_down)

    def forward(
        self, features: Sequence[Float[Tensor, "B _ _ _"]]
    ) -> list[Float[Tensor, "B C _ _"]]:
        """Finest features first, in and out."""
        outputs: list[Tensor] = []
        above: Tensor | None = None
        for level in reversed(range(len(self.laterals))):
            x = self.laterals[level](features[level])
            if above is not None and level in self.top_down:
                above = functional.interpolate(above.float(), scale_factor=2.0, mode="nearest")
                x = x + above.to(x.dtype)
            outputs.append(x)
            above = x
        return outputs[::-1]
