"""A frame to look at: the picture with a method's answer and the truth on it, as a small JPEG."""

import io

import cv2
import numpy as np
from jaxtyping import Bool, Float32, UInt8
from PIL import Image

from masklet.draw.overlay import overlay
from masklet.errors import MediaError
from masklet.masks.palette import Colour
from masklet.values import Picture, Size

ANSWER: Colour = (236, 30, 150)
TRUTH: Colour = (255, 208, 0)
LEGEND = "pink: the answer, yellow line: the truth"
TINT = 0.55
QUALITY = 82


def draw_shown(
    picture: Picture,
    answer: Bool[np.ndarray, "_ _"],
    truth: Bool[np.ndarray, "_ _"],
    width: int = 480,
) -> bytes:
    """The answer as a pink tint with the truth as a yellow line over it.

    ``LEGEND`` says so in words, to be put beside such pictures.

    Args:
        picture: RGB.
        answer, truth: as large as the picture; either may be empty.
        width: of the JPEG in pixels; the picture is scaled to it and keeps its proportions.

    Raises:
        MediaError: a mask has another size than the picture, or the width is below 16.
    """
    size = Size(*picture.shape[:2])
    for name, mask in (("answer", answer), ("truth", truth)):
        if mask.shape != size:
            raise MediaError(f"{name}: a mask of {list(mask.shape)} came; wanted {list(size)}")
    if width < 16:
        raise MediaError(f"width: {width} came; wanted at least 16 pixels")
    scaled = Size(max(1, round(size.height * width / size.width)), width)
    drawn = _scaled(picture, scaled)
    line = max(2, round(width / 240))
    drawn = overlay(drawn, [_scaled_mask(answer, scaled)], colours=[ANSWER], alpha=TINT, contour=0)
    drawn = overlay(drawn, [_scaled_mask(truth, scaled)], colours=[TRUTH], alpha=0, contour=line)
    stream = io.BytesIO()
    Image.fromarray(drawn).save(stream, "JPEG", quality=QUALITY, optimize=True)
    return stream.getvalue()


def _scaled(picture: Picture, size: Size) -> UInt8[np.ndarray, "h w 3"]:
    how = cv2.INTER_AREA if size.width < picture.shape[1] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (size.width, size.height), interpolation=how))


def _scaled_mask(mask: Bool[np.ndarray, "H W"], size: Size) -> Bool[np.ndarray, "h w"]:
    """A pixel is inside where at least half of it was; a mask too thin for that stays in sight."""
    much = _scaled_much(mask, size)
    inside = much >= 0.5
    return inside if inside.any() else much > 0


def _scaled_much(mask: Bool[np.ndarray, "H W"], size: Size) -> Float32[np.ndarray, "h w"]:
    how = cv2.INTER_AREA if size.width < mask.shape[1] else cv2.INTER_LINEAR
    shape = (size.width, size.height)
    return np.asarray(cv2.resize(mask.astype(np.float32), shape, interpolation=how))
