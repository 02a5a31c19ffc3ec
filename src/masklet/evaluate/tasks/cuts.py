"""Shot cuts, made by joining clips: away from the object and back to it.

Tells whether a method reports nothing in the shot without the object, and finds it again after.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np
from jaxtyping import UInt8

from masklet.data.readers.annotated import AnnotatedVideo, Truth
from masklet.errors import FormatError
from masklet.evaluate.datasets.held import HeldVideo
from masklet.evaluate.methods.method import Method
from masklet.evaluate.scores.convention import Convention, Counting
from masklet.evaluate.scores.scoring import ObjectScores
from masklet.evaluate.tasks.blocks import Bar, Bars, Section, Table
from masklet.evaluate.tasks.difficulty import as_one
from masklet.evaluate.tasks.played import Plain, from_plain
from masklet.evaluate.tasks.vos import MASK, VosTask
from masklet.values import Picture, Size

AFTER_THE_PROMPT = Convention(first=True, last=True, counting=Counting.PROMPTED)
FOUND = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class CutPair:
    """Two clips to join.

    Attributes:
        first: has the object.
        second: is cut to.
        before, away, after: frames of the first shot, of the second, and of the third, which
            goes on where the first left off; fewer where a clip ends.
    """

    first: AnnotatedVideo
    second: AnnotatedVideo
    before: int = 20
    away: int = 10
    after: int = 20

    @property
    def name(self) -> str:
        """Both names."""
        return f"{self.first.name} - {self.second.name}"

    def joined(self) -> HeldVideo:
        """As ``join_clips``."""
        return join_clips(
            self.first, self.second, before=self.before, away=self.away, after=self.after
        )

    @property
    def cut(self) -> range:
        """Frames of the second shot in the joined video."""
        away = min(self.away, len(self.second))
        return range(self.before, self.before + away)


def pairs_of(
    videos: Sequence[AnnotatedVideo], *, before: int = 20, away: int = 10, after: int = 20
) -> tuple[CutPair, ...]:
    """Each clip cut to the next one, the last one to the first.

    Raises:
        FormatError: fewer than two clips.
    """
    if len(videos) < 2:
        raise FormatError(f"videos: {len(videos)} came; wanted two or more to cut between")
    others = [*videos[1:], videos[0]]
    return tuple(
        CutPair(first=one, second=other, before=before, away=away, after=after)
        for one, other in zip(videos, others, strict=True)
    )


def join_clips(
    first: AnnotatedVideo, second: AnnotatedVideo, *, before: int, away: int, after: int
) -> HeldVideo:
    """``before`` frames of one clip, ``away`` frames of another, and the first one goes on.

    The second clip is resized to the first one's size and shows no object. Objects that the first
    shot does not show are no objects of the joined clip.

    Raises:
        FormatError: the clip is too short for the cut, or no object shows before it.
        MediaError: a file cannot be read.
    """
    if min(before, away, after) < 1:
        raise FormatError(f"before, away, after: {before}, {away}, {after} came; wanted 1 or more")
    if len(first) <= before:
        raise FormatError(
            f"{first.name}: it has {len(first)} frames; wanted more than {before}, to cut there"
        )
    end, gone = min(len(first), before + after), min(away, len(second))
    own = [first.picture(frame) for frame in range(end)]
    size = Size(*own[0].shape[:2])
    others = [resized(second.picture(frame), size) for frame in range(gone)]
    truths = {
        frame if frame < before else frame + gone: first.truth(frame)
        for frame in first.annotated
        if frame < end
    }
    shown = {label for at, truth in truths.items() if at < before for label in truth.masks}
    if not shown:
        raise FormatError(f"{first.name}: no object shows in its first {before} frames")
    kept = {at: only(truth, shown) for at, truth in truths.items()}
    return HeldVideo(
        name=f"{first.name} - {second.name}",
        pictures=[*own[:before], *others, *own[before:]],
        truths=kept | {at: Truth(size, {}) for at in range(before, before + gone)},
    )


def only(truth: Truth, labels: set[int]) -> Truth:
    """Some of the objects."""
    masks = {label: mask for label, mask in truth.masks.items() if label in labels}
    return Truth(truth.size, masks)


def resized(picture: Picture, size: Size) -> UInt8[np.ndarray, "h w 3"]:
    """A picture stretched to a size."""
    if picture.shape[:2] == size:
        return picture
    return np.asarray(cv2.resize(picture, (size.width, size.height), interpolation=cv2.INTER_AREA))


class Shots(NamedTuple):
    """How one object fared.

    Attributes:
        before: mean J&F of the first shot after the prompt.
        silent: part of the second shot's frames on which nothing is reported.
        after: mean J&F of the third shot.
        found: 1 where J is over 0.5 on at least half of the third shot, else 0.
    """

    before: float
    silent: float
    after: float
    found: float


def shots_of(scores: ObjectScores, cut: range) -> Shots:
    """One object's scores in the three shots; NaN for a shot without a scored frame.

    In the second shot the truth is empty, so that J is 1 where nothing is reported and else 0.
    """
    frames = np.array(scores.frames, dtype=int)
    first, third = frames < cut.start, frames >= cut.stop
    second = ~first & ~third
    return Shots(
        before=_mean(scores.both[first]),
        silent=_mean(scores.region[second]),
        after=_mean(scores.both[third]),
        found=float(np.mean(scores.region[third] > FOUND) >= 0.5) if third.any() else float("nan"),
    )


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")


@dataclass(frozen=True, kw_only=True)
class CutsTask:
    """Objects are followed from their first mask through a cut to another clip and back.

    Attributes:
        union: all objects of a clip are one.
    """

    union: bool = False

    @property
    def name(self) -> str:
        """Of the folder."""
        return "cuts"

    def play(self, method: Method, item: CutPair) -> dict[str, Any]:
        """Join the two clips and follow.

        Raises:
            PromptError: the method takes no masks.
            MediaError, FormatError: a file cannot be used, or the clips cannot be joined.
        """
        video = item.joined()
        if self.union:
            truths = {frame: as_one(truth) for frame, truth in video.truths.items()}
            video = HeldVideo(name=video.name, pictures=video.pictures, truths=truths)
        task = VosTask(prompt=MASK, convention=AFTER_THE_PROMPT)
        return {**task.play(method, video), "cut": [item.cut.start, item.cut.stop]}

    def section(self, results: Mapping[str, Sequence[Plain]]) -> Section:
        """A row a method, and a bar a pair."""
        shots = {method: [played_shots(plain) for plain in of] for method, of in results.items()}
        figures = {
            method: figures_of([one for of in all_ for one in of]) for method, all_ in shots.items()
        }
        head = ("method", *HEAD)
        rows = tuple((method, *(of[name] for name in HEAD)) for method, of in figures.items())
        bars = {
            method: tuple(
                Bar(plain["video"], _mean(np.array([one.after for one in of])))
                for plain, of in zip(results[method], all_, strict=True)
            )
            for method, all_ in shots.items()
        }
        return Section(
            name=self.name,
            title="Shot cuts",
            text="Every object is followed from its first mask; then the picture cuts to another "
            "clip, where nothing should be reported, and back to where the first clip was left.",
            blocks=(
                Table("Before, during and after the cut", head, rows, NOTE),
                Bars("J&F after the cut", bars),
            ),
            figures=figures,
        )


AFTER = "J&F after"
HEAD = ("J&F before", "silent while away", AFTER, "found again")
NOTE = (
    "Silent: part of the frames without the object on which nothing is reported. Found again: part "
    "of the objects with J over 0.5 on at least half of the frames after the cut."
)


def played_shots(plain: Plain) -> list[Shots]:
    """How the objects of one pair fared."""
    cut = range(*plain["cut"])
    return [shots_of(scores, cut) for scores in from_plain(plain).rounds[-1].objects]


def figures_of(shots: Sequence[Shots]) -> dict[str, float]:
    """Means over objects, leaving out what was not scored; first what tells most."""
    columns = np.array([[one.before, one.silent, one.after, one.found] for one in shots], float)
    means = {
        name: _mean(column[~np.isnan(column)])
        for name, column in zip(HEAD, columns.reshape(-1, len(HEAD)).T, strict=True)
    }
    return {AFTER: means[AFTER]} | means
