"""Masks as COCO run-length codes: column by column, runs of outside and inside in turn."""

from typing import NamedTuple, TypedDict

import numpy as np
from jaxtyping import Bool, Int64, UInt8
from pycocotools import mask as coco

from masklet.errors import FormatError
from masklet.values import Box, Size

MAX_PIXELS = 2**28


class CocoRle(TypedDict):
    """A run-length code as it stands in a JSON file."""

    size: list[int]
    counts: str | bytes


class Rle(NamedTuple):
    """A mask's size and its compressed counts, as COCO writes them."""

    size: Size
    counts: str


def encode(mask: Bool[np.ndarray, "H W"] | UInt8[np.ndarray, "H W"]) -> Rle:
    """The run lengths of a mask; any non-zero value is inside."""
    inside = np.asarray(mask, dtype=bool)
    return from_coco(coco.encode(np.asfortranarray(inside, dtype=np.uint8)))


def from_coco(code: CocoRle) -> Rle:
    """A code as pycocotools gives it."""
    counts = code["counts"]
    return Rle(Size(*code["size"]), counts if isinstance(counts, str) else counts.decode("ascii"))


def decode(rle: Rle) -> Bool[np.ndarray, "H W"]:
    """The mask of a run-length code.

    Raises:
        FormatError: the counts are no run lengths, or do not fill the size exactly.
    """
    return mask_of_runs(check(rle), rle.size)


def mask_of_runs(runs: Int64[np.ndarray, "R"], size: Size) -> Bool[np.ndarray, "H W"]:
    """The mask of runs that fill ``size`` exactly, outside first."""
    inside = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
    return np.ascontiguousarray(inside.reshape(size.width, size.height).T)


def area(rle: Rle) -> int:
    """How many pixels are inside."""
    return int(coco.area(as_coco(rle)))


def box(rle: Rle) -> Box:
    """The tight box (x0, y0, x1, y1), x1 and y1 one past the last pixel; zeros where empty."""
    x, y, width, height = (float(side) for side in coco.toBbox(as_coco(rle)))
    return (x, y, x + width, y + height)


def iou(one: Rle, other: Rle) -> float:
    """Intersection over union of two masks of one size; 1 where both are empty."""
    if not area(one) and not area(other):
        return 1.0
    return float(coco.iou([as_coco(one)], [as_coco(other)], [0])[0][0])


def as_coco(rle: Rle) -> CocoRle:
    """The code as it is written to JSON."""
    return {"size": [int(side) for side in rle.size], "counts": rle.counts}


def empty(size: Size) -> Rle:
    """The code of a mask with nothing inside."""
    return encode(np.zeros(size, dtype=bool))


def check(rle: Rle) -> Int64[np.ndarray, "R"]:
    """The run lengths, which fill the size exactly.

    pycocotools, told to decode others, gives whatever lay in memory.

    Raises:
        FormatError: the runs do not fill the size, or no mask is that large (2^28 pixels).
    """
    height, width = rle.size
    if height < 0 or width < 0 or height * width > MAX_PIXELS:
        raise FormatError(f"size: {[height, width]} came; wanted the height and width of a mask")
    runs = run_lengths(rle.counts)
    if (runs < 0).any() or int(runs.sum()) != height * width:
        raise FormatError(
            f"counts: runs of {int(runs.sum())} pixels came; wanted {height * width} for "
            f"{height}x{width}"
        )
    return runs


def run_lengths(counts: str) -> Int64[np.ndarray, "R"]:
    """The lengths that a string of compressed counts stands for.

    Each is written from its low end in digits of five bits and a sixth that says that more
    follow, from the fourth on as the difference to the one before last.

    Raises:
        FormatError: the string is no compressed counts.
    """
    digits = np.frombuffer(counts.encode("utf-8"), dtype=np.uint8).astype(np.int64) - 48
    last = digits & 0x20 == 0
    if not len(digits):
        return np.zeros(0, dtype=np.int64)
    if digits.min() < 0 or digits.max() > 63 or not last[-1]:
        raise FormatError(f"counts: {counts[:20]!r} came; wanted compressed run lengths")
    ends = np.flatnonzero(last)
    starts = np.concatenate([[0], ends[:-1] + 1])
    places = np.arange(len(digits)) - np.repeat(starts, ends - starts + 1)
    if places.max() > 6:
        raise FormatError(f"counts: {counts[:20]!r} has a run longer than any mask")
    values = np.add.reduceat((digits & 0x1F) << (5 * places), starts)
    negative = digits[ends] & 0x10 != 0
    values -= np.where(negative, np.int64(1) << (5 * (places[ends] + 1)), 0)
    values[1::2] = np.cumsum(values[1::2])
    values[2::2] = np.cumsum(values[2::2])
    return values
