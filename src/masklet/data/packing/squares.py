"""A clip squashed to small squares, its objects in as few layers of label maps as hold them.

Letters of shapes: T frames, L layers, S side in pixels.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, UInt8
from PIL import Image

from masklet.data.pack import LARGEST_REGION, MOST_REGIONS, SMALLEST_REGION
from masklet.data.readers.annotated import Truth
from masklet.data.readers.clip_set import Clip, CodedMasks
from masklet.masks import rle
from masklet.values import Picture

LOST = 0.02
"""The share of an object's pixels that it may lose to others of its layer."""


class Squares(NamedTuple):
    """Some frames of a clip.

    Attributes:
        pictures: RGB, one a frame.
        layers: label maps, 0 where nothing is labelled; a label stands for one object in all
            frames of its layer. No layer where no object is large enough.
    """

    pictures: UInt8[np.ndarray, "T S S 3"]
    layers: UInt8[np.ndarray, "L T S S"]


def squash(clip: Clip, side: int) -> Squares:
    """Every frame squashed to ``side`` x ``side``.

    Objects that never cover 0.1 % of the frame are left out, and those that cover more than 90 %
    of a photo.
    """
    pictures = np.stack([squash_picture(picture, side) for picture in clip.pictures])
    return Squares(pictures, layered(list(_objects(clip.truths, side)), len(clip.frames), side))


def squash_picture(picture: Picture, side: int) -> UInt8[np.ndarray, "S S 3"]:
    """With antialiasing."""
    square = Image.fromarray(picture).resize((side, side), Image.Resampling.BILINEAR)
    return np.asarray(square)


def layered(
    objects: Sequence[Bool[np.ndarray, "T S S"]], frames: int, side: int
) -> UInt8[np.ndarray, "L T S S"]:
    """Label maps of some objects, the largest first, each in the first layer with room for it.

    There is room where the object loses at most 2 % of its pixels to those that are there.
    """
    layers: list[UInt8[np.ndarray, "T S S"]] = []
    counts: list[int] = []
    for mask in sorted(objects, key=np.count_nonzero, reverse=True):
        pixels = np.count_nonzero(mask)
        for at, layer in enumerate(layers):
            if counts[at] < MOST_REGIONS and np.count_nonzero(layer[mask]) <= LOST * pixels:
                break
        else:
            at = len(layers)
            layers.append(np.zeros((frames, side, side), dtype=np.uint8))
            counts.append(0)
        counts[at] += 1
        layers[at][mask & (layers[at] == 0)] = counts[at]
    return np.stack(layers) if layers else np.zeros((0, frames, side, side), dtype=np.uint8)


def _objects(truths: Sequence[Truth], side: int) -> Iterator[Bool[np.ndarray, "T S S"]]:
    """The squares of every object that is not left out."""
    for label in dict.fromkeys(label for truth in truths for label in truth.masks):
        squares = np.zeros((len(truths), side, side), dtype=bool)
        for frame, truth in enumerate(truths):
            if label in truth.masks:
                squares[frame] = nearest(truth, label, side)
        largest = squares.mean((1, 2)).max()
        if largest >= SMALLEST_REGION and (len(truths) > 1 or largest <= LARGEST_REGION):
            yield squares


def nearest(truth: Truth, label: int, side: int) -> Bool[np.ndarray, "S S"]:
    """The mask of an object at the pixels under the centres of a square's pixels."""
    height, width = truth.size
    rows, columns = _centres(height, side), _centres(width, side)
    if isinstance(truth.masks, CodedMasks):
        code = truth.masks.codes[label]
        runs = rle.check(code)
        upright = np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(width, height)
        return np.ascontiguousarray(upright[np.ix_(columns, rows)].T)
    return truth.masks[label][np.ix_(rows, columns)]


def _centres(length: int, side: int) -> np.ndarray:
    return ((np.arange(side) + 0.5) * length / side).astype(np.int64)
