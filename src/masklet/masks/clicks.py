"""The click of the evaluation protocol: the middle of what is most wrong with a mask.

Points are (x, y) in pixels of the mask, the centre of the top left pixel being (0, 0).
"""

from typing import NamedTuple

import cv2
import numpy as np
from jaxtyping import Bool, Float

POSITIVE, NEGATIVE = 1, 0


class Click(NamedTuple):
    """One click: pixel x, y and label 1 inside the object or 0 outside."""

    x: int
    y: int
    label: int


def center_click(
    prediction: Bool[np.ndarray, "H W"] | None, truth: Bool[np.ndarray, "H W"]
) -> Click | None:
    """The pixel deepest inside the wrong regions, and which kind of wrong it is.

    Depth is the exact Euclidean distance to the region's edge, where outside of the picture is
    outside of the region. Positive if the deepest missed pixel is deeper than the deepest
    surplus one. ``prediction`` is None before the first click. None if nothing is wrong.
    (Ravi et al., 2024, appendix F.)
    """
    predicted = np.zeros_like(truth) if prediction is None else prediction
    missed = _squared_depth(truth & ~predicted)
    surplus = _squared_depth(predicted & ~truth)
    positive = missed.max() > surplus.max()
    depth = missed if positive else surplus
    if depth.max() == 0:
        return None
    y, x = np.unravel_index(depth.argmax(), depth.shape)
    return Click(int(x), int(y), POSITIVE if positive else NEGATIVE)


def _squared_depth(region: Bool[np.ndarray, "H W"]) -> Float[np.ndarray, "H W"]:
    """Whole numbers, as the last digits that OpenCV gives vary and would choose among equals."""
    padded = np.pad(region.astype(np.uint8), 1)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    return np.rint(depth.astype(np.float64) ** 2)
