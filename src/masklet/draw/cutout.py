"""An object cut out of its picture."""

import cv2
import numpy as np
from jaxtyping import Bool, UInt8

from masklet.errors import MediaError

FRINGE = 2


def cutout(
    picture: UInt8[np.ndarray, "H W 3"], mask: Bool[np.ndarray, "h w"]
) -> UInt8[np.ndarray, "H W 4"]:
    """RGBA with alpha 255 inside the mask and 0 outside.

    Colours outside are black, but for a fringe of two pixels that keeps its own, so that
    programs that scale the cut-out show no dark rim.

    Raises:
        MediaError: mask and picture differ in size.
    """
    if mask.shape != picture.shape[:2]:
        raise MediaError(f"mask: {list(mask.shape)} came; wanted {list(picture.shape[:2])}")
    inside = mask.astype(np.uint8)
    near = cv2.dilate(inside, np.ones((2 * FRINGE + 1, 2 * FRINGE + 1), dtype=np.uint8))
    out = np.empty((*mask.shape, 4), dtype=np.uint8)
    np.multiply(picture, near[..., None], out=out[..., :3])
    np.multiply(inside, 255, out=out[..., 3])
    return out
