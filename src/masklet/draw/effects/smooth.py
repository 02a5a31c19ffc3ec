"""Blur that keeps out what a mask covers, and a guess at what lies behind it.

Both work on a smaller grid whose cells are means of square blocks, which a graphics card computes
in the same way.
"""

import math

import cv2
import numpy as np
from jaxtyping import Float32, UInt8

from masklet.draw.effects.measures import MEASURES

LEAST_SIGMA = 1.5
LEAST_WEIGHT = 1e-4

Pixels = UInt8[np.ndarray, "H W 3"]
Weights = Float32[np.ndarray, "H W"]
Grid = Float32[np.ndarray, "_ _ 4"]


def blurred(picture: Pixels, weights: Weights, sigma: float) -> Pixels:
    """The picture blurred, each pixel counting by its weight.

    Args:
        picture: RGB.
        weights: 0 to 1; what has none does not shine into its surroundings.
        sigma: standard deviation in pixels, above 0.
    """
    step = 1
    while sigma / (2 * step) >= LEAST_SIGMA:
        step *= 2
    grid = reduced(picture, weights, step)
    narrow = sigma / step
    side = 2 * math.ceil(3 * narrow) + 1
    spread = cv2.GaussianBlur(grid, (side, side), narrow, borderType=cv2.BORDER_REPLICATE)
    return enlarged(spread, step, picture)


def filled(picture: Pixels, weights: Weights, rows: int) -> Pixels:
    """The picture with what has no weight grown shut, smoothly, from what is around it.

    Each level of a pyramid, from the coarsest to the finest, fills the gaps of the next.

    Args:
        picture: RGB.
        weights: 0 to 1; 0 is to be filled.
        rows: about so many rows has the finest level.
    """
    step = 1
    while picture.shape[0] / (2 * step) >= rows:
        step *= 2
    levels = [reduced(picture, weights, step)]
    while max(levels[-1].shape[:2]) > 1:
        levels.append(halved(levels[-1]))
    whole = levels.pop()
    for level in reversed(levels):
        known = level[..., 3:]
        whole = normalised(whole)
        height, width = level.shape[:2]
        above = doubled(whole)[:height, :width]
        whole = level + (1 - known) * above
    return enlarged(whole, step, picture)


def reduced(picture: Pixels, weights: Weights, step: int) -> Grid:
    """Means of blocks of ``step`` by ``step``: colours times weight, and the weight."""
    opaque = cv2.cvtColor(picture, cv2.COLOR_RGB2RGBA)
    scales = cv2.merge([weights, weights, weights, weights * np.float32(1 / 255)])
    return block_means(cv2.multiply(opaque, scales, dtype=cv2.CV_32F), step)


def block_means(pixels: Float32[np.ndarray, "H W *C"], step: int) -> Float32[np.ndarray, "h w *C"]:
    """Means of square blocks, the last row and column repeated to fill the last ones."""
    height, width = pixels.shape[:2]
    down, across = -(-height // step), -(-width // step)
    if (down * step, across * step) != (height, width):
        below, beside = down * step - height, across * step - width
        pixels = cv2.copyMakeBorder(pixels, 0, below, 0, beside, cv2.BORDER_REPLICATE)
    return cv2.resize(pixels, (across, down), interpolation=cv2.INTER_AREA)


def halved(grid: Grid) -> Grid:
    """The next coarser level, in which what is known counts for more than its share."""
    coarse = block_means(grid, 2)
    known = coarse[..., 3:]
    trusted = np.minimum(known * MEASURES.fill_trust, 1)
    return coarse * (trusted / np.maximum(known, LEAST_WEIGHT))


def doubled(grid: Grid) -> Grid:
    """A level drawn twice as large, between its cells' centres linearly."""
    height, width = grid.shape[:2]
    return cv2.resize(grid, (2 * width, 2 * height), interpolation=cv2.INTER_LINEAR)


def normalised(grid: Grid) -> Grid:
    """Colours divided by their weight, which becomes 1."""
    return grid / np.maximum(grid[..., 3:], LEAST_WEIGHT)


def enlarged(grid: Grid, step: int, like: Pixels) -> Pixels:
    """A grid's colours at the size of the picture that it was made from."""
    colours = np.clip(np.round(normalised(grid)[..., :3]), 0, 255).astype(np.uint8)
    height, width = like.shape[:2]
    if step == 1:
        return colours
    whole = (colours.shape[1] * step, colours.shape[0] * step)
    return cv2.resize(colours, whole, interpolation=cv2.INTER_LINEAR)[:height, :width]
