"""A tracking run: one frame a step, on disk before anyone sees it."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool

from masklet.masks import rle
from masklet.studio.session.follower import Follower
from masklet.studio.session.layers import PROMPTED, Layer, new_layer
from masklet.studio.store.database import Database
from masklet.studio.store.edits import Begun, Reached, Tracked, Way
from masklet.studio.store.log import Strip
from masklet.studio.store.masks import Mask, add_masks
from masklet.studio.wire.frames import Answer, strip_byte
from masklet.values import FrameResult


class Ended(NamedTuple):
    """What is written when a run has ended."""

    edit: Tracked
    strips: list[Strip]


class Running:
    """Made when the log says that tracking has begun."""

    def __init__(self, follower: Follower, database: Database, begun: Begun) -> None:
        self._follower, self._database, self._begun = follower, database, begun
        self._reached: dict[int, int] = {}
        self._frames = self._all_frames()
        self.way = begun.ways[0]

    @property
    def reached(self) -> tuple[Reached, ...]:
        """How far each pass came."""
        ways = (way for way in self._begun.ways if way.id in self._reached)
        return tuple(Reached(way=way, last=self._reached[way.id]) for way in ways)

    @property
    def last(self) -> int | None:
        """The frame that the pass going on has reached."""
        return self._reached.get(self.way.id)

    @property
    def objects(self) -> tuple[int, ...]:
        """Those that are tracked."""
        return self._begun.objects

    @property
    def tracked(self) -> Tracked:
        """What the log would say if it ended now."""
        return Tracked(ways=self.reached, objects=self.objects, model=self._begun.model)

    def step(self) -> int | None:
        """Do one frame; None when there is none left.

        Raises:
            MaskletError: the frame cannot be read, or kept; what came before stays.
        """
        return next(self._frames, None)

    def end(self) -> Ended:
        """Have the records on disk and say what was done."""
        strips = []
        for reached in self.reached:
            self._follower.tracker.settle(reached.way.id)
            strips += self._follower.layers[reached.way.id].as_strips(reached.last)
        return Ended(self.tracked, strips)

    def _all_frames(self) -> Iterator[int]:
        for way in self._begun.ways:
            self.way = way
            layer = new_layer(
                way.id, start=way.start, stop=way.stop, reverse=way.reverse, objects=self.objects
            )
            self._follower.put_layer(layer)
            yield from self._frames_of(way, layer)

    def _frames_of(self, way: Way, layer: Layer) -> Iterator[int]:
        video = self._follower.video
        results = video.propagate(way.start, way.stop, way.reverse, self.objects)
        while True:
            before = video.tracks
            try:
                result = next(results, None)
                if result is None:
                    return
                rows = [self._row(result, at) for at in range(len(result.objects))]
                with self._database.write() as connection:
                    add_masks(connection, way.id, rows)
            except BaseException:
                video.tracks = before
                raise
            for row in rows:
                layer.mark(row.object, row.frame, _byte(row))
            self._reached[way.id] = result.index
            yield result.index

    def _row(self, result: FrameResult, at: int) -> Mask:
        number = result.objects[at]
        assert isinstance(number, int)
        score, presence = float(result.scores[at]), float(result.presence[at])
        if self._follower.is_prompted(number, result.index):
            return Mask(result.index, number, score, presence, 0, 0.0, 0.0, None)
        return mask_row(result.index, number, score, presence, result.mask(number))


def mask_row(
    frame: int, number: int, score: float, presence: float, mask: Bool[np.ndarray, "H W"]
) -> Mask:
    """A tracked mask as it is kept."""
    code = rle.encode(mask)
    area = rle.area(code)
    x0, y0, x1, y1 = rle.box(code)
    return Mask(frame, number, score, presence, area, (x0 + x1) / 2, (y0 + y1) / 2, code.counts)


def _byte(row: Mask) -> int:
    if row.counts is None:
        return PROMPTED
    return strip_byte(Answer(row.object, row.counts, row.score, row.presence, False))
