"""Pictures as mask units: squares of 32 pixels, the trunk's last stride, that are hidden whole.

Shapes: B pictures, U units of a picture row by row, V visible units, D = 3 * 32 * 32 values.
Source: Hiera (Ryali et al., arXiv 2306.00989, section 3) for units, MAE (He et al., arXiv
2111.06377, sections 3 and 4.1) for targets and loss.
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn import functional

SIDE = 32
LEAST_VARIANCE = 1e-6


class Standards(NamedTuple):
    """Mean and deviation of every unit's values."""

    mean: Float[Tensor, "B U 1"]
    deviation: Float[Tensor, "B U 1"]


def cut(pictures_B3HW: Float[Tensor, "B 3 H W"]) -> Float[Tensor, "B U D"]:
    """The pixels of every unit, colour by colour; sides are multiples of 32."""
    return functional.unfold(pictures_B3HW, SIDE, stride=SIDE).transpose(1, 2)


def join(units_BUD: Float[Tensor, "B U D"], height: int, width: int) -> Float[Tensor, "B 3 H W"]:
    """The pictures that units were cut from."""
    return functional.fold(units_BUD.transpose(1, 2), (height, width), SIDE, stride=SIDE)


def choose_visible(chances_BU: Float[Tensor, "B U"], *, hidden: float) -> Int[Tensor, "B V"]:
    """Numbers of the units that stay visible, in order; one at least is visible, one is hidden.

    Args:
        chances_BU: random numbers; the units with the lowest stay.
        hidden: share of the units to hide.
    """
    count = chances_BU.shape[1]
    kept = min(max(round(count * (1 - hidden)), 1), count - 1)
    return chances_BU.topk(kept, dim=1, largest=False).indices.sort(dim=1).values


def hidden_units(visible_BV: Int[Tensor, "B V"], count: int) -> Bool[Tensor, "B count"]:
    """Which of ``count`` units are not visible."""
    hidden = torch.ones(len(visible_BV), count, dtype=torch.bool, device=visible_BV.device)
    return hidden.scatter(1, visible_BV, False)


def hide(
    pictures_B3HW: Float[Tensor, "B 3 H W"], hidden_BU: Bool[Tensor, "B U"]
) -> Float[Tensor, "B 3 H W"]:
    """Normalised pictures whose hidden units are 0: the mean colour of all pictures."""
    rows, columns = (side // SIDE for side in pictures_B3HW.shape[2:])
    hidden = hidden_BU.unflatten(1, (rows, columns))[:, None]
    spread = hidden.repeat_interleave(SIDE, 2).repeat_interleave(SIDE, 3)
    return pictures_B3HW.masked_fill(spread, 0.0)


def standards_of(units_BUD: Float[Tensor, "B U D"]) -> Standards:
    """The mean of all values of a unit and the root of their variance, never 0."""
    variance = units_BUD.var(dim=2, keepdim=True)
    return Standards(units_BUD.mean(dim=2, keepdim=True), (variance + LEAST_VARIANCE).sqrt())


def targets_of(pictures_B3HW: Float[Tensor, "B 3 H W"]) -> Float[Tensor, "B U D"]:
    """What is to be painted: every unit less its own mean, divided by its own deviation."""
    units = cut(pictures_B3HW)
    mean, deviation = standards_of(units)
    return (units - mean) / deviation


def painting_loss(
    painted_BUD: Float[Tensor, "B U D"],
    targets_BUD: Float[Tensor, "B U D"],
    hidden_BU: Bool[Tensor, "B U"],
) -> Float[Tensor, ""]:
    """The mean squared error over the values of hidden units; 1 for nothing but each one's mean."""
    error = (painted_BUD - targets_BUD).square().mean(dim=2)
    return error[hidden_BU].mean()
