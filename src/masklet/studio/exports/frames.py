"""The frames of an export: what the studio shows of the chosen objects, as codes or as masks."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from masklet.errors import PromptError
from masklet.formats.track import FrameLine
from masklet.masks import rle
from masklet.masks.palette import Colour
from masklet.masks.rle import Rle
from masklet.studio.exports.spec import ExportOptions
from masklet.studio.wire.frames import Answer, FrameAnswers
from masklet.studio.wire.views import ObjectView
from masklet.values import FrameResult, ObjectId, Size


@runtime_checkable
class Snapshot(Protocol):
    """What is read of a project's state; ``session.snapshot()`` gives it."""

    @property
    def size(self) -> Size:
        """Of the video."""
        ...

    @property
    def fps(self) -> float | None:
        """Of the video."""
        ...

    @property
    def length(self) -> int:
        """Of the video, in frames."""
        ...

    @property
    def objects(self) -> Sequence[ObjectView]:
        """No two of one name."""
        ...

    def answers(self, frame: int) -> FrameAnswers:
        """What is known of a frame."""
        ...


class Frames:
    """The chosen frames and objects of a state.

    Args:
        snapshot: the state.
        options: what was chosen.

    Attributes:
        size, fps: of the video.
        span: the frames.
        names: of the objects, by number; exports know them by these.
        colours: of the objects, by name.

    Raises:
        PromptError: there are no objects, or none of that number, or no such frames.
    """

    def __init__(self, snapshot: Snapshot, options: ExportOptions) -> None:
        self._snapshot = snapshot
        self.size, self.fps = snapshot.size, snapshot.fps
        chosen = _chosen(snapshot.objects, options.objects)
        self.span = _span(options, snapshot.length)
        self.names: Mapping[int, str] = {view.id: view.name for view in chosen}
        self.colours: Mapping[ObjectId, Colour] = {view.name: _rgb(view) for view in chosen}

    def line(self, frame: int) -> FrameLine | None:
        """The stored codes of the chosen objects, None where nothing is known of them."""
        known = self._known(frame)
        if not known:
            return None
        return FrameLine(
            index=frame,
            objects=tuple(self.names[answer.object] for answer in known),
            codes=tuple(Rle(self.size, answer.counts) for answer in known),
            scores=tuple(round(answer.score, 4) for answer in known),
        )

    def result(self, frame: int) -> FrameResult:
        """The masks of the chosen objects of which something is known."""
        known = self._known(frame)
        masks = np.zeros((len(known), *self.size), dtype=bool)
        for mask, answer in zip(masks, known, strict=True):
            mask[:] = rle.decode(Rle(self.size, answer.counts))
        return FrameResult(
            index=frame,
            objects=tuple(self.names[answer.object] for answer in known),
            logits=np.where(masks, np.float32(1), np.float32(-1)),
            scores=np.array([answer.score for answer in known], dtype=np.float32),
            presence=np.array([answer.presence for answer in known], dtype=np.float32),
            size=self.size,
        )

    def _known(self, frame: int) -> list[Answer]:
        answers = self._snapshot.answers(frame).answers
        return [answer for answer in answers if answer.object in self.names]


def only(result: FrameResult, name: str) -> FrameResult:
    """A result with one object alone, with none where it is not in it."""
    rows = np.array([key == name for key in result.objects], dtype=bool)
    return FrameResult(
        index=result.index,
        objects=(name,) if rows.any() else (),
        logits=result.logits[rows],
        scores=result.scores[rows],
        presence=result.presence[rows],
        size=result.size,
    )


def _chosen(objects: Sequence[ObjectView], numbers: tuple[int, ...] | None) -> Sequence[ObjectView]:
    if not objects:
        raise PromptError("there is nothing to export yet: click an object first")
    if numbers is None:
        return objects
    missing = sorted(set(numbers) - {view.id for view in objects})
    if missing:
        raise PromptError(f"objects: {missing[0]} came; there is no such object")
    return [view for view in objects if view.id in numbers]


def _span(options: ExportOptions, length: int) -> range:
    start = 0 if options.start is None else options.start
    stop = length - 1 if options.stop is None else options.stop
    if not 0 <= start <= stop < length:
        raise PromptError(
            f"frames {start} to {stop} came; wanted two in order from 0 to {length - 1}"
        )
    return range(start, stop + 1)


def _rgb(view: ObjectView) -> Colour:
    red, green, blue = bytes.fromhex(view.colour[1:])
    return (red, green, blue)
