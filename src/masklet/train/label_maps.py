"""Masks that people keep in picture files, as label maps: 0 for nothing, a number an object."""

from pathlib import Path

import cv2
import numpy as np
from jaxtyping import Int64, UInt8
from PIL import Image

from masklet.errors import FormatError, MediaError
from masklet.values import Size

MOST_COLOURS = 1024
PLAIN = ("P", "L", "1")


def read_label_map(path: Path, size: Size, *, parts: bool = False) -> Int64[np.ndarray, "H W"]:
    """The objects of a mask picture.

    Every value of a palette, grey or one-bit picture, 8 or 16 bits, is an object, and so is every
    colour of a picture in colours; 0, black and what is transparent are none.

    Args:
        size: of the picture that it is of.
        parts: take every connected part of an object as an object of its own.

    Raises:
        MediaError: the file cannot be read.
        FormatError: it is of another size, or has more colours than there can be objects.
    """
    try:
        with Image.open(path) as image:
            plain = image.mode in PLAIN or image.mode.startswith("I")
            labels = np.asarray(image).astype(np.int64) if plain else _labels_of_colours(image)
    except (OSError, SyntaxError, ValueError) as error:
        raise MediaError(f"{path} cannot be read as a mask: {error}") from error
    if labels.shape != size:
        came, wanted = _said(Size(*labels.shape)), _said(size)
        raise FormatError(f"{path}: {came} came; wanted {wanted}, as its picture")
    if not plain and len(np.unique(labels)) > MOST_COLOURS:
        raise FormatError(
            f"{path}: more than {MOST_COLOURS} colours; wanted one colour an object, not a photo"
        )
    return parted(labels) if parts else labels


def parted(labels: Int64[np.ndarray, "H W"]) -> Int64[np.ndarray, "H W"]:
    """Every 8-connected part of a label under a number of its own."""
    found = np.zeros_like(labels)
    count = 0
    for value in np.unique(labels):
        if value == 0:
            continue
        last, parts = cv2.connectedComponents((labels == value).astype(np.uint8))
        found[parts > 0] = parts[parts > 0] + count
        count += last - 1
    return found


def _labels_of_colours(image: Image.Image) -> Int64[np.ndarray, "H W"]:
    """Grey levels as they are, other colours by their code."""
    pixels: UInt8[np.ndarray, "H W 4"] = np.asarray(image.convert("RGBA"))
    red, green, blue, opaque = (pixels[..., at].astype(np.int64) for at in range(4))
    grey = (red == green) & (green == blue)
    code = red if grey.all() else red << 16 | green << 8 | blue
    return np.where(opaque > 0, code, 0)


def _said(size: Size) -> str:
    return f"{size.width}x{size.height}"
