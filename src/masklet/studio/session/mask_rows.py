"""Masks of passes as they are kept: run lengths, and the numbers that doubts are found by."""

import numpy as np
from jaxtyping import Bool

from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.studio.session.layers import PROMPTED
from masklet.studio.store.masks import Mask
from masklet.studio.wire.frames import Answer, strip_byte


def mask_row(
    frame: int, number: int, mask: Bool[np.ndarray, "H W"], *, score: float, presence: float
) -> Mask:
    """A tracked mask."""
    return code_row(frame, number, rle.encode(mask), score=score, presence=presence)


def code_row(frame: int, number: int, code: Rle, *, score: float, presence: float) -> Mask:
    """A mask that is run lengths already."""
    x0, y0, x1, y1 = rle.box(code)
    return Mask(
        frame=frame,
        object=number,
        score=score,
        presence=presence,
        area=rle.area(code),
        x=(x0 + x1) / 2,
        y=(y0 + y1) / 2,
        counts=code.counts,
    )


def prompted_row(frame: int, number: int) -> Mask:
    """A frame on which the object was prompted, and so not tracked."""
    return Mask(frame, number, 0.0, 0.0, 0, 0.0, 0.0, None)


def byte_of(row: Mask) -> int:
    """A mask as a byte of a layer."""
    if row.counts is None:
        return PROMPTED
    return strip_byte(Answer(row.object, row.counts, row.score, row.presence, False))
