"""How a video's pictures have to be turned and mirrored to stand upright."""

from typing import NamedTuple

import av
import numpy as np
from jaxtyping import UInt8


class Turn(NamedTuple):
    """First rows and columns change places, then the result is mirrored."""

    transposed: bool = False
    mirrored_across: bool = False
    mirrored_down: bool = False


def turn_of(frame: av.VideoFrame) -> Turn:
    """What a frame's display matrix asks for, to the nearest quarter turn.

    The matrix maps stored (x, y) to shown (a x + c y, b x + d y), in the order a, b, u, c, d
    (ISO/IEC 14496-12, 6.2.2). Asking a frame for it ties the frame into a reference cycle, so
    this is for one frame of a video and not for each.
    """
    matrix = frame.side_data.get("DISPLAYMATRIX")
    if matrix is None:
        return Turn()
    a, b, _, c, d, *_ = np.frombuffer(bytes(matrix), dtype=np.int32).tolist()
    if abs(b) > abs(a):
        return Turn(transposed=True, mirrored_across=c < 0, mirrored_down=b < 0)
    return Turn(mirrored_across=a < 0, mirrored_down=d < 0)


def turn(pixels: UInt8[np.ndarray, "h w 3"], how: Turn) -> UInt8[np.ndarray, "H W 3"]:
    """``pixels`` turned; a view, and ``pixels`` itself where there is nothing to turn."""
    if how.transposed:
        pixels = pixels.transpose(1, 0, 2)
    if how.mirrored_across:
        pixels = pixels[:, ::-1]
    return pixels[::-1] if how.mirrored_down else pixels
