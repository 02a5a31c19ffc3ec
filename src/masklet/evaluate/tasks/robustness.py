"""How well a first frame's mask is followed where following is hard, by what the truth shows.

Scores of single frames are sorted by the object's size and speed there, by how long it was hidden
before, and by how many others of its size are about.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from masklet.data.readers.annotated import AnnotatedVideo
from masklet.evaluate.methods.method import Method
from masklet.evaluate.scores.convention import DAVIS, Convention
from masklet.evaluate.tasks.blocks import Bar, Bars, Block, Cell, Section, Table
from masklet.evaluate.tasks.difficulty import Difficulty, difficulties
from masklet.evaluate.tasks.played import Plain, from_plain
from masklet.evaluate.tasks.vos import MASK, VosTask


class Bin(NamedTuple):
    """Frames that are alike."""

    name: str
    holds: Callable[[Difficulty], bool]


class Axis(NamedTuple):
    """One way to sort frames; a frame is in one bin at most."""

    name: str
    title: str
    bins: tuple[Bin, ...]
    note: str = ""


class Frame(NamedTuple):
    """One object on one frame, with its J&F."""

    difficulty: Difficulty
    score: float


def _shares(low: float, high: float) -> Callable[[Difficulty], bool]:
    return lambda at: at.visible and low <= at.share < high


def _speeds(low: float, high: float) -> Callable[[Difficulty], bool]:
    return lambda at: at.speed is not None and low <= at.speed < high


def _hidden(low: int, high: float) -> Callable[[Difficulty], bool]:
    return lambda at: at.visible and low <= at.hidden < high


def _company(low: int, high: float) -> Callable[[Difficulty], bool]:
    return lambda at: at.visible and low <= at.distractors < high


FOREVER = float("inf")
AXES = (
    Axis(
        "size",
        "By the object's size",
        (
            Bin("under 0.5 % of the frame", _shares(0, 0.005)),
            Bin("0.5 to 2 %", _shares(0.005, 0.02)),
            Bin("2 to 10 %", _shares(0.02, 0.1)),
            Bin("10 % and more", _shares(0.1, FOREVER)),
        ),
    ),
    Axis(
        "speed",
        "By the object's speed",
        (
            Bin("under 0.05 sizes", _speeds(0, 0.05)),
            Bin("0.05 to 0.15 sizes", _speeds(0.05, 0.15)),
            Bin("0.15 to 0.5 sizes", _speeds(0.15, 0.5)),
            Bin("0.5 sizes and more", _speeds(0.5, FOREVER)),
        ),
        "How far its centre moved since the annotated frame before, in square roots of its area.",
    ),
    Axis(
        "hidden",
        "By how long it was hidden before",
        (
            Bin("never hidden yet", _hidden(0, 1)),
            Bin("after 1 to 5 frames", _hidden(1, 6)),
            Bin("after 6 to 20 frames", _hidden(6, 21)),
            Bin("after more than 20 frames", _hidden(21, FOREVER)),
            Bin("while out of sight", lambda at: not at.visible),
        ),
        "Out of sight, an empty mask scores 1 and any other 0.",
    ),
    Axis(
        "distractors",
        "By the number of others of its size",
        (
            Bin("none", _company(0, 1)),
            Bin("1", _company(1, 2)),
            Bin("2 or 3", _company(2, 4)),
            Bin("4 and more", _company(4, FOREVER)),
        ),
        "Other annotated objects in the frame with half to twice its area.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class RobustnessTask:
    """Objects are followed from their first mask, and each frame's score is sorted.

    Attributes:
        convention: what is scored.
    """

    convention: Convention = DAVIS

    @property
    def name(self) -> str:
        """Of the folder."""
        return "robustness"

    def play(self, method: Method, item: AnnotatedVideo) -> dict[str, Any]:
        """Follow one video; what its truth shows goes along.

        Raises:
            PromptError: the method takes no masks.
            MediaError, FormatError: a file cannot be used, or no object is annotated.
        """
        task = VosTask(prompt=MASK, convention=self.convention)
        found = [list(one) for one in difficulties(item, self.convention)]
        return {**task.play(method, item), "difficulties": found}

    def section(self, results: Mapping[str, Sequence[Plain]]) -> Section:
        """A table and bars for each way to sort frames."""
        frames = {
            method: [frame for plain in plains for frame in frames_of(plain)]
            for method, plains in results.items()
        }
        blocks = [block for axis in AXES for block in blocks_of(axis, frames)]
        return Section(
            name=self.name,
            title="Where following is hard",
            text="Every object is followed from its first mask. J&F of single frames, sorted by "
            "what the annotation shows; frames before an object's first appearance do not count. A "
            "way of sorting under which all frames are alike is left out.",
            blocks=tuple(blocks),
            figures={method: figures_of(scored) for method, scored in frames.items()},
        )


def frames_of(plain: Plain) -> list[Frame]:
    """The scored frames of one played video with what its truth shows there."""
    shown = {(at.label, at.frame): at for at in (Difficulty(*row) for row in plain["difficulties"])}
    objects = from_plain(plain).rounds[-1].objects
    return [
        Frame(shown[scores.label, frame], float(score))
        for scores in objects
        for frame, score in zip(scores.frames, scores.both, strict=True)
        if (scores.label, frame) in shown
    ]


def blocks_of(axis: Axis, frames: Mapping[str, Sequence[Frame]]) -> list[Block]:
    """Bins that hold frames, with a column a method; nothing where all frames are in one bin."""
    first = next(iter(frames.values()), ())
    counts = {one: len(scores_in(one, first)) for one in axis.bins}
    filled = [one for one in axis.bins if counts[one]]
    if len(filled) < 2:
        return []
    rows: list[tuple[Cell, ...]] = [
        (one.name, counts[one], *(mean_in(one, of_method) for of_method in frames.values()))
        for one in filled
    ]
    groups = {
        method: tuple(Bar(one.name, mean_in(one, of_method)) for one in filled)
        for method, of_method in frames.items()
    }
    table = Table(axis.title, (axis.name, "frames", *frames), tuple(rows), axis.note)
    return [table, Bars(f"{axis.title}: J&F", groups)]


def figures_of(frames: Sequence[Frame]) -> dict[str, float]:
    """Of every bin that holds frames, under such names as ``size: 2 to 10 %``."""
    return {
        f"{axis.name}: {one.name}": mean_in(one, frames)
        for axis in AXES
        for one in axis.bins
        if scores_in(one, frames)
    }


def scores_in(one: Bin, frames: Sequence[Frame]) -> list[float]:
    """J&F of the frames in a bin."""
    return [frame.score for frame in frames if one.holds(frame.difficulty)]


def mean_in(one: Bin, frames: Sequence[Frame]) -> float:
    """Their mean; NaN where there is none."""
    scores = scores_in(one, frames)
    return float(np.mean(scores)) if scores else float("nan")
