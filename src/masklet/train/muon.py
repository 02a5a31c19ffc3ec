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
from torch.distributed.tensor import DTensor

from masklet.train.sharding import part_of

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
        """Weights of one shape are turned together."""
        alike: dict[torch.Size, list[Tensor]] = {}
        for parameter in group["params"]:
            if parameter.grad is not None:
                alike.setdefault(parameter.shape, []).append(parameter)
        for shape, parameters in alike.items():
            steps = orthogonal(
                torch.stack([gathered(self._ahead(p)).flatten(1) for p in parameters])
            )
            size = USUAL_SIZE * max(steps.shape[1:]) ** 0.5
            for parameter, step in zip(parameters, steps, strict=True):
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
                away = step.view(shape)
                own = part_of(away, parameter) if isinstance(parameter, DTensor) else away
                parameter.sub_(own, alpha=group["lr"] * size)

    def _ahead(self, parameter: Tensor) -> Tensor:
        """The momentum, one gradient ahead (Nesterov)."""
        assert parameter.grad is not None
        state = self.state[parameter]
        if "momentum" not in state:
            state |= {"step": torch.zeros(()), "momentum": torch.zeros_like(parameter)}
        state["step"] += 1
        state["momentum"].lerp_(parameter.grad, 1 - KEPT)
        return parameter.grad.lerp(state["momentum"], KEPT)


def gathered(tensor: Tensor) -> Tensor:
    """All of a tensor of which each process holds a part, where it lies."""
    return tensor.full_tensor() if isinstance(tensor, DTensor) else tensor


def orthogonal(matrices: Float[Tensor, "*rows N M"]) -> Float[Tensor, "*rows N M"]:
    """About the nearest matrices whose singular values are 1: within 0.7 to 1.2, by Newton-Schulz.

    In bfloat16 on a GPU, where that is enough and many times faster.
    """
    dtype = torch.bfloat16 if matrices.device.type == "cuda" else torch.float32
    norms = torch.linalg.matrix_norm(matrices, keepdim=True)
    x = (matrices / (norms + LEAST_NORM)).to(dtype)
    tall = x.shape[-2] > x.shape[-1]
    x = x.mT if tall else x
    first, third, fifth = CURVE
    for _ in range(TURNS):
        square = x @ x.mT
        x = first * x + (third * square + fifth * square @ square) @ x
    return (x.mT if tall else x).to(matrices.dtype)
