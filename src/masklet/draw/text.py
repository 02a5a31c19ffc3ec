"""Short lines of text with smooth letters."""

from functools import lru_cache

import numpy as np
from jaxtyping import UInt8
from PIL import Image, ImageDraw, ImageFont


def text_mask(text: str, height: int) -> UInt8[np.ndarray, "h w"]:
    """How much of each pixel the letters cover, 0 to 255, as tight as the line allows.

    Args:
        text: one line.
        height: of the letters in pixels.
    """
    font = _font(height)
    left, _, right, _ = font.getbbox(text)
    ascent, descent = font.getmetrics() if isinstance(font, ImageFont.FreeTypeFont) else (height, 3)
    image = Image.new("L", (max(round(right - left), 1), ascent + descent))
    ImageDraw.Draw(image).text((-left, 0), text, fill=255, font=font)
    return np.array(image)


def shortened(text: str, height: int, width: int) -> str:
    """``text``, or its beginning with an ellipsis, so that it is at most ``width`` wide."""
    font = _font(height)
    if font.getlength(text) <= width:
        return text
    kept = text
    while kept and font.getlength(kept + "…") > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


@lru_cache(maxsize=8)
def _font(height: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(height)
