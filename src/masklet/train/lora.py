"""Low-rank adapters: a layer's weights stay, and a product of two thin matrices is added to them.

Source: Hu et al., arXiv 2106.09685. A convolution's adapter is a convolution of the same kind to
``rank`` channels and a 1 by 1 convolution back. The second matrix begins as zeros, so that an
adapted model first answers as the model that it was made of.
"""

import math
from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

DOWN, UP = "lora_down", "lora_up"


class LoraLinear(nn.Linear):
    """A linear layer and its adapter."""

    lora_down: nn.Parameter
    lora_up: nn.Parameter
    lora_scale: float

    def forward(self, input: Float[Tensor, "*rows C"]) -> Float[Tensor, "*rows D"]:  # noqa: A002
        """As in the base class, whose argument's name it keeps."""
        low = functional.linear(input, self.lora_down)
        return super().forward(input) + self.lora_scale * functional.linear(low, self.lora_up)


class LoraConv(nn.Conv2d):
    """A convolution and its adapter."""

    lora_down: nn.Parameter
    lora_up: nn.Parameter
    lora_scale: float

    def forward(self, input: Float[Tensor, "B C H W"]) -> Float[Tensor, "B D h w"]:  # noqa: A002
        """As in the base class, whose argument's name it keeps."""
        low = functional.conv2d(
            input, self.lora_down, None, self.stride, self.padding, self.dilation
        )
        return super().forward(input) + self.lora_scale * functional.conv2d(low, self.lora_up)


def add_adapters(part: nn.Module, *, rank: int, scale: float) -> int:
    """Give every linear layer and convolution within ``part`` an adapter, in place.

    Layers that are no wider than ``rank`` on either side get none: theirs would save nothing.

    Args:
        rank: columns of the thin matrices.
        scale: what their product is multiplied by.

    Returns:
        how many layers were adapted.
    """
    adapted = 0
    for layer in part.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d) and _gains(layer, rank):
            _adapt(layer, rank, scale)
            adapted += 1
    return adapted


def _gains(layer: nn.Linear | nn.Conv2d, rank: int) -> bool:
    """Whether the layer is wide, and a plain one: one that mixes all its channels."""
    if type(layer) is nn.Conv2d and (layer.groups != 1 or layer.padding_mode != "zeros"):
        return False
    return type(layer) in (nn.Linear, nn.Conv2d) and min(layer.weight.shape[:2]) > rank


def _adapt(layer: nn.Linear | nn.Conv2d, rank: int, scale: float) -> None:
    """Turn the layer into its adapted kind."""
    wide_out, wide_in, *window = layer.weight.shape
    down = nn.Parameter(layer.weight.new_empty(rank, wide_in, *window))
    up = nn.Parameter(layer.weight.new_zeros(wide_out, rank, *(1 for _ in window)))
    nn.init.kaiming_uniform_(down, a=math.sqrt(5))
    if isinstance(layer, nn.Linear):
        layer.__class__ = LoraLinear
    else:
        layer.__class__ = LoraConv
    layer.register_parameter(DOWN, down)
    layer.register_parameter(UP, up)
    layer.__dict__["lora_scale"] = scale


def is_adapter(name: str) -> bool:
    """Whether a parameter of that name belongs to an adapter."""
    return name.endswith((f".{DOWN}", f".{UP}"))


@torch.no_grad()
def merged(weights: Mapping[str, Tensor], *, scale: float) -> dict[str, Tensor]:
    """Weights with every adapter added to its layer: those of a plain model that answers alike."""
    plain = {name: tensor for name, tensor in weights.items() if not is_adapter(name)}
    for name, down in weights.items():
        if not name.endswith(f".{DOWN}"):
            continue
        layer = name.removesuffix(f".{DOWN}")
        weight = plain[f"{layer}.weight"]
        added = weights[f"{layer}.{UP}"].flatten(1) @ down.flatten(1)
        plain[f"{layer}.weight"] = weight + scale * added.view_as(weight)
    return plain
