"""Tracking from the first frame alone, by its mask or by clicks, scored on every later frame.

Shapes: T scored frames, from the second to the last but one.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from masklet.errors import FormatError
from masklet.evaluate.boundary import boundary_accuracy
from masklet.evaluate.region import region_similarity
from masklet.evaluate.sequences import LabelledVideo
from masklet.masks.clicks import center_click
from masklet.predict.model import Model
from masklet.predict.video import Video
from masklet.values import ObjectId


class FirstPrompt(NamedTuple):
    """How an object is shown on the first frame: by so many clicks, 0 being its whole mask."""

    clicks: int

    @property
    def name(self) -> str:
        """For people."""
        if self.clicks == 0:
            return "mask"
        return "1 click" if self.clicks == 1 else f"{self.clicks} clicks"


class ObjectScores(NamedTuple):
    """One object's scores on each scored frame; ``label`` is its number in the annotation."""

    label: int
    region: Float[np.ndarray, "T"]
    boundary: Float[np.ndarray, "T"]


class SequenceScores(NamedTuple):
    """One video's scores, and how long following took.

    Attributes:
        frames: frames followed, the prompted one not among them.
        seconds: for reading, following and the masks of these; not for prompts and scores.
    """

    name: str
    objects: tuple[ObjectScores, ...]
    frames: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class TrackingScores:
    """Scores of some videos under one kind of prompt.

    Means are over an object's frames, then over the objects of all videos.
    """

    prompt: FirstPrompt
    sequences: tuple[SequenceScores, ...]

    @property
    def region(self) -> float:
        """Mean region similarity J."""
        return _mean(scores.region for scores in self._objects())

    @property
    def boundary(self) -> float:
        """Mean boundary accuracy F."""
        return _mean(scores.boundary for scores in self._objects())

    @property
    def both(self) -> float:
        """J&F, the mean of the two."""
        return (self.region + self.boundary) / 2

    @property
    def frames_per_second(self) -> float:
        """Of following, all objects of a video together."""
        frames = sum(sequence.frames for sequence in self.sequences)
        return frames / sum(sequence.seconds for sequence in self.sequences)

    def _objects(self) -> list[ObjectScores]:
        return [scores for sequence in self.sequences for scores in sequence.objects]


def score_tracking(
    model: Model,
    sequences: Iterable[LabelledVideo],
    prompt: FirstPrompt,
    seen: Callable[[SequenceScores], None] = lambda _: None,
) -> TrackingScores:
    """Follow the objects of every video; ``seen`` is told of each when it is done.

    Raises:
        FormatError, MediaError: as ``score_sequence``.
    """
    scores = []
    for sequence in sequences:
        scores.append(score_sequence(model, sequence, prompt))
        seen(scores[-1])
    return TrackingScores(prompt=prompt, sequences=tuple(scores))


def score_sequence(model: Model, sequence: LabelledVideo, prompt: FirstPrompt) -> SequenceScores:
    """Follow every object of one video, all in one session, and score each on its own.

    Masks are scored as they come: objects may overlap.

    Raises:
        FormatError: no object on the first frame, or an annotation of another size.
        MediaError: a frame or an annotation cannot be read.
    """
    first = sequence[0].labels
    labels = sequence.objects()
    if not labels:
        raise FormatError(f"{sequence.annotations[0]}: no object came; wanted one or more")
    scores: dict[ObjectId, np.ndarray] = {n: np.zeros((len(sequence), 2)) for n in labels}
    seconds = 0.0
    with model.video(sequence.folder) as video:
        for label in labels:
            show(video, label, first == label, prompt)
        frames = video.propagate(start=0)
        next(frames)
        for index in range(1, len(sequence)):
            began = time.perf_counter()
            result = next(frames)
            masks = dict(zip(result.objects, result.masks, strict=True))
            seconds += time.perf_counter() - began
            for label, score in _score_frame(sequence, index, masks).items():
                scores[label][index] = score
    scored = tuple(ObjectScores(label, *scores[label][1:-1].T) for label in labels)
    return SequenceScores(sequence.name, scored, len(sequence) - 1, seconds)


def show(video: Video, label: int, truth: Bool[np.ndarray, "H W"], prompt: FirstPrompt) -> None:
    """Prompt one object on the first frame of a session.

    Each click after the first answers the worst error of the mask so far; fewer are given where
    nothing is wrong any more.
    """
    if prompt.clicks == 0:
        video.prompt(frame=0, object=label, mask=truth)
    answer = None
    for _ in range(prompt.clicks):
        click = center_click(answer, truth)
        if click is None:
            return
        result = video.prompt(
            frame=0, object=label, points=[(click.x, click.y)], labels=[click.label]
        )
        answer = result.masks[0]


class _FrameScores(NamedTuple):
    region: float
    boundary: float


def _score_frame(
    sequence: LabelledVideo, index: int, masks: Mapping[ObjectId, Bool[np.ndarray, "H W"]]
) -> dict[ObjectId, _FrameScores]:
    labels = sequence.labels(index)
    scores = {}
    for label, mask in masks.items():
        if mask.shape != labels.shape:
            raise FormatError(
                f"{sequence.annotations[index]}: {labels.shape} came; wanted {mask.shape}"
            )
        truth = labels == label
        scores[label] = _FrameScores(region_similarity(mask, truth), boundary_accuracy(mask, truth))
    return scores


def _mean(rows: Iterable[Float[np.ndarray, "T"]]) -> float:
    return float(np.mean([row.mean() for row in rows]))
