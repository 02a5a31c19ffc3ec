"""Small holes filled and small specks removed, for tensors on any device."""

from jaxtyping import Float
from torch import Tensor, from_numpy, where

from masklet.masks.components import FILLED, small_components


def fill_holes(logits: Float[Tensor, "N h w"], max_area: int) -> Float[Tensor, "N h w"]:
    """``masks.components.fill_holes`` for a tensor; only the mask of small holes leaves the CPU.

    With ``max_area`` 0 the argument itself comes back and no device is waited for.
    """
    if max_area <= 0:
        return logits
    return where(_small(logits <= 0, max_area), logits.new_tensor(FILLED), logits)


def remove_sprinkles(logits: Float[Tensor, "N h w"], max_area: int) -> Float[Tensor, "N h w"]:
    """``masks.components.remove_sprinkles`` for a tensor, as ``fill_holes``."""
    if max_area <= 0:
        return logits
    return where(_small(logits > 0, max_area), logits.new_tensor(-FILLED), logits)


def _small(inside: Tensor, max_area: int) -> Tensor:
    small = small_components(inside.cpu().numpy(), max_area)
    return from_numpy(small).to(inside.device)
