"""A person who clicks objects in a picture, each click into the middle of what is most wrong.

Shapes: N objects, H W the picture's own size, C clicks.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from masklet.masks.clicks import Click, center_click
from masklet.masks.region import region_similarity
from masklet.predict.image import Image, ImagePrompt, ImageResult

SMALLEST_SHARE, LARGEST_SHARE = 0.001, 0.9
CLICKS = 5
Mask = Bool[np.ndarray, "H W"]


def is_asked_for(mask: Mask) -> bool:
    """Whether an object covers 0.1 % to 90 % of its picture; others are left out."""
    return SMALLEST_SHARE <= int(np.count_nonzero(mask)) / mask.size <= LARGEST_SHARE


def drawn(masks: Sequence[Mask], name: str, most: int) -> list[Mask]:
    """``most`` of the masks, chosen by the picture's name."""
    random = np.random.default_rng(zlib.crc32(name.encode()))
    return [masks[number] for number in np.sort(random.permutation(len(masks))[:most])]


@dataclass(frozen=True, eq=False, kw_only=True)
class Clicked:
    """One object: what it is, what was clicked so far, and the answer to that.

    Attributes:
        answer: of the picture's own size; None before the first click.
        logits: of the answer, fed back with the next click.
    """

    truth: Mask
    clicks: tuple[Click, ...] = ()
    answer: Mask | None = None
    logits: Float[np.ndarray, "h w"] | None = None

    def prompt(self) -> ImagePrompt:
        """Every click so far and the answer before."""
        return ImagePrompt(
            points=[(click.x, click.y) for click in self.clicks],
            labels=[click.label for click in self.clicks],
            mask=self.logits,
        )

    def answered(self, result: ImageResult) -> "Clicked":
        """With the best scored mask as the answer."""
        logits = result.logits[result.scores.argmax()]
        return replace(self, answer=result.best, logits=logits)

    @property
    def iou(self) -> float:
        """Of the answer with the truth. There must be an answer."""
        assert self.answer is not None
        return region_similarity(self.answer, self.truth)


def click_objects(
    image: Image, truths: Sequence[Mask], clicks: int = CLICKS
) -> Iterator[tuple[Clicked, ...]]:
    """Every object after 1 .. ``clicks`` clicks, each into the worst error so far.

    The first click's mask is the best scored of three; later clicks come with all earlier ones
    and the logits of the answer before, and give one mask. Where nothing is wrong any more the
    answer stays.
    """
    objects = [Clicked(truth=truth) for truth in truths]
    for number in range(clicks):
        rows = []
        for row, one in enumerate(objects):
            click = center_click(one.answer, one.truth)
            if click is not None:
                objects[row] = replace(one, clicks=(*one.clicks, click))
                rows.append(row)
        asked = [objects[row].prompt() for row in rows]
        results = image.segment_batch(asked, multimask=number == 0)
        for row, result in zip(rows, results, strict=True):
            objects[row] = objects[row].answered(result)
        yield tuple(objects)


def click_ious(image: Image, truths: Sequence[Mask], clicks: int = CLICKS) -> np.ndarray:
    """IoU [N, C] of each object after 1 .. ``clicks`` clicks, as ``click_objects`` gives them."""
    ious = np.zeros((len(truths), clicks))
    for number, objects in enumerate(click_objects(image, truths, clicks)):
        ious[:, number] = [one.iou for one in objects]
    return ious
