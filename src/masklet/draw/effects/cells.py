"""Objects hidden for good: all that is left of one is the mean colour of a few large cells.

Pixelation shows the cells as they are and blurring interpolates between them, so that neither
holds more than the cells do: at most ``cells_most`` along the object's longer side.
"""

import math
from typing import NamedTuple

import cv2
import numpy as np
from jaxtyping import Float32, UInt8

from masklet.draw.effects.coverage import Bounds, Coverage, Mask, bounds_of, grown
from masklet.draw.effects.layer import Layer, changed
from masklet.draw.effects.measures import MEASURES
from masklet.draw.effects.smooth import block_means

Pixels = UInt8[np.ndarray, "H W 3"]
REACH = 2


class Cells(NamedTuple):
    """Whole cells of the picture's grid and the mean colours in them.

    Attributes:
        side: of a cell in pixels.
        rows, columns: numbers of the cells, which may reach beyond the picture.
        means: of their pixels; a cell outside repeats the picture's edge.
    """

    side: int
    rows: range
    columns: range
    means: Float32[np.ndarray, "h w 3"]


def pixelated(layer: Layer, mask: Mask, strength: float) -> Layer:
    """One object behind large pixels: each cell that it and its margin touch is one colour."""
    box = bounds_of(mask)
    if box is None:
        return layer
    hidden = grown(mask, margin_of(box, mask.shape[0]))
    assert hidden is not None
    side = side_of(box, mask.shape[0], strength)
    cells = cells_within(layer.picture, hidden, side, 0)
    whole = np.zeros(mask.shape, dtype=np.float32)
    whole[hidden.rows, hidden.columns] = hidden.much
    rows, columns = _window_of(cells, mask.shape)
    touched = block_means(whole[rows, columns], side) > 0
    pixels = _repeated(np.round(cells.means).astype(np.uint8), side)
    much = _repeated(touched.astype(np.float32), side)
    height, width = rows.stop - rows.start, columns.stop - columns.start
    cover = Coverage(rows, columns, np.ascontiguousarray(much[:height, :width]))
    return changed(layer, pixels[:height, :width], cover)


def veiled(layer: Layer, mask: Mask, strength: float) -> Layer:
    """One object behind a blur: cubic B-splines through its cells, fading out within its margin."""
    box = bounds_of(mask)
    if box is None:
        return layer
    margin = margin_of(box, mask.shape[0])
    hidden = grown(mask, margin, fade=max(margin / 2, 1.0))
    assert hidden is not None
    cells = cells_within(layer.picture, hidden, side_of(box, mask.shape[0], strength), REACH)
    down = spline_weights(hidden.rows, cells.rows, cells.side)
    across = spline_weights(hidden.columns, cells.columns, cells.side)
    pixels = np.einsum("yi,ijc,xj->yxc", down, cells.means, across, optimize=True)
    return changed(layer, np.clip(np.round(pixels), 0, 255).astype(np.uint8), hidden)


def side_of(box: Bounds, height: int, strength: float) -> int:
    """The side of an object's cells in pixels, at least 2.

    It goes up in steps of the square root of two, or it would change in every frame.
    """
    most, least = MEASURES.cells_most, MEASURES.cells_least
    wanted = max(box.width, box.height) / (most + (least - most) * strength)
    side = height * MEASURES.cell_smallest
    while side < wanted:
        side *= math.sqrt(2)
    return max(2, math.ceil(side - 1e-6))


def margin_of(box: Bounds, height: int) -> float:
    """How far past its edge an object is hidden, in pixels."""
    wanted = max(box.width, box.height) * MEASURES.hide_margin
    least, most = MEASURES.hide_margin_least * height, MEASURES.hide_margin_most * height
    return min(max(wanted, least, 1.0), max(most, 1.0))


def cells_within(picture: Pixels, cover: Coverage, side: int, reach: int) -> Cells:
    """The cells that a window touches, and ``reach`` more on every side."""
    rows = range(cover.rows.start // side - reach, -(-cover.rows.stop // side) + reach)
    columns = range(cover.columns.start // side - reach, -(-cover.columns.stop // side) + reach)
    height, width = -(-picture.shape[0] // side), -(-picture.shape[1] // side)
    inner_rows = range(max(rows.start, 0), min(rows.stop, height))
    inner_columns = range(max(columns.start, 0), min(columns.stop, width))
    inner = picture[
        inner_rows.start * side : inner_rows.stop * side,
        inner_columns.start * side : inner_columns.stop * side,
    ]
    means = block_means(inner.astype(np.float32), side)
    means = cv2.copyMakeBorder(
        means,
        inner_rows.start - rows.start,
        rows.stop - inner_rows.stop,
        inner_columns.start - columns.start,
        columns.stop - inner_columns.stop,
        cv2.BORDER_REPLICATE,
    )
    return Cells(side, rows, columns, means)


def spline_weights(pixels: slice, cells: range, side: int) -> Float32[np.ndarray, "P C"]:
    """How much each cell counts at each pixel: cubic B-splines at the cells' centres."""
    places = (np.arange(pixels.start, pixels.stop) + 0.5) / side - 0.5 - cells.start
    away = np.abs(places[:, None] - np.arange(len(cells)))
    near = 2 / 3 - away**2 + away**3 / 2
    far = np.maximum(2 - away, 0) ** 3 / 6
    return np.where(away < 1, near, far).astype(np.float32)


def _window_of(cells: Cells, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """The pixels of cells that lie within the picture."""
    rows = slice(cells.rows.start * cells.side, min(cells.rows.stop * cells.side, shape[0]))
    columns = slice(
        cells.columns.start * cells.side, min(cells.columns.stop * cells.side, shape[1])
    )
    return rows, columns


def _repeated(cells: np.ndarray, side: int) -> np.ndarray:
    """Every cell drawn as a square."""
    return np.repeat(np.repeat(cells, side, axis=0), side, axis=1)
