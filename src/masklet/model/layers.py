"""Small building blocks that several parts of the network share.

Shapes: B rows, C channels, H W grid.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn


class LayerNorm2d(nn.Module):
    """Layer normalisation over the channels of a [B, C, H, W] map."""

    def __init__(self, channels: int, *, eps: float = 1e-6) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.eps = eps

    def forward(self, x_BCHW: Float[Tensor, "B C H W"]) -> Float[Tensor, "B C H W"]:
        """Normalise each position's channels."""
        x_BHWC = x_BCHW.permute(0, 2, 3, 1)
        shape = (self.weight.shape[0],)
        x_BHWC = nn.functional.layer_norm(x_BHWC, shape, self.weight, self.bias, self.eps)
        return x_BHWC.permute(0, 3, 1, 2)


class MLP(nn.Module):
    """Linear layers with one activation between them."""

    def __init__(self, widths: Sequence[int], *, activation: type[nn.Module] = nn.ReLU) -> None:
        super().__init__()
        pairs = zip(widths[:-1], widths[1:], strict=True)
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairs)
        self.activation = activation()

    def forward(self, x: Float[Tensor, "*rows C"]) -> Float[Tensor, "*rows D"]:
        """Map the last axis from the first width to the last."""
        *hidden, last = self.layers
        for layer in hidden:
            x = self.activation(layer(x))
        return last(x)


class DropPath(nn.Module):
    """Stochastic depth: in training, drop a whole residual branch for some rows."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Float[Tensor, "B ..."]) -> Float[Tensor, "B ..."]:
        """Zero a row with probability ``rate``, scale the others to keep the mean."""
        if not self.training or self.rate == 0.0:
            return x
        keep = 1.0 - self.rate
        shape = (x.shape[0],) + (1,) * (x.ndim - 1)
        return x * (torch.rand(shape, device=x.device) < keep).to(x.dtype) / keep
