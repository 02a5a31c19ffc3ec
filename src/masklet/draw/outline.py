"""The outline of a mask as smooth curves, and the ink that fills and strokes them."""

from typing import NamedTuple

import cv2
import numpy as np
from jaxtyping import Bool, Float32, Int32, UInt8

SHIFT = 4
SMOOTHING = 5


class Spot(NamedTuple):
    """A pixel of a picture."""

    x: int
    y: int


class Ink(NamedTuple):
    """How much of each pixel is covered, 0 to 1, within a window of the picture.

    Attributes:
        rows, columns: where the window lies.
        fill: by the mask.
        line: by its contour.
        halo: by the contour and the dark edge beside it.
        top: where on the picture the highest point of the largest part is.
    """

    rows: slice
    columns: slice
    fill: Float32[np.ndarray, "h w"]
    line: Float32[np.ndarray, "h w"]
    halo: Float32[np.ndarray, "h w"]
    top: Spot


def ink_of(mask: Bool[np.ndarray, "H W"], width: int) -> Ink | None:
    """Anti-aliased coverage by a mask and by a contour ``width`` pixels wide; None where empty."""
    x, y, across, down = cv2.boundingRect(mask.view(np.uint8))
    if across == 0:
        return None
    margin = width + 3
    rows = slice(max(y - margin, 0), min(y + down + margin, mask.shape[0]))
    columns = slice(max(x - margin, 0), min(x + across + margin, mask.shape[1]))
    window = np.ascontiguousarray(mask[rows, columns]).view(np.uint8)
    contours, _ = cv2.findContours(window, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    curves = [_smoothed(contour[:, 0].astype(np.float32)) for contour in contours]
    x, y = min(max(contours, key=cv2.contourArea)[:, 0].tolist(), key=lambda place: place[1])
    return Ink(
        rows,
        columns,
        fill=_filled(window, curves),
        line=_stroked(window, curves, width),
        halo=_stroked(window, curves, width + 2),
        top=Spot(columns.start + x, rows.start + y),
    )


def _smoothed(points: Float32[np.ndarray, "P 2"]) -> Int32[np.ndarray, "_ 1 2"]:
    """A closed curve whose points are the means of their neighbours along it."""
    if len(points) > 2 * SMOOTHING:
        reach = SMOOTHING // 2
        points = sum((np.roll(points, by, axis=0) for by in range(-reach, reach + 1)), points * 0)
        points = points / SMOOTHING
    return np.round(points * 2**SHIFT).astype(np.int32)[:, None]


def _filled(
    window: UInt8[np.ndarray, "h w"], curves: list[Int32[np.ndarray, "_ 1 2"]]
) -> Float32[np.ndarray, "h w"]:
    canvas = np.zeros_like(window)
    cv2.fillPoly(canvas, curves, (255,), lineType=cv2.LINE_AA, shift=SHIFT)
    return canvas.astype(np.float32) / 255


def _stroked(
    window: UInt8[np.ndarray, "h w"], curves: list[Int32[np.ndarray, "_ 1 2"]], width: int
) -> Float32[np.ndarray, "h w"]:
    canvas = np.zeros_like(window)
    cv2.polylines(canvas, curves, True, (255,), width, cv2.LINE_AA, SHIFT)
    return canvas.astype(np.float32) / 255
