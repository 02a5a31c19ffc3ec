"""J and F of a video's objects frame by frame, on every core, while the masks are still coming.

Shapes: T scored frames.
"""

import math
import os
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from masklet.data.readers.annotated import AnnotatedVideo, Mask, Truth
from masklet.errors import FormatError
from masklet.evaluate.scores.convention import Convention, Counting, scored_frames
from masklet.masks.boundary import boundary_accuracy
from masklet.masks.region import region_similarity

WAITING_A_WORKER = 8
UNION = 1


class ObjectScores(NamedTuple):
    """One object's scores on its scored frames.

    Attributes:
        label: its number in the annotation.
        frames: frame numbers.
        region: J of each.
        boundary: F of each; None where only J is measured.
    """

    label: int
    frames: tuple[int, ...]
    region: Float[np.ndarray, "T"]
    boundary: Float[np.ndarray, "T"] | None

    @property
    def both(self) -> Float[np.ndarray, "T"]:
        """J&F of each frame: the mean of the two, J where only J is measured."""
        return self.region if self.boundary is None else (self.region + self.boundary) / 2


class Pair(NamedTuple):
    """J and F of one object on one frame, and whether it is in the annotation or the answer."""

    region: float
    boundary: float
    seen: bool


def score_pair(answer: Mask, truth: Mask, *, boundary: bool = True) -> Pair:
    """J and F of one mask."""
    return Pair(
        region_similarity(answer, truth),
        boundary_accuracy(answer, truth) if boundary else float("nan"),
        bool(answer.any() or truth.any()),
    )


class ScoredFrame(NamedTuple):
    """One frame.

    Attributes:
        pairs: of every object that is in its annotation or in the answer, by label.
        present: objects in its annotation.
    """

    pairs: Mapping[int, Pair]
    present: frozenset[int]


def score_frame(masks: Mapping[int, Mask], truth: Truth, convention: Convention) -> ScoredFrame:
    """J and F of every object on one frame; masks have the annotation's size."""
    answer = Truth(truth.size, masks)
    if convention.union:
        answer, truth = _as_one(answer), _as_one(truth)
    labels = {UNION} if convention.union else {*answer.masks, *truth.masks}
    pairs = {
        label: score_pair(answer.mask(label), truth.mask(label), boundary=convention.boundary)
        for label in sorted(labels)
    }
    return ScoredFrame(pairs, frozenset(truth.masks))


def object_scores(
    scored: Mapping[int, ScoredFrame],
    others: Mapping[int, frozenset[int]],
    convention: Convention,
) -> tuple[ObjectScores, ...]:
    """The scores of every object of the annotation, by label.

    Objects that are annotated only on frames that are not scored count too, save in SA-V, whose
    benchmark sees no other frames. A video scored by union always has its one object.

    Args:
        scored: the scored frames by number.
        others: the objects annotated on each of the other annotated frames.
        convention: what counts.
    """
    present = {frame: one.present for frame, one in scored.items()}
    if convention.counting is not Counting.SEEN:
        present = {**present, **others}
    counted = present if convention.later else {frame: present[frame] for frame in [min(present)]}
    labels = {UNION} if convention.union else {label for one in counted.values() for label in one}
    return tuple(_scores_of(label, scored, present, convention) for label in sorted(labels))


