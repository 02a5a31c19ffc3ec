"""What was said about an object on a frame, added up, and its form as tensors for the network.

Shapes: B rows (objects), P points, S side in pixels of the network's picture, s = S / 4.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from masklet.model.prompt_encoder import ABSENT, BOTTOM_RIGHT, PAD, TOP_LEFT, Prompts

Corner = tuple[float, float]
LOGIT_LIMIT = 32.0


@dataclass(frozen=True, kw_only=True)
class Said:
    """Clicks and a box in pixels of the network's picture, in the order in which they were made."""

    points: tuple[Corner, ...] = ()
    labels: tuple[int, ...] = ()
    box: tuple[float, float, float, float] | None = None

    def plus(self, other: "Said") -> "Said":
        """Both: clicks add up, a new box replaces the old one."""
        return Said(
            points=self.points + other.points,
            labels=self.labels + other.labels,
            box=self.box if other.box is None else other.box,
        )

    @property
    def count(self) -> int:
        """Points as the decoder counts them: a box is two."""
        return len(self.points) + (0 if self.box is None else 2)

    @property
    def marks(self) -> tuple[tuple[Corner, int], ...]:
        """Every point with its label, the corners of the box first; one "no point" if none."""
        clicks = tuple(zip(self.points, self.labels, strict=True))
        if self.box is None:
            return clicks or (((0.0, 0.0), PAD),)
        x0, y0, x1, y1 = self.box
        return (((x0, y0), TOP_LEFT), ((x1, y1), BOTTOM_RIGHT), *clicks)


def as_prompts(
    said: Sequence[Said],
    previous: Sequence[Float[Tensor, "s s"] | None],
    *,
    device: torch.device,
) -> Prompts:
    """Ragged prompts of B objects as one batch; ``previous`` logits are limited to +-32."""
    marks = [row.marks for row in said]
    length = max(len(row) for row in marks)
    filler = ((0.0, 0.0), ABSENT)
    full = [(*row, *[filler] * (length - len(row))) for row in marks]
    shape = next((logits.shape for logits in previous if logits is not None), (0, 0))
    empty = torch.zeros(shape, device=device)
    masks = [empty if logits is None else logits.float() for logits in previous]
    return Prompts(
        points=torch.tensor([[point for point, _ in row] for row in full], device=device),
        labels=torch.tensor([[label for _, label in row] for row in full], device=device),
        mask=torch.stack(masks)[:, None].clamp(-LOGIT_LIMIT, LOGIT_LIMIT),
        has_mask=_flags([logits is not None for logits in previous], device),
    )


def _flags(values: Sequence[bool], device: torch.device) -> Bool[Tensor, "B"]:
    return torch.tensor(values, dtype=torch.bool, device=device)
