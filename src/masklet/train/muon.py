"""AdamW whose large weights learn by Muon: steps that are orthogonal, so that no direction is lost.

A gradient of a weight is mostly made of a few strong directions. Muon takes a step of the same size
in each direction of its momentum, weak ones too.
Source: Jordan et al. 2024, kellerjordan.github.io/posts/muon; the size of a step is that of AdamW,
as in Liu et al., arXiv 2502.16982, section 2.2.
"""

from collections.abc import Callable
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.distributed.tensor import DTensor, distribute_tensor

TURNS = 5
CURVE = (3.4445, -4.7750, 2.0315)
USUAL_SIZE = 0.2
LEAST_NORM = 1e-7
KEPT = 0.95


class Muon(torch.optim.AdamW):
    """Groups of parameters with ``muon`` set learn by Muon, all others by AdamW.

    Steps are counted for the base class, which wants to read them from a saved state.
    """

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One step of every group."""
        groups = self.param_groups
        for group in groups:
            if group.get("muon", False):
                self._step_muon(group)
        self.param_groups = [group for group in groups if not group.get("muon", False)]
        try:
            return super().step(closure)
        finally:
            self.param_groups = groups

    def _step_muon(self, group: dict[str, Any]) -> None:
        for parameter in group["params"]:
            if parameter.grad is None:
                continue
            state = self.state[parameter]
            if "momentum" not in state:
                state |= {"step": torch.zeros(()), "momentum": torch.zeros_like(parameter)}
            state["step"] += 1
            state["momentum"].lerp_(parameter.grad, 1 - KEPT)
            ahead = parameter.grad.lerp(state["momentum"], KEPT).flatten(1)
            size = USUAL_SIZE * max(ahead.shape) ** 0.5
            parameter.mul_(1 - group["lr"] * group["weight_decay"])
            parameter.sub_(turned(ahead).view_as(parameter), alpha=group["lr"] * size)


def turned(matrix: Float[Tensor, "N M"]) -> Float[Tensor, "N M"]:
    """Orthogonal, also where each process holds some rows: every one turns the whole of it."""
    if not isinstance(matrix, DTensor):
        return orthogonal(matrix)
    whole = orthogonal(matrix.full_tensor())
    return distribute_tensor(whole, matrix.device_mesh, matrix.placements, src_data_rank=None)


def orthogonal(matrix: Float[Tensor, "N M"]) -> Float[Tensor, "N M"]:
    """About the nearest matrix whose singular values are 1: within 0.7 to 1.2, by Newton-Schulz.

    In bfloat16 on a GPU, where that is enough and many times faster.
    """
    dtype = torch.bfloat16 if matrix.device.type == "cuda" else torch.float32
    x = (matrix / (matrix.norm() + LEAST_NORM)).to(dtype)
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    first, third, fifth = CURVE
    for _ in range(TURNS):
        square = x @ x.T
        x = first * x + (third * square + fifth * square @ square) @ x
    return (x.T if tall else x).to(matrix.dtype)
