"""Masks as polygons through the centres of their outermost pixels, holes joined to the outside."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from jaxtyping import Bool, Int32

from masklet.values import Size

Polygon = Int32[np.ndarray, "_ 2"]


class Outlines(NamedTuple):
    """A mask as polygons.

    Attributes:
        polygons: x and y of each corner, one polygon for each part of the mask.
        holes: how many holes are joined to the outside by a line there and back.
    """

    polygons: tuple[Polygon, ...]
    holes: int


class _Bridge(NamedTuple):
    """Where a hole is joined: a pixel of its own ring, and one of another ring on its left."""

    hole: int
    start: int
    ring: int
    end: int


def outlines_of(mask: Bool[np.ndarray, "H W"]) -> Outlines:
    """The polygons of a mask.

    Filled by the even-odd rule, with their edges drawn as OpenCV does, they give the mask back.
    """
    found, tree = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    if tree is None:
        return Outlines((), 0)
    rings = [np.asarray(ring, dtype=np.int32).reshape(-1, 2) for ring in found]
    inner = [row for row, link in enumerate(tree[0]) if link[3] >= 0]
    bridges = _bridges(mask, rings, inner)
    outer = sorted(set(range(len(rings))) - set(inner))
    return Outlines(tuple(_corners(_joined(rings, bridges, row)) for row in outer), len(inner))


def mask_of_polygons(polygons: Sequence[Polygon], size: Size) -> Bool[np.ndarray, "H W"]:
    """The pixels within any of the polygons or on their edges."""
    mask = np.zeros(size, dtype=np.uint8)
    for polygon in polygons:
        cv2.fillPoly(mask, [np.asarray(polygon, dtype=np.int32).reshape(-1, 1, 2)], 1)
    return mask.astype(bool)


def _bridges(
    mask: Bool[np.ndarray, "H W"], rings: list[Polygon], inner: list[int]
) -> dict[int, dict[int, list[_Bridge]]]:
    """By ring and place on it, the holes to be joined there.

    From the leftmost pixel of a hole's ring the way goes left to the end of the part: to the
    outside or to a hole that reaches further left, so that no ring of bridges comes about.
    """
    joined: dict[int, dict[int, list[_Bridge]]] = {}
    if not inner:
        return joined
    owner = np.zeros(mask.shape, dtype=np.int32)
    place = np.zeros(mask.shape, dtype=np.int32)
    holes = set(inner)
    lefts = [int(ring[:, 0].min()) for ring in rings]
    for row in sorted(range(len(rings)), key=lambda row: (-lefts[row], row not in holes)):
        xs, ys = rings[row].T
        owner[ys, xs] = row
        place[ys, xs] = np.arange(len(rings[row]))
    for hole in inner:
        start = int(rings[hole][:, 0].argmin())
        x, y = rings[hole][start].tolist()
        outside = np.flatnonzero(~mask[y, :x])
        left = int(outside[-1]) + 1 if len(outside) else 0
        bridge = _Bridge(hole, start, int(owner[y, left]), int(place[y, left]))
        joined.setdefault(bridge.ring, {}).setdefault(bridge.end, []).append(bridge)
    return joined


def _joined(
    rings: list[Polygon], bridges: dict[int, dict[int, list[_Bridge]]], outer: int
) -> Polygon:
    """A ring with all that hangs on it, walked round once."""
    pieces: list[Polygon] = []
    ways = [_walk(rings, bridges, outer, 0)]
    while ways:
        step = next(ways[-1], None)
        if step is None:
            ways.pop()
        elif isinstance(step, _Bridge):
            ways.append(_walk(rings, bridges, step.hole, step.start))
        else:
            pieces.append(step)
    return np.concatenate(pieces)


def _walk(
    rings: list[Polygon],
    bridges: dict[int, dict[int, list[_Bridge]]],
    row: int,
    start: int,
) -> Iterator[Polygon | _Bridge]:
    """Pieces of one ring from ``start`` round and back to it, and the bridges in between."""
    ring = np.roll(rings[row], -start, axis=0)
    here = bridges.get(row, {})
    begin = 0
    for end in sorted((place - start) % len(ring) for place in here):
        yield ring[begin : end + 1]
        for bridge in here[(end + start) % len(ring)]:
            yield bridge
            yield ring[end : end + 1]
        begin = end + 1
    yield ring[begin:]
    yield ring[:1]


def _corners(ring: Polygon) -> Polygon:
    """A ring without the points at which it goes straight on."""
    ring = ring[:-1] if len(ring) > 1 else ring
    if len(ring) < 3:
        return ring
    before, after = ring - np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0) - ring
    turns = before[:, 0] * after[:, 1] != before[:, 1] * after[:, 0]
    back = (before * after).sum(axis=1) <= 0
    return ring[turns | back]
