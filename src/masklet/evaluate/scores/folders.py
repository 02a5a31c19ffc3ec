"""Scores of the masks in one folder against those in another, both in the layout of DAVIS."""

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from masklet.data.readers.label_files import (
    BACKGROUND,
    NO_OBJECTS,
    VOID,
    check_labels_size,
    labels_in,
    read_label_file,
    truth_in,
)
from masklet.data.readers.listing import folders_in, label_files_in
from masklet.errors import FormatError
from masklet.evaluate.scores.convention import Convention, scored_frames
from masklet.evaluate.scores.scoring import (
    UNION,
    ObjectScores,
    ScoredFrame,
    mean_of,
    object_scores,
    score_frame,
)

BELOW = ("Annotations", "480p")


class SequenceScores(NamedTuple):
    """One video: its name and the scores of its objects, by label."""

    name: str
    objects: tuple[ObjectScores, ...]


@dataclass(frozen=True)
class FolderScores:
    """What every video scored, by name."""

    sequences: tuple[SequenceScores, ...]

    @property
    def objects(self) -> tuple[ObjectScores, ...]:
        """Those of all videos; the mean of the benchmark is over them, not over videos."""
        return tuple(one for sequence in self.sequences for one in sequence.objects)


class Means(NamedTuple):
    """J, F and J&F over objects, of each one's mean over frames."""

    region: float
    boundary: float
    both: float


def means_of(objects: Sequence[ObjectScores]) -> Means:
    """The means of some objects; F is NaN where only J was measured, and J&F is J then."""
    return Means(
        mean_of(one.region for one in objects),
        mean_of(one.boundary for one in objects if one.boundary is not None),
        mean_of(one.both for one in objects),
    )


def score_folders(
    predictions: str | Path,
    annotations: str | Path,
    *,
    union: bool = False,
    all_frames: bool = False,
    convention: Convention | None = None,
    only: Sequence[str] | None = None,
    workers: int | None = None,
) -> FolderScores:
    """J and F of every object of every video, on every core.

    Each folder holds a folder a video with a PNG a frame, whose values number the objects; they
    are matched by name. Where ``annotations`` has an ``Annotations`` folder, and that one
    ``480p``, the videos are looked for there. As in the DAVIS 2017 evaluation toolkit, the
    first and the last annotated frame do not count, value 255 in an annotation is background,
    predictions of frames that are not scored are not read, and an object that only the
    predictions have is an error. A video annotated with 0 and 255 alone, as in DAVIS 2016, has
    255 for its object.

    Args:
        predictions: what is scored.
        annotations: the truth.
        union: all objects of a video count as one, as in DAVIS 2016: whatever is not 0.
        all_frames: the first and the last frame count too.
        convention: in place of the two, what counts.
        only: names of videos; without it, all, and both folders have to hold the same.
        workers: threads; as many as there are cores if None.

    Raises:
        MediaError: a folder or a file cannot be read.
        FormatError: a video or a frame is missing, a mask has another size than its annotation
            or is a picture in colours, or an object is in the predictions alone.
    """
    if convention is None:
        convention = Convention(first=all_frames, last=all_frames, union=union)
    elif union or all_frames:
        raise FormatError("convention: came with union or all_frames; wanted one or the other")
    truths = annotations_below(Path(annotations))
    names = _names(Path(predictions), truths, only)
    videos = [_video(Path(predictions) / name, truths / name, convention) for name in names]
    pool = ThreadPoolExecutor(workers or os.cpu_count() or 1)
    try:
        running = [_start(video, convention, pool) for video in videos]
        return FolderScores(tuple(_finish(one, convention) for one in running))
    finally:
        pool.shutdown(cancel_futures=True)


def annotations_below(folder: Path) -> Path:
    """The folder of videos' annotations: ``folder``, or what it has of ``Annotations/480p``."""
    for name in BELOW:
        if (folder / name).is_dir():
            folder = folder / name
    return folder


class _Video(NamedTuple):
    """The files of one video: annotations in order, and the prediction of each scored one."""

    name: str
    annotations: tuple[Path, ...]
    predictions: Mapping[int, Path]
    ignored: frozenset[int]


