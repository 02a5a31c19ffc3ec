"""A tracking run that is going on: one frame a step, on disk before anyone sees it."""

from collections.abc import Generator
from typing import NamedTuple

from masklet.studio.session.follower import Follower
from masklet.studio.session.layers import Layer, new_layer
from masklet.studio.session.mask_rows import byte_of, mask_row, prompted_row
from masklet.studio.store.database import Database
from masklet.studio.store.edits import Begun, Reached, Tracked, Way
from masklet.studio.store.log import Strip
from masklet.studio.store.masks import Mask, add_masks
from masklet.values import FrameResult

Frames = Generator[int, None, None]


class Ended(NamedTuple):
    """What is written when a run has ended."""

    edit: Tracked
    strips: list[Strip]


class Running:
    """Made when the log says that tracking has begun.

    Attributes:
        begun: what is to be done.
        by: which page asked.
        way: the pass that is going on.
    """

    def __init__(self, follower: Follower, database: Database, begun: Begun, *, by: str) -> None:
        self.begun, self.by = begun, by
        self.way = begun.ways[0]
        self._follower, self._database = follower, database
        self._reached: dict[int, int] = {}
        self._frames = self._all_frames()

    @property
    def last(self) -> int | None:
        """The frame that the pass going on has reached."""
        return self._reached.get(self.way.id)

    @property
    def layer(self) -> Layer | None:
        """The pass that is going on; None before its first frame."""
        return self._follower.layers.get(self.way.id)

    @property
    def tracked(self) -> Tracked:
        """What the log would say if it ended now."""
        ways = (way for way in self.begun.ways if way.id in self._reached)
        reached = tuple(Reached(way=way, last=self._reached[way.id]) for way in ways)
        return Tracked(ways=reached, objects=self.begun.objects, model=self.begun.model)

    def step(self) -> int | None:
        """Do one frame and give its number; None when there is none left.

        Raises:
            MaskletError: the frame cannot be read, or kept; what came before stays.
        """
        return next(self._frames, None)

    def ended(self) -> Ended:
        """Have the records on disk, and say what was done.

        Raises:
            MediaError: they cannot be written.
        """
        self._frames.close()
        edit = self.tracked
        strips: list[Strip] = []
        for reached in edit.ways:
            self._follower.tracker.settle(reached.way.id)
            strips += self._follower.layers[reached.way.id].as_strips()
        return Ended(edit, strips)

    def _all_frames(self) -> Frames:
        for way in self.begun.ways:
            self.way = way
            layer = new_layer(
                way.id, start=way.start, reverse=way.reverse, objects=self.begun.objects
            )
            self._follower.put(layer)
            yield from self._frames_of(way, layer)

    def _frames_of(self, way: Way, layer: Layer) -> Frames:
        video = self._follower.video
        results = video.propagate(way.start, way.stop, way.reverse, self.begun.objects)
        while True:
            before = video.tracks
            try:
                result = next(results, None)
                if result is None:
                    return
                rows = self._rows(result)
                with self._database.write() as connection:
                    add_masks(connection, way.id, rows)
            except BaseException:
                video.tracks = before
                raise
            for row in rows:
                layer.add(row.object, byte_of(row))
            self._reached[way.id] = result.index
            yield result.index

    def _rows(self, result: FrameResult) -> list[Mask]:
        frame, rows = result.index, []
        answers = zip(result.objects, result.scores, result.presence, strict=True)
        for number, score, presence in answers:
            assert isinstance(number, int)
            if self._follower.is_prompted(number, frame):
                rows.append(prompted_row(frame, number))
                continue
            mask = result.mask(number)
            row = mask_row(frame, number, mask, score=float(score), presence=float(presence))
            rows.append(row)
        return rows
