"""The colours of objects: the palette of DAVIS label pictures, and one to draw with."""

import colorsys

import numpy as np
from jaxtyping import UInt8

Colour = tuple[int, int, int]

_FIRST: tuple[Colour, ...] = (
    (46, 134, 255),
    (255, 138, 24),
    (34, 197, 120),
    (236, 72, 153),
    (250, 204, 21),
    (150, 100, 255),
    (20, 200, 215),
    (244, 63, 63),
    (163, 220, 40),
    (217, 119, 255),
)
_GOLDEN_TURN = 0.618033988749895


def davis_palette() -> UInt8[np.ndarray, "256 3"]:
    """The palette of DAVIS and PASCAL VOC.

    The bits of a label go in turn to red, green and blue, three at a time, the lowest ones to
    the highest places.
    """
    labels = np.arange(256)
    palette = np.zeros((256, 3), dtype=np.uint8)
    for place in range(8):
        for channel in range(3):
            bit = labels >> (3 * place + channel) & 1
            palette[:, channel] |= (bit << (7 - place)).astype(np.uint8)
    return palette


def overlay_colour(number: int) -> Colour:
    """A vivid RGB colour for object ``number``, counted from 0; neighbours differ clearly.

    The first ten are chosen by eye, the others go round the hues by the golden section.
    """
    if number < len(_FIRST):
        return _FIRST[number]
    hue = (number * _GOLDEN_TURN) % 1
    bright = (0.95, 0.78)[number // 3 % 2]
    red, green, blue = colorsys.hsv_to_rgb(hue, (0.75, 0.55, 0.9)[number % 3], bright)
    return (round(red * 255), round(green * 255), round(blue * 255))
