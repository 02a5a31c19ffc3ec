"""A picture as JPEG, and a smaller one."""

import cv2
import numpy as np
from jaxtyping import UInt8

QUALITY = 85
Picture = UInt8[np.ndarray, "H W 3"]


def encoded(picture: Picture) -> bytes:
    """A picture as JPEG."""
    options = [cv2.IMWRITE_JPEG_QUALITY, QUALITY]
    fine, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), options)
    assert fine
    return data.tobytes()


def narrowed(picture: Picture, width: int) -> UInt8[np.ndarray, "h w 3"]:
    """A picture at most ``width`` wide, in its own proportions."""
    height, wide = picture.shape[:2]
    if wide <= width:
        return picture
    size = (width, max(1, round(height * width / wide)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