class Scorer:
    """Scores the masks of one video as they come; a context manager.

    Objects are those of the annotation; a mask that is not given counts as empty, one of an
    object that the annotation never has is not counted. Frames that are not scored are ignored.
    ``add`` waits where the workers are far behind, so that memory stays bounded. Every
    annotation is read once.

    Args:
        video: whose annotation is the truth.
        convention: what counts.
        workers: threads; as many as there are cores if None.
    """

    def __init__(
        self, video: AnnotatedVideo, convention: Convention, *, workers: int | None = None
    ) -> None:
        count = workers or os.cpu_count() or 1
        self._video = video
        self._convention = convention
        self._frames = scored_frames(video.annotated, convention)
        self._wanted = frozenset(self._frames)
        self._pool = ThreadPoolExecutor(count)
        self._room = threading.Semaphore(count * WAITING_A_WORKER)
        self._scored: dict[int, Future[ScoredFrame]] = {}

    def __enter__(self) -> "Scorer":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def add(self, frame: int, masks: Mapping[int, Mask]) -> None:
        """Gives the masks of one frame; a frame given again replaces what it had."""
        if frame not in self._wanted:
            return
        self._room.acquire()
        future = self._pool.submit(self._score, frame, dict(masks))
        future.add_done_callback(lambda _: self._room.release())
        self._scored[frame] = future

    def scores(self) -> tuple[ObjectScores, ...]:
        """The scores of every object, by label, once all frames are done.

        Raises:
            FormatError: a mask has another size than the annotation.
            MediaError: an annotation cannot be read.
        """
        for frame in self._frames:
            if frame not in self._scored:
                self.add(frame, {})
        left = [frame for frame in self._video.annotated if frame not in self._wanted]
        others = dict(zip(left, self._pool.map(self._present, left), strict=True))
        scored = {frame: self._scored[frame].result() for frame in self._frames}
        return object_scores(scored, others, self._convention)

    def _score(self, frame: int, masks: Mapping[int, Mask]) -> ScoredFrame:
        truth = self._video.truth(frame)
        for label, mask in masks.items():
            if mask.shape != truth.size:
                raise FormatError(
                    f"{self._video.name}: the mask of object {label} on frame {frame} is "
                    f"{mask.shape}; wanted {tuple(truth.size)} as its annotation"
                )
        return score_frame(masks, truth, self._convention)

    def _present(self, frame: int) -> frozenset[int]:
        masks = self._video.truth(frame).masks
        return frozenset({UNION} if masks and self._convention.union else masks)


def _scores_of(
    label: int,
    scored: Mapping[int, ScoredFrame],
    present: Mapping[int, frozenset[int]],
    convention: Convention,
) -> ObjectScores:
    absent = Pair(1.0, 1.0 if convention.boundary else float("nan"), False)
    rows = {frame: one.pairs.get(label, absent) for frame, one in sorted(scored.items())}
    match convention.counting:
        case Counting.ALWAYS:
            frames = tuple(rows)
        case Counting.SEEN:
            begin = next((frame for frame in rows if rows[frame].seen), math.inf)
            frames = tuple(frame for frame in rows if frame >= begin)
        case Counting.PROMPTED:
            first = min(shown_on(label, present), default=math.inf)
            frames = tuple(frame for frame in rows if frame > first)
        case Counting.WITHIN:
            shown = shown_on(label, present)
            first, last = min(shown, default=math.inf), max(shown, default=-math.inf)
            frames = tuple(frame for frame in rows if first < frame < last)
    region = np.array([rows[frame].region for frame in frames])
    boundary = np.array([rows[frame].boundary for frame in frames])
    return ObjectScores(label, frames, region, boundary if convention.boundary else None)


def shown_on(label: int, present: Mapping[int, frozenset[int]]) -> list[int]:
    """The annotated frames that show an object."""
    return [frame for frame, labels in present.items() if label in labels]


def _as_one(frame: Truth) -> Truth:
    """All objects as one; none where there are none."""
    match tuple(frame.masks.values()):
        case ():
            return frame
        case (mask,):
            return Truth(frame.size, {UNION: mask})
        case _:
            return Truth(frame.size, {UNION: united(frame.masks, frame)})


def united(masks: Mapping[int, Mask], truth: Truth) -> Mask:
    """Where any object is."""
    union = np.zeros(truth.size, dtype=bool)
    for mask in masks.values():
        union |= mask
    return union


def mean_of(rows: Iterable[Float[np.ndarray, "_"]]) -> float:
    """The mean over objects of each one's mean over frames; NaN where there is none.

    An object without a scored frame does not count.
    """
    means = [float(row.mean()) for row in rows if len(row)]
    return float(np.mean(means)) if means else float("nan")
