"""How much of each pixel a mask covers: edges of about a pixel, and masks grown by a margin."""

from typing import NamedTuple

import cv2
import numpy as np
from jaxtyping import Bool, Float32

from masklet.values import Size

Mask = Bool[np.ndarray, "H W"]


class Coverage(NamedTuple):
    """How much of each pixel is covered, 0 to 1, within a window; nothing is outside of it."""

    rows: slice
    columns: slice
    much: Float32[np.ndarray, "h w"]


class Bounds(NamedTuple):
    """The tight box of a mask in whole pixels."""

    left: int
    top: int
    width: int
    height: int

    def window(self, margin: int, size: Size) -> tuple[slice, slice]:
        """Rows and columns of the box with a margin, within the picture."""
        rows = slice(max(self.top - margin, 0), min(self.top + self.height + margin, size.height))
        columns = slice(
            max(self.left - margin, 0), min(self.left + self.width + margin, size.width)
        )
        return rows, columns


def bounds_of(mask: Mask) -> Bounds | None:
    """The box of a mask, None where it is empty."""
    box = Bounds(*cv2.boundingRect(mask.view(np.uint8)))
    return box if box.width else None


def soft(mask: Mask) -> Coverage | None:
    """A mask whose edge takes about a pixel; None where it is empty."""
    return grown(mask, 0.0)


def around(mask: Mask) -> Coverage:
    """What a mask leaves free, over the whole picture."""
    much = np.ones(mask.shape, dtype=np.float32)
    covered = soft(mask)
    if covered is not None:
        much[covered.rows, covered.columns] -= covered.much
    return Coverage(slice(0, mask.shape[0]), slice(0, mask.shape[1]), much)


def grown(mask: Mask, by: float, *, fade: float = 1.0) -> Coverage | None:
    """A mask grown by so many pixels on every side; None where it is empty.

    Args:
        mask: of the picture.
        by: pixels.
        fade: over so many pixels the coverage falls to zero, within ``by``.
    """
    box = bounds_of(mask)
    if box is None:
        return None
    rows, columns = box.window(int(np.ceil(by)) + 2, Size(*mask.shape))
    inside = np.ascontiguousarray(mask[rows, columns]).view(np.uint8)
    if by > 0:
        away = cv2.distanceTransform(1 - inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        hard = np.clip((by + 1 - away) / fade, 0, 1)
    else:
        hard = inside.astype(np.float32)
    return Coverage(rows, columns, softened(hard))


def softened(much: Float32[np.ndarray, "h w"]) -> Float32[np.ndarray, "h w"]:
    """Coverage weighted 1, 2, 1 with its neighbours across and down."""
    return cv2.GaussianBlur(much, (3, 3), 0, borderType=cv2.BORDER_REPLICATE)