class _Running(NamedTuple):
    """A video whose frames are being read and scored, by frame."""

    video: _Video
    scored: Mapping[int, Future[ScoredFrame]]
    others: Mapping[int, Future[frozenset[int]]]


def _names(predictions: Path, annotations: Path, only: Sequence[str] | None) -> list[str]:
    """The videos to score, which both folders have."""
    truths, given = folders_in(annotations), folders_in(predictions)
    wanted = truths if only is None else sorted(set(only))
    _check_present(wanted, truths, annotations, "it was asked for")
    _check_present(wanted, given, predictions, "the annotations have this video")
    if only is None:
        _check_present(given, truths, annotations, f"{predictions} has this video")
    return wanted


def _check_present(wanted: Sequence[str], names: Sequence[str], folder: Path, why: str) -> None:
    missing = sorted(set(wanted) - set(names))
    if missing:
        more = f" ({len(missing)} are missing)" if len(missing) > 1 else ""
        raise FormatError(f"{folder / missing[0]} is missing; {why}{more}")


def _video(predictions: Path, annotations: Path, convention: Convention) -> _Video:
    """Finds the files of a video, and whether 255 is its object."""
    truths = label_files_in(annotations)
    stems = tuple(truths)
    frames = scored_frames(tuple(range(len(stems))), convention)
    if not frames:
        raise FormatError(
            f"{annotations}: {len(stems)} annotations came, and the first and the last do not "
            "count; wanted 3 or more, or all frames to count"
        )
    given = label_files_in(predictions)
    for frame in frames:
        if stems[frame] not in given:
            lacking = predictions / f"{stems[frame]}.png"
            raise FormatError(f"{lacking} is missing; the annotations have this frame")
    return _Video(
        annotations.name,
        tuple(truths.values()),
        {frame: given[stems[frame]] for frame in frames},
        _ignored(truths.values()),
    )


def _ignored(annotations: Iterable[Path]) -> frozenset[int]:
    """The labels that are no objects, judged by the first annotation that has any."""
    for path in annotations:
        labels = set(labels_in(read_label_file(path))) - BACKGROUND
        if labels:
            return BACKGROUND if labels == {VOID} else NO_OBJECTS
    return NO_OBJECTS


def _start(video: _Video, convention: Convention, pool: ThreadPoolExecutor) -> _Running:
    return _Running(
        video,
        {
            frame: pool.submit(_score, path, video.annotations[frame], video.ignored, convention)
            for frame, path in video.predictions.items()
        },
        {
            frame: pool.submit(_present, path, video.ignored, convention)
            for frame, path in enumerate(video.annotations)
            if frame not in video.predictions
        },
    )


def _score(
    prediction: Path, annotation: Path, ignored: frozenset[int], convention: Convention
) -> ScoredFrame:
    truth = truth_in(read_label_file(annotation), ignored)
    labels = read_label_file(prediction)
    check_labels_size(labels, truth.size, prediction)
    return score_frame(truth_in(labels).masks, truth, convention)


def _present(annotation: Path, ignored: frozenset[int], convention: Convention) -> frozenset[int]:
    labels = set(labels_in(read_label_file(annotation))) - ignored
    return frozenset({UNION} if labels and convention.union else labels)


def _finish(running: _Running, convention: Convention) -> SequenceScores:
    """Waits for a video's frames. Raises FormatError for an object of the predictions alone."""
    video = running.video
    scored = {frame: future.result() for frame, future in running.scored.items()}
    others = {frame: future.result() for frame, future in running.others.items()}
    annotated = frozenset[int]().union(*others.values(), *(one.present for one in scored.values()))
    for frame, one in scored.items():
        unknown = sorted(set(one.pairs) - annotated)
        if unknown and not convention.union:
            known = ", ".join(map(str, sorted(annotated))) or "none"
            raise FormatError(
                f"{video.predictions[frame]}: object {unknown[0]} came, and the annotations of "
                f"{video.name} have {known}; with union, all objects are scored as one"
            )
    return SequenceScores(video.name, object_scores(scored, others, convention))
