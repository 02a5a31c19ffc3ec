"""An object on one frame as an image model is told of it: clicks and a box, answered by a mask."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from masklet.data.readers.annotated import Mask
from masklet.masks.clicks import center_click
from masklet.masks.region import region_similarity
from masklet.predict.image import Image
from masklet.values import Box, Point

ALIKE = 0.8
MOST_CLICKS = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class PicturePrompt:
    """What was said of an object on one frame, and its mask there.

    Attributes:
        mask: the answer so far.
        points, labels, box: what the image model was told.
        logits: of its last answer, which it is given back; None before the first.
    """

    mask: Mask
    points: tuple[Point, ...] = ()
    labels: tuple[int, ...] = ()
    box: Box | None = None
    logits: Float[np.ndarray, "h w"] | None = None

    def told(
        self,
        image: Image,
        points: Sequence[Point] = (),
        labels: Sequence[int] | None = None,
        box: Box | None = None,
    ) -> "PicturePrompt":
        """Clicks and a box more. A new box replaces the old one.

        The best of three masks is taken where a single click is all that was ever said.

        Raises:
            PromptError: they cannot be used.
        """
        added = [1] * len(points) if labels is None else list(labels)
        said = replace(
            self,
            points=(*self.points, *points),
            labels=(*self.labels, *added),
            box=self.box if box is None else box,
        )
        several = len(said.points) == 1 and said.box is None
        result = image.segment(
            points=said.points or None,
            labels=said.labels if said.points else None,
            box=said.box,
            mask=said.logits,
            multimask=several,
        )
        logits = result.logits[int(result.scores.argmax())]
        return replace(said, mask=result.best, logits=logits)


def rebuilt(image: Image, mask: Mask) -> PicturePrompt:
    """A mask that came from elsewhere, made again by clicks so that the image model can refine it.

    Clicks go into the worst error until the two masks' IoU is over 0.8 (Ravi et al., 2024,
    appendix F: SAM with a tracker), or there are eight. An empty mask is nothing to build on.
    """
    prompt = PicturePrompt(mask=np.zeros_like(mask))
    if not mask.any():
        return prompt
    while len(prompt.points) < MOST_CLICKS:
        click = center_click(prompt.mask, mask)
        if click is None or region_similarity(prompt.mask, mask) > ALIKE:
            break
        prompt = prompt.told(image, [(click.x, click.y)], [click.label])
    return prompt
