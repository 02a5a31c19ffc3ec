"""Batch normalisation over the batch of all processes, as if one had it whole.

PyTorch's own works on GPUs alone; this one wherever processes can talk.
"""

from typing import Any

import torch
import torch.distributed as dist
from jaxtyping import Float
from torch import Tensor, nn


class _Mean(torch.autograd.Function):
    """The mean over processes; its gradient is the mean of theirs."""

    @staticmethod
    def forward(ctx: Any, value: Tensor) -> Tensor:  # noqa: ARG004 - torch passes it
        return _averaged(value)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:  # noqa: ARG004 - torch passes it
        return _averaged(gradients[0])


def _averaged(value: Tensor) -> Tensor:
    total = value.contiguous().clone()
    dist.all_reduce(total)
    return total / dist.get_world_size()


class SharedNorm(nn.BatchNorm2d):
    """Normalises by mean and variance over all processes' batches of equal size."""

    def forward(self, input: Float[Tensor, "B C h w"]) -> Float[Tensor, "B C h w"]:  # noqa: A002
        """As in the base class, whose argument's name it keeps."""
        if not self.training:
            return super().forward(input)
        mean: Tensor = _Mean.apply(input.float().mean((0, 2, 3)))  # pyright: ignore
        away = input - mean[:, None, None]
        variance: Tensor = _Mean.apply(away.float().square().mean((0, 2, 3)))  # pyright: ignore
        self._remember(mean.detach(), variance.detach(), input.numel() // input.shape[1])
        scale = self.weight * (variance + self.eps).rsqrt()
        return (away * scale[:, None, None] + self.bias[:, None, None]).to(input.dtype)

    @torch.no_grad()
    def _remember(self, mean: Float[Tensor, "C"], variance: Float[Tensor, "C"], own: int) -> None:
        count = own * dist.get_world_size()
        assert self.running_mean is not None
        assert self.running_var is not None
        assert self.num_batches_tracked is not None
        assert self.momentum is not None
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(variance * (count / max(count - 1, 1)), self.momentum)
        self.num_batches_tracked += 1


def share_norms(module: nn.Module) -> None:
    """Turn every batch normalisation of ``module`` into a shared one, in place."""
    for part in module.modules():
        if type(part) is nn.BatchNorm2d:
            part.__class__ = SharedNorm
