"""A method that answers drawn masks by rule, so that scores can be worked out by hand."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from masklet.data.readers.annotated import AnnotatedVideo, Mask, Truth
from masklet.errors import PromptError
from masklet.evaluate.datasets.held import HeldVideo
from masklet.evaluate.methods.method import Answer
from masklet.predict.model import Model
from masklet.values import Box, Picture, Point, Size

SIZE = Size(24, 32)


def square(x: int, y: int = 8, side: int = 8) -> Mask:
    """A square whose top left pixel is (x, y)."""
    mask = np.zeros(SIZE, dtype=bool)
    mask[y : y + side, x : x + side] = True
    return mask


def drawn_video(name: str, masks: Sequence[dict[int, Mask]], every: int = 1) -> HeldVideo:
    """A grey video with these masks by label, of which each ``every``-th frame is annotated."""
    pictures: list[Picture] = [np.full((*SIZE, 3), 90, dtype=np.uint8) for _ in masks]
    for picture, of_frame in zip(pictures, masks, strict=True):
        for label, mask in of_frame.items():
            picture[mask] = (200, 40 * label, 30)
    truths = {
        frame: Truth(SIZE, {label: mask for label, mask in of_frame.items() if mask.any()})
        for frame, of_frame in enumerate(masks)
        if frame % every == 0
    }
    return HeldVideo(name=name, pictures=pictures, truths=truths)


@dataclass
class Said:
    """One prompt as it came."""

    frame: int
    object: int
    points: tuple[Point, ...]
    labels: tuple[int, ...]
    mask: Mask | None


@dataclass
class Scripted:
    """Follows an object exactly for ``holds`` frames from a prompt on, then answers ``lost``.

    A prompt on a frame repairs that frame and the ``holds - 1`` frames after it.

    Attributes:
        holds: frames that a prompt is good for.
        lost: the answer elsewhere; empty where None.
        takes_clicks: otherwise only masks.
        clicks_needed: that many clicks on a frame until it is repaired.
        sessions: what was said in each session, in order.
        starts: where each propagation started, by session.
    """

    name: str = "scripted"
    pictures: Model | None = None
    holds: int = 3
    lost: Mask | None = None
    takes_clicks: bool = True
    clicks_needed: int = 1
    sessions: list[list[Said]] = field(default_factory=list)
    starts: list[list[int]] = field(default_factory=list)

    @contextmanager
    def open(self, video: AnnotatedVideo) -> Iterator["ScriptedSession"]:
        """Begins with a video."""
        self.sessions.append([])
        self.starts.append([])
        yield ScriptedSession(self, video, self.sessions[-1], self.starts[-1])


@dataclass
class ScriptedSession:
    """The way of one video."""

    method: Scripted
    video: AnnotatedVideo
    said: list[Said]
    starts: list[int]

    def prompt(
        self,
        *,
        frame: int,
        object: int,  # noqa: A002 - the word of the interface
        points: Sequence[Point] | None = None,
        labels: Sequence[int] | None = None,
        box: Box | None = None,
        mask: Mask | None = None,
    ) -> Mask:
        """Notes what came and answers as the script wants."""
        if (points is not None or box is not None) and not self.method.takes_clicks:
            raise PromptError("scripted: clicks came; wanted a mask")
        self.said.append(Said(frame, object, tuple(points or ()), tuple(labels or ()), mask))
        return self._answer(object, frame)

    def propagate(self, start: int = 0) -> Iterator[Answer]:
        """Every frame from ``start`` on."""
        self.starts.append(start)
        for frame in range(start, len(self.video)):
            objects = {said.object for said in self.said}
            yield Answer(frame, {label: self._answer(label, frame) for label in sorted(objects)})

    def _answer(self, label: int, frame: int) -> Mask:
        repaired = [f for f in range(len(self.video)) if self._clicks(label, f) >= self._needed(f)]
        held = any(f <= frame < f + self.method.holds for f in repaired)
        if held and frame in self.video.annotated:
            return self.video.truth(frame).mask(label)
        return np.zeros(SIZE, dtype=bool) if self.method.lost is None else self.method.lost

    def _clicks(self, label: int, frame: int) -> int:
        return sum(1 for said in self.said if (said.object, said.frame) == (label, frame))

    def _needed(self, frame: int) -> int:
        given = [said for said in self.said if said.frame == frame and said.mask is not None]
        return 1 if given else self.method.clicks_needed
