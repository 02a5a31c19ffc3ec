"""Passes in memory: a byte a frame and object, and the model's way to the records on disk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch

from masklet.predict.records import Layout
from masklet.stream.state import Entry
from masklet.studio.store.log import Strip
from masklet.studio.store.tracker import Place, Tracker

UNKNOWN, PROMPTED = 0, 254


@dataclass(frozen=True, eq=False, kw_only=True)
class Layer:
    """One pass: what it answered, as bytes of ``wire.frames.strip_byte``.

    Attributes:
        start, stop: the first and the last frame that it was to visit, in its order.
        strips: by object, a byte a frame from the lowest on; ``PROMPTED`` where the object was
            prompted, and so not tracked.
        recorded: over how many frames, in its order, the model's records can be trusted.
    """

    id: int
    start: int
    stop: int
    reverse: bool
    strips: Mapping[int, bytearray]
    recorded: int

    @property
    def low(self) -> int:
        """The lowest frame."""
        return min(self.start, self.stop)

    @property
    def high(self) -> int:
        """The highest frame."""
        return max(self.start, self.stop)

    def byte(self, number: int, frame: int) -> int:
        """What it answered about an object on a frame; ``UNKNOWN`` if nothing."""
        strip = self.strips.get(number)
        if strip is None or not self.low <= frame <= self.high:
            return UNKNOWN
        return strip[frame - self.low]

    def mark(self, number: int, frame: int, byte: int) -> None:
        """Note an answer that is on disk."""
        self.strips[number][frame - self.low] = byte

    def visited(self, number: int, frame: int) -> bool:
        """Whether the model, as it is now, went over a frame for an object."""
        known = self.byte(number, frame) != UNKNOWN
        return known and abs(frame - self.start) < self.recorded

    def tracked(self, number: int, frame: int) -> bool:
        """Whether the model's record of an object on a frame is on disk."""
        return self.visited(number, frame) and self.byte(number, frame) != PROMPTED

    def place(self, number: int, frame: int) -> Place:
        """Where that record lies."""
        row = list(self.strips).index(number)
        return Place(self.id, abs(frame - self.start) * len(self.strips) + row)

    def copy(self) -> "Layer":
        """As it is now."""
        return replace(self, strips={n: bytearray(strip) for n, strip in self.strips.items()})

    def as_strips(self, last: int) -> list[Strip]:
        """What is kept of it when it has ended on frame ``last``."""
        done = abs(last - self.start) + 1
        return [
            Strip(self.id, number, self.low, bytes(strip), min(done, self.recorded))
            for number, strip in self.strips.items()
        ]


def new_layer(
    number: int, *, start: int, stop: int, reverse: bool, objects: Sequence[int]
) -> Layer:
    """A pass that has not begun."""
    frames = abs(stop - start) + 1
    strips = {thing: bytearray(frames) for thing in objects}
    return Layer(id=number, start=start, stop=stop, reverse=reverse, strips=strips, recorded=frames)


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
        place = self._layers[-1].place(self._number, frame)
        self._views.tracker.write(place, self._views.layout.pack(entry))

    def read(self, frame: int, device: torch.device) -> Entry:
        """The answer on a kept frame."""
        layer = self._holder(frame)
        assert layer is not None, frame
        record = self._views.tracker.read(layer.place(self._number, frame))
        return self._views.layout.unpack(record, device)

    def _visitor(self, frame: int) -> Layer | None:
        seen = (layer for layer in reversed(self._layers) if layer.visited(self._number, frame))
        return next(seen, None)

    def _holder(self, frame: int) -> Layer | None:
        held = (layer for layer in reversed(self._layers) if layer.tracked(self._number, frame))
        return next(held, None)
