"""Small holes filled and small specks removed, by 8-connected components of the logits."""

import cv2
import numpy as np
from jaxtyping import Bool, Float

FILLED = 0.1


def fill_holes(logits: Float[np.ndarray, "N h w"], max_area: int) -> Float[np.ndarray, "N h w"]:
    """Logits in which components of ``logits <= 0`` of up to ``max_area`` pixels are 0.1.

    The reference predictor's rule, with 8 pixels of the decoder's resolution. With ``max_area``
    0 the argument itself comes back.
    """
    if max_area <= 0:
        return logits
    return np.where(small_components(logits <= 0, max_area), np.float32(FILLED), logits)


def remove_sprinkles(
    logits: Float[np.ndarray, "N h w"], max_area: int
) -> Float[np.ndarray, "N h w"]:
    """Logits in which components of ``logits > 0`` of up to ``max_area`` pixels are -0.1.

    With ``max_area`` 0 the argument itself comes back.
    """
    if max_area <= 0:
        return logits
    return np.where(small_components(logits > 0, max_area), np.float32(-FILLED), logits)


def small_components(inside: Bool[np.ndarray, "N h w"], max_area: int) -> Bool[np.ndarray, "N h w"]:
    """The pixels of ``inside`` whose 8-connected component has at most ``max_area`` pixels."""
    small = np.zeros(inside.shape, dtype=bool)
    for out, mask in zip(small, inside, strict=True):
        _, labels, stats, _ = cv2.connectedComponentsWithStats(
            mask.astype(np.uint8), connectivity=8
        )
        is_small = stats[:, cv2.CC_STAT_AREA] <= max_area
        is_small[0] = False
        np.take(is_small, labels, out=out)
    return small
