"""A picture that effects are drawn on one by one, with alpha once something is cut out."""

from typing import NamedTuple

import cv2
import numpy as np
from jaxtyping import UInt8

from masklet.draw.effects.coverage import Coverage
from masklet.masks.palette import Colour

FRINGE = 2
FAINT = 0.01

Pixels = UInt8[np.ndarray, "h w 3"]


class Layer(NamedTuple):
    """Colours, not multiplied by alpha; without alpha all is opaque."""

    picture: UInt8[np.ndarray, "H W 3"]
    alpha: UInt8[np.ndarray, "H W"] | None


def changed(layer: Layer, pixels: Pixels | Colour, cover: Coverage) -> Layer:
    """The layer with other colours where it is covered; what is transparent stays so.

    Args:
        layer: to change.
        pixels: as large as the window that is covered, or one colour.
        cover: how much of each pixel they take.
    """
    out = layer.picture.copy()
    window = out[cover.rows, cover.columns]
    window[:] = cv2.blendLinear(window, _filling(pixels, window), 1 - cover.much, cover.much)
    return layer._replace(picture=out)


def painted(layer: Layer, pixels: Pixels | Colour, cover: Coverage) -> Layer:
    """The layer with something painted over it; paint shows on transparent ground too.

    Paint takes the free part of a pixel first: a line beside an object that was cut out, each
    covering half of the pixels between them, leaves no gap.
    """
    if layer.alpha is None:
        return changed(layer, pixels, cover)
    out, alpha = layer.picture.copy(), layer.alpha.copy()
    window = out[cover.rows, cover.columns]
    held = alpha[cover.rows, cover.columns].astype(np.float32) / 255
    left = np.minimum(np.maximum(held, FAINT), 1 - cover.much)
    window[:] = cv2.blendLinear(window, _filling(pixels, window), left, cover.much)
    total = cover.much + np.minimum(held, 1 - cover.much)
    alpha[cover.rows, cover.columns] = np.round(total * 255).astype(np.uint8)
    return Layer(out, alpha)


def cut(layer: Layer, cover: Coverage | None) -> Layer:
    """The layer with what is not covered made transparent."""
    alpha = np.zeros(layer.picture.shape[:2], dtype=np.uint8)
    if cover is not None:
        window = (cover.rows, cover.columns)
        held = np.float32(255) if layer.alpha is None else layer.alpha[window]
        alpha[window] = np.round(held * cover.much).astype(np.uint8)
    return layer._replace(alpha=alpha)


def finished(layer: Layer) -> UInt8[np.ndarray, "H W C"]:
    """The picture as RGB, or as RGBA, black where nothing is near: programs that scale it show
    no dark rim, and it takes little room."""
    if layer.alpha is None:
        return layer.picture
    side = 2 * FRINGE + 1
    near = cv2.dilate((layer.alpha > 0).view(np.uint8), np.ones((side, side), dtype=np.uint8))
    return cv2.merge([cv2.copyTo(layer.picture, near), layer.alpha])


def _filling(pixels: Pixels | Colour, window: Pixels) -> Pixels:
    """An array of the window's size."""
    if not isinstance(pixels, tuple):
        return np.ascontiguousarray(pixels)
    height, width = window.shape[:2]
    row = np.tile(np.array(pixels, dtype=np.uint8), width).reshape(1, width, 3)
    return np.repeat(row, height, axis=0)
