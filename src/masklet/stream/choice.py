"""Which of the decoder's four masks is the answer.

Shapes: B rows (objects), C channels, h w decoder grid. Source: reference ``mask_decoder.py`` lines
247-295 and ``sam2_base.py`` lines 354-391.
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from masklet.model.mask_decoder import Decoded

STABILITY_OFFSET = 0.05
STABILITY_LIMIT = 0.98


class Choice(NamedTuple):
    """One mask a row: its logits [B, h, w], predicted IoU [B] and the token [B, C] for pointers."""

    logits: Float[Tensor, "B h w"]
    score: Float[Tensor, "B"]
    token: Float[Tensor, "B C"]


def stability(logits_BHW: Float[Tensor, "B h w"]) -> Float[Tensor, "B"]:
    """IoU of the masks a little above and a little below the threshold; 1 if both are empty."""
    inner = (logits_BHW > STABILITY_OFFSET).flatten(1).sum(dim=1)
    outer = (logits_BHW > -STABILITY_OFFSET).flatten(1).sum(dim=1)
    return torch.where(outer > 0, inner / outer.clamp(min=1), 1.0)


def is_ambiguous(points: int) -> bool:
    """Tracking (no point) and a single click get three masks; a box is two points."""
    return points <= 1


def choose(decoded: Decoded, ambiguous_B: Bool[Tensor, "B"]) -> Choice:
    """The best of three for ambiguous rows; for others mask 0, or the best if 0 is unstable.

    The token of a row that is not ambiguous is always that of mask 0.
    """
    best_B = decoded.ious[:, 1:].argmax(dim=1) + 1
    unstable_B = stability(decoded.logits[:, 0]) < STABILITY_LIMIT
    mask_B = torch.where(ambiguous_B | unstable_B, best_B, 0)
    token_B = torch.where(ambiguous_B, best_B, 0)
    row = torch.arange(len(mask_B), device=mask_B.device)
    return Choice(
        decoded.logits[row, mask_B], decoded.ious[row, mask_B], decoded.tokens[row, token_B]
    )
