"""Boundary accuracy F: how well the outlines of two masks lie on each other."""

import math

import cv2
import numpy as np
from jaxtyping import Bool

from masklet.values import Size

TOLERANCE = 0.008


def boundary_accuracy(answer: Bool[np.ndarray, "H W"], truth: Bool[np.ndarray, "H W"]) -> float:
    """F measure of two outlines, a pixel being right within ``reach`` of the other outline.

    1 where both masks have no outline, 0 where one has none. As in the DAVIS 2017 evaluation
    toolkit (Perazzi et al., 2016), whose dilation with a disk is a bound on the distance here.
    """
    lines = outline(answer), outline(truth)
    if not all(line.any() for line in lines):
        return float(lines[0].any() == lines[1].any())
    within = reach(Size(*truth.shape))
    precision = _share_near(lines[0], lines[1], within)
    recall = _share_near(lines[1], lines[0], within)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def outline(mask: Bool[np.ndarray, "H W"]) -> Bool[np.ndarray, "H W"]:
    """Pixels that differ from their neighbour to the right, below or diagonally between the two.

    Beyond the last row and column the picture goes on as it ends.
    """
    wide = np.pad(mask, ((0, 1), (0, 1)), mode="edge")
    return (mask != wide[:-1, 1:]) | (mask != wide[1:, :-1]) | (mask != wide[1:, 1:])


def reach(size: Size) -> int:
    """Pixels by which an outline may be off: 0.8 % of the picture's diagonal, rounded up."""
    return math.ceil(TOLERANCE * math.hypot(*size))


def _share_near(
    line: Bool[np.ndarray, "H W"], other: Bool[np.ndarray, "H W"], within: int
) -> float:
    """Share of a line's pixels that have one of the other line's within so many pixels."""
    distance = cv2.distanceTransform(
        np.logical_not(other).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE
    )
    return float(np.mean(distance[line] <= within))
