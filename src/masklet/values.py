"""The value types that cross layers, and the one statement of conventions.

Conventions
-----------
* Pictures are RGB uint8 arrays [H, W, 3].
* Pixel coordinates are continuous (x, y) of the original frame; the centre of the top left pixel
  is (0, 0) for the network, which adds half a pixel itself. 0 <= x <= W and 0 <= y <= H are inside.
* Boxes are (x0, y0, x1, y1) in the same coordinates.
* Frames are numbered from 0 in display order.
* Masks are bool [H, W] outside the model and logits (float, > 0 is inside) within it.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from jaxtyping import Bool, Float, UInt8

ObjectId = Hashable
Picture = UInt8[np.ndarray, "H W 3"]
Point = tuple[float, float]
Box = tuple[float, float, float, float]
Points = Sequence[Sequence[float]] | Sequence[Point] | np.ndarray
Numbers = Sequence[float] | np.ndarray


class Size(NamedTuple):
    """Height and width in pixels."""

    height: int
    width: int


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """What a person says about one object on one frame: points, a box, a mask, or several of them.

    ``labels`` has one entry a point, 1 inside the object and 0 outside; ``None`` is all 1.
    ``mask`` is bool or 0/1 [H, W] at the frame's own size; an empty one says that the object is
    absent.
    """

    object: ObjectId = 1
    points: Points | None = None
    labels: Sequence[int] | None = None
    box: Numbers | None = None
    mask: np.ndarray | None = None


def masks_at_size(logits: Float[np.ndarray, "N h w"], size: Size) -> Bool[np.ndarray, "N H W"]:
    """Logits resized bilinearly (half-pixel centres, no antialiasing) to ``size``, then > 0."""
    masks = np.zeros((len(logits), *size), dtype=bool)
    for mask, logit in zip(masks, logits, strict=True):
        np.greater(cv2.resize(logit, (size.width, size.height)), 0, out=mask)
    return masks


@dataclass(frozen=True, eq=False, kw_only=True)
class FrameResult:
    """The masks of every asked-for object on one frame, in the order the objects were added.

    Attributes:
        index: frame number.
        objects: ids as the user gave them, N of them.
        logits: float32 [N, h, w] at the decoder's resolution; -1024 where the object is absent.
        scores: float32 [N], predicted IoU.
        presence: float32 [N], object logits; > 0 says that the object is in the frame.
        size: the frame's own height and width.
    """

    index: int
    objects: tuple[ObjectId, ...]
    logits: Float[np.ndarray, "N h w"]
    scores: Float[np.ndarray, "N"]
    presence: Float[np.ndarray, "N"]
    size: Size

    @property
    def masks(self) -> Bool[np.ndarray, "N H W"]:
        """Bool [N, H, W] at the frame's own size, made anew each time it is asked for."""
        return masks_at_size(self.logits, self.size)

    @property
    def visible(self) -> Bool[np.ndarray, "N"]:
        """Bool [N]: the presence head finds the object in this frame."""
        return self.presence > 0

    def mask(self, object: ObjectId) -> Bool[np.ndarray, "H W"]:  # noqa: A002 - the public word
        """The mask of one object, bool [H, W]. Raises KeyError for an id not in ``objects``."""
        if object not in self.objects:
            raise KeyError(object)
        row = self.objects.index(object)
        return masks_at_size(self.logits[row : row + 1], self.size)[0]
