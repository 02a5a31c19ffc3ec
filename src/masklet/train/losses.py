"""What a prediction costs: focal, dice, IoU and presence loss with the best of several masks.

The rules are those of SAM 2 (Ravi et al., 2024, section 4 and appendix D.2).
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional

FOCAL_ALPHA, FOCAL_GAMMA = 0.25, 2.0
INSIDE = 0.5


class LossWeights(NamedTuple):
    """How much each part counts in the total."""

    focal: float = 20.0
    dice: float = 1.0
    iou: float = 1.0
    presence: float = 1.0


class MaskLoss(NamedTuple):
    """The loss of one step of prompting, a weighted sum over objects.

    Attributes:
        total: the weighted sum of the parts; the one to differentiate.
        focal: of the best mask, a mean over pixels, not weighted; 0 for an absent object.
        dice: of the best mask; 0 for an absent object.
        iou: mean absolute error of all predicted IoUs; 0 for an absent object.
        presence: binary cross entropy of the presence logit.
        real_ious: [B, M], the true IoU of each mask with the truth, without gradient.
        best: int64 [B], the mask that focal and dice were taken from.
    """

    total: Float[Tensor, ""]
    focal: Float[Tensor, ""]
    dice: Float[Tensor, ""]
    iou: Float[Tensor, ""]
    presence: Float[Tensor, ""]
    real_ious: Float[Tensor, "B M"]
    best: Tensor


def mean_over_parts(played: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
    """The losses of a batch that was played in parts: of each answer the mean over its parts.

    Losses are named tuples of tensors; what is one of each row is of all rows then.
    """
    return tuple(
        type(parts[0])(*(_joined(figures) for figures in zip(*parts, strict=True)))
        for parts in zip(*played, strict=True)
    )


def _joined(figures: Sequence[Tensor]) -> Tensor:
    if figures[0].ndim:
        return torch.cat(list(figures))
    return torch.stack(list(figures)).detach().mean()


def focal_loss(
    logits: Float[Tensor, "B M h w"], truth: Float[Tensor, "B 1 h w"]
) -> Float[Tensor, "B M"]:
    """Focal loss (Lin et al., 2017) with alpha 0.25 and gamma 2, a mean over pixels."""
    truth = truth.expand_as(logits)
    entropy = functional.binary_cross_entropy_with_logits(logits, truth, reduction="none")
    inside = logits.sigmoid()
    missed = inside + truth - 2 * inside * truth
    balance = 1 - FOCAL_ALPHA + (2 * FOCAL_ALPHA - 1) * truth
    return (balance * entropy * missed**FOCAL_GAMMA).mean((2, 3))


def dice_loss(
    logits: Float[Tensor, "B M h w"], truth: Float[Tensor, "B 1 h w"]
) -> Float[Tensor, "B M"]:
    """1 - the soft dice coefficient, with 1 added above and below the fraction."""
    inside = logits.sigmoid()
    shared = (inside * truth).sum((2, 3))
    return 1 - (2 * shared + 1) / (inside.sum((2, 3)) + truth.sum((2, 3)) + 1)


@torch.no_grad()
def real_ious(
    logits: Float[Tensor, "B M h w"], truth: Float[Tensor, "B 1 h w"]
) -> Float[Tensor, "B M"]:
    """IoU of the masks ``logits > 0`` with ``truth > 0.5``; 0 if both are empty."""
    predicted, wanted = logits > 0, truth > INSIDE
    union = (predicted | wanted).sum((2, 3))
    return (predicted & wanted).sum((2, 3)) / union.clamp(min=1)


def mask_loss(
    logits: Float[Tensor, "B M h w"],
    ious: Float[Tensor, "B M"],
    presence: Float[Tensor, "B"],
    truth: Bool[Tensor, "B h w"] | Float[Tensor, "B h w"],
    *,
    weight: Float[Tensor, "B"] | None = None,
    weights: LossWeights = LossWeights(),  # noqa: B008 - immutable
) -> MaskLoss:
    """The loss of M masks for each of B objects, of which the cheapest one learns.

    Cheapest is the lowest weighted sum of focal and dice. An object is present if any pixel of
    its truth is above 0; the focal, dice and IoU loss of an absent one are 0. Every predicted
    IoU is trained, whichever mask is best.

    Args:
        logits: masks at any resolution.
        ious: predicted IoU of each mask.
        presence: presence logits.
        truth: the true masks at the resolution of ``logits``; a float may be soft, 0 .. 1.
        weight: how much each object counts, 0 for one to leave out; a mean over all if None.
        weights: of the parts in the total.
    """
    logits, truth = logits.float(), truth.float()[:, None]
    here = (truth > 0).flatten(1).any(1).float()
    share = torch.full_like(here, 1 / len(here)) if weight is None else weight
    focal, dice = focal_loss(logits, truth), dice_loss(logits, truth)
    best = (weights.focal * focal + weights.dice * dice).detach().argmin(1)
    reached = real_ious(logits, truth)
    entropy = functional.binary_cross_entropy_with_logits(presence.float(), here, reduction="none")
    parts = (
        (focal.gather(1, best[:, None])[:, 0] * here * share).sum(),
        (dice.gather(1, best[:, None])[:, 0] * here * share).sum(),
        ((ious.float() - reached).abs().mean(1) * here * share).sum(),
        (entropy * share).sum(),
    )
    total = torch.stack([w * part for w, part in zip(weights, parts, strict=True)]).sum()
    return MaskLoss(total, *parts, real_ious=reached, best=best)
