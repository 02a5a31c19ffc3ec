"""Label pictures read quickly and strictly: which pixel belongs to which object of a frame."""

from collections.abc import Collection
from pathlib import Path

import cv2
import numpy as np
from jaxtyping import UInt8
from PIL import Image

from masklet.data.readers.annotated import Truth
from masklet.errors import FormatError, MediaError
from masklet.values import Size

VOID = 255
BACKGROUND = frozenset({0})
NO_OBJECTS = BACKGROUND | {VOID}
"""Labels that name no object where 255 stands for pixels that nobody could assign."""
TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)

Labels = UInt8[np.ndarray, "H W"]


def read_label_file(path: str | Path) -> Labels:
    """The labels in a PNG with a palette, in grey or of one bit.

    Raises:
        MediaError: the file cannot be read, or is no PNG.
        FormatError: it is a picture in colours, with alpha, or of 16 bits.
    """
    try:
        with Image.open(path, formats=("PNG",)) as image:
            if image.mode not in ("P", "L", "1"):
                raise FormatError(
                    f"{path}: a picture in {image.mode} came; wanted a PNG with a palette, in grey "
                    "or of one bit, whose values number the objects"
                )
            return np.asarray(image).astype(np.uint8, copy=False)
    except Image.UnidentifiedImageError as error:
        raise MediaError(f"{path} cannot be read: it is no PNG") from error
    except (OSError, SyntaxError, ValueError, *TOO_LARGE) as error:
        if isinstance(error, FormatError):
            raise
        raise MediaError(f"{path} cannot be read: {error}") from error


def labels_in(labels: Labels) -> tuple[int, ...]:
    """Every value that occurs, increasing."""
    low, high = (int(value) for value in cv2.minMaxLoc(labels)[:2])
    if high - low < 2:
        return (low, high) if low < high else (low,)
    counts = cv2.calcHist([labels], [0], None, [256], [0, 256])
    return tuple(int(value) for value in np.flatnonzero(counts))


def truth_in(labels: Labels, ignored: Collection[int] = BACKGROUND) -> Truth:
    """A label picture as a mask for every value but the ignored ones."""
    values = [value for value in labels_in(labels) if value not in ignored]
    return Truth(Size(*labels.shape), {value: labels == value for value in values})


def check_labels_size(labels: Labels, size: Size, path: Path) -> None:
    """Raises FormatError that names the file unless its picture is ``size`` large."""
    if labels.shape != size:
        height, width = labels.shape
        raise FormatError(
            f"{path}: {width}x{height} pixels came; wanted {size.width}x{size.height}"
        )
