"""Boundary accuracy F: how well the outlines of two masks lie on each other."""

import math
from typing import NamedTuple

import cv2
import numpy as np
from jaxtyping import Bool, UInt8

from masklet.values import Size

TOLERANCE = 0.008
SQUARE = np.ones((2, 2), dtype=np.uint8)


class _Window(NamedTuple):
    """The part of a picture in which outlines can be."""

    rows: slice
    columns: slice


def boundary_accuracy(answer: Bool[np.ndarray, "H W"], truth: Bool[np.ndarray, "H W"]) -> float:
    """F measure of two outlines, a pixel being right within ``reach`` of the other outline.

    1 where both masks have no outline, 0 where one has none. As in the DAVIS 2017 evaluation
    toolkit (Perazzi et al., 2016), which widens each outline by a disk.
    """
    pair = _bytes_of(answer), _bytes_of(truth)
    window = _window(cv2.bitwise_or(*pair))
    lines = [_outline(mask[window.rows, window.columns]) for mask in pair]
    lengths = [cv2.countNonZero(line) for line in lines]
    if not all(lengths):
        return float(not any(lengths))
    within = reach(Size(*truth.shape))
    precision = _near(lines[0], lines[1], within) / lengths[0]
    recall = _near(lines[1], lines[0], within) / lengths[1]
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def outline(mask: Bool[np.ndarray, "H W"]) -> Bool[np.ndarray, "H W"]:
    """Pixels that differ from their neighbour to the right, below or diagonally between the two.

    Beyond the last row and column the picture goes on as it ends.
    """
    return _outline(_bytes_of(mask)).view(bool)


def reach(size: Size) -> int:
    """Pixels by which an outline may be off: 0.8 % of the picture's diagonal, rounded up."""
    return math.ceil(TOLERANCE * math.hypot(*size))


def _bytes_of(mask: Bool[np.ndarray, "H W"]) -> UInt8[np.ndarray, "H W"]:
    """The same 0 and 1 as OpenCV takes them."""
    return np.ascontiguousarray(mask).view(np.uint8)


def _outline(mask: UInt8[np.ndarray, "H W"]) -> UInt8[np.ndarray, "H W"]:
    """The largest less the smallest of a pixel and these three neighbours."""
    return cv2.morphologyEx(
        mask, cv2.MORPH_GRADIENT, SQUARE, anchor=(0, 0), borderType=cv2.BORDER_REPLICATE
    )


def _window(either: UInt8[np.ndarray, "H W"]) -> _Window:
    """The box of what is in a mask and one pixel more on every side, as outlines lie there."""
    x, y, width, height = cv2.boundingRect(either)
    return _Window(slice(max(y - 1, 0), y + height + 1), slice(max(x - 1, 0), x + width + 1))


def _near(line: UInt8[np.ndarray, "H W"], other: UInt8[np.ndarray, "H W"], within: int) -> int:
    """How many of a line's pixels have one of the other line's within so many pixels."""
    return cv2.countNonZero(cv2.bitwise_and(line, _widened(other, within)))


def _widened(line: UInt8[np.ndarray, "H W"], within: int) -> UInt8[np.ndarray, "H W"]:
    """Every pixel at most ``within`` from the line: each row of a disk in turn, exactly."""
    wide = np.zeros_like(line)
    height = len(line)
    half = -1
    row = line
    for away in range(within, -1, -1):
        if half != (half := math.isqrt(within**2 - away**2)):
            row = cv2.dilate(line, np.ones((1, 2 * half + 1), dtype=np.uint8))
        if away < height:
            wide[away:] |= row[: height - away]
            wide[: height - away] |= row[away:]
    return wide
