"""Passes in memory: a byte a frame and object, and the model's way to the records on disk."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import UInt8

from masklet.predict.records import Layout
from masklet.stream.state import Entry
from masklet.studio.store.log import Strip
from masklet.studio.store.tracker import Place, Tracker

UNKNOWN, PROMPTED = 0, 254


class Part(NamedTuple):
    """Bytes of a pass, and where they lie among the frames that were asked for."""

    place: slice
    bytes: UInt8[np.ndarray, "F"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Layer:
    """One pass as far as it came: what it answered, as bytes of ``wire.frames.strip_byte``.

    Attributes:
        start: its first frame.
        strips: by object, a byte a frame in the pass's order; ``PROMPTED`` where the object was
            prompted, and so not tracked.
        recorded: of how many frames, from the first on, the model's records can be trusted.
    """

    id: int
    start: int
    reverse: bool
    strips: Mapping[int, bytearray]
    recorded: int

    def place_of(self, frame: int) -> int:
        """The how-manieth frame of the pass it is, from 0; negative for those before it."""
        return self.start - frame if self.reverse else frame - self.start

    def byte(self, number: int, frame: int) -> int:
        """What it answered about an object on a frame; ``UNKNOWN`` if nothing."""
        place, strip = self.place_of(frame), self.strips.get(number, b"")
        return strip[place] if 0 <= place < len(strip) else UNKNOWN

    def add(self, number: int, byte: int) -> None:
        """Note the answer on the next frame, which is on disk."""
        self.strips[number].append(byte)

    def visited(self, number: int, frame: int) -> bool:
        """Whether the model, as it is now, went over a frame for an object."""
        return self.byte(number, frame) != UNKNOWN and self.place_of(frame) < self.recorded

    def tracked(self, number: int, frame: int) -> bool:
        """Whether the model's record of an object on a frame is on disk."""
        return self.visited(number, frame) and self.byte(number, frame) != PROMPTED

    def record(self, number: int, frame: int) -> Place:
        """Where that record lies."""
        row = list(self.strips).index(number)
        return Place(self.id, self.place_of(frame) * len(self.strips) + row)

    def part(self, number: int, frames: range) -> Part:
        """What it answered about an object on some frames in their order, one after the other."""
        strip = np.frombuffer(bytes(self.strips[number]), dtype=np.uint8)
        low = self.start - len(strip) + 1 if self.reverse else self.start
        upward = strip[::-1] if self.reverse else strip
        begin, end = max(frames.start, low), min(frames.stop, low + len(strip))
        if begin >= end:
            return Part(slice(0, 0), upward[:0])
        place = slice(begin - frames.start, end - frames.start)
        return Part(place, upward[begin - low : end - low])

    def copy(self) -> "Layer":
        """As it is now, up to the last frame that all objects have."""
        done = min(len(strip) for strip in self.strips.values())
        return replace(self, strips={n: strip[:done] for n, strip in self.strips.items()})

    def as_strips(self) -> list[Strip]:
        """What is kept of it when it has ended."""
        return [
            Strip(self.id, number, bytes(strip), min(len(strip), self.recorded))
            for number, strip in self.strips.items()
        ]


def new_layer(number: int, *, start: int, reverse: bool, objects: Sequence[int]) -> Layer:
    """A pass that has not begun."""
    strips = {thing: bytearray() for thing in objects}
    return Layer(id=number, start=start, reverse=reverse, strips=strips, recorded=sys.maxsize)


@dataclass(frozen=True, eq=False)
class Views:
    """What the model needs to reach records: whose they are, and where."""

    tracker: Tracker
    layout: Layout


class View:
    """An object's records through the passes that count, the newest on top.

    A newer pass is another view, so that undo brings back the older one as it was.
    """

    def __init__(self, number: int, layers: tuple[Layer, ...], views: Views) -> None:
        self._number, self._layers, self._views = number, layers, views

    def over(self, layer: Layer) -> "View":
        """With a new pass on top."""
        return View(self._number, (*self._layers, layer), self._views)

    def visit(self, frame: int, *, reverse: bool) -> None:
        """Nothing: what is on disk tells where a pass has been."""

    def visited(self, frame: int) -> bool:
        """Some pass went over ``frame``."""
        return self._visitor(frame) is not None

    def went_back(self, frame: int) -> bool:
        """The last pass over ``frame`` went in reverse."""
        layer = self._visitor(frame)
        return layer is not None and layer.reverse

    def kept(self, frame: int) -> bool:
        """``frame`` was tracked, and its record can be read."""
        return self._holder(frame) is not None

    def write(self, frame: int, entry: Entry) -> None:
        """Keep the answer on ``frame`` for the pass on top."""
        place = self._layers[-1].record(self._number, frame)
        self._views.tracker.write(place, self._views.layout.pack(entry))

    def read(self, frame: int, device: torch.device) -> Entry:
        """The answer on a kept frame."""
        layer = self._holder(frame)
        assert layer is not None, frame
        record = self._views.tracker.read(layer.record(self._number, frame))
        return self._views.layout.unpack(record, device)

    def _visitor(self, frame: int) -> Layer | None:
        seen = (layer for layer in reversed(self._layers) if layer.visited(self._number, frame))
        return next(seen, None)

    def _holder(self, frame: int) -> Layer | None:
        held = (layer for layer in reversed(self._layers) if layer.tracked(self._number, frame))
        return next(held, None)
