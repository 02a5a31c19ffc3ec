"""Whether people, or clips of any kinds, are followed equally well: scores by group, and the gap.

Source: Ravi et al., 2024, table 5: first-frame prompts, mean J&F of each group of people. A clip's
score is the mean over its objects; a group's is the mean over its clips, with a bootstrap interval.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from masklet.data.readers.annotated import AnnotatedVideo
from masklet.errors import FormatError
from masklet.evaluate.datasets.groups import Groups
from masklet.evaluate.methods.method import Method
from masklet.evaluate.report.published import published
from masklet.evaluate.scores.convention import DAVIS, Convention
from masklet.evaluate.scores.scoring import mean_of
from masklet.evaluate.tasks.blocks import Bar, Bars, Block, Cell, Section, Table
from masklet.evaluate.tasks.bootstrap import Interval, difference_interval, mean_interval
from masklet.evaluate.tasks.played import Plain, from_plain
from masklet.evaluate.tasks.vos import MASK, FirstPrompt, Kind, VosTask

PROMPTS = (FirstPrompt(Kind.CLICKS, 1), FirstPrompt(Kind.CLICKS, 3), MASK)
Results = Mapping[str, Sequence[Plain]]
TEXT = (
    "Every object is followed from its first prompt. A clip's J&F is the mean over its objects, a "
    "group's the mean over its clips. In brackets: the 95 % bootstrap interval over clips; a "
    "group of one clip has none. The gap is between the groups furthest apart."
)


@dataclass(frozen=True, kw_only=True)
class FairnessTask:
    """Every clip is followed from one click, three clicks and the mask.

    Attributes:
        groups: that the clips are in.
        convention: what is scored.
    """

    groups: Groups
    convention: Convention = DAVIS

    @property
    def name(self) -> str:
        """Of the folder."""
        return "fairness"

    def play(self, method: Method, item: AnnotatedVideo) -> dict[str, Any]:
        """Three runs over one clip.

        Raises:
            PromptError: the method takes no clicks.
            FormatError: the clip is not in the list, or its files cannot be used.
            MediaError: a file cannot be read.
        """
        if item.name not in self.groups.videos:
            raise FormatError(f"{self.groups.path}: video {item.name} is not in the list")
        tasks = [VosTask(prompt=prompt, convention=self.convention) for prompt in PROMPTS]
        return {task.prompt.name: task.play(method, item) for task in tasks}

    def section(self, results: Mapping[str, Sequence[Plain]]) -> Section:
        """As ``fairness_section``."""
        by_setting = {
            prompt.name: {
                method: [plain[prompt.name] for plain in plains]
                for method, plains in results.items()
            }
            for prompt in PROMPTS
        }
        return fairness_section(by_setting, self.groups)


class Group(NamedTuple):
    """One group under one prompt.

    Attributes:
        name: its value in the list.
        scores: J&F of each of its clips.
    """

    name: str
    scores: Float[np.ndarray, "N"]

    @property
    def mean(self) -> float:
        """Over its clips."""
        return float(self.scores.mean())


class Gap(NamedTuple):
    """The two groups furthest apart, and by how much."""

    best: str
    worst: str
    size: float
    interval: Interval | None


def fairness_section(results: Mapping[str, Results], groups: Groups) -> Section:
    """The chapter, from runs that were made already.

    Args:
        results: what ``VosTask`` played, by prompt (``1-click``, ``3-clicks``, ``mask``), then by
            method.
        groups: of the same clips.

    Raises:
        FormatError: a clip is in the list and was not played, or the other way round.
    """
    scores = {
        setting: {method: scores_of(plains) for method, plains in of_methods.items()}
        for setting, of_methods in results.items()
    }
    for of_methods in scores.values():
        for of_clips in of_methods.values():
            groups.check(of_clips)
    methods = list(next(iter(scores.values()), {}))
    blocks: list[Block] = []
    figures: dict[str, dict[str, float]] = {method: {} for method in methods}
    for column in groups.columns:
        for method in methods:
            split = {
                setting: split_by(column, groups, of_methods[method])
                for setting, of_methods in scores.items()
            }
            blocks.append(groups_table(column, method, split))
            figures[method] |= figures_of(column, split)
        blocks += bars_of(column, scores, groups)
        blocks += published_table(column)
    return Section(
        name="fairness", title="Fairness", text=TEXT, blocks=tuple(blocks), figures=figures
    )


def scores_of(plains: Sequence[Plain]) -> dict[str, float]:
    """J&F of each clip by its name, the mean over its objects."""
    played = [from_plain(plain) for plain in plains]
    return {one.video: mean_of(s.both for s in one.rounds[-1].objects) for one in played}


def split_by(column: str, groups: Groups, scores: Mapping[str, float]) -> tuple[Group, ...]:
    """The clips' scores by group; clips without a scored frame are left out."""
    found = []
    for name, videos in groups.members(column).items():
        values = np.array([scores[video] for video in videos])
        values = values[~np.isnan(values)]
        if len(values):
            found.append(Group(name, values))
    return tuple(found)


def gap_of(groups: Sequence[Group]) -> Gap | None:
    """The largest difference between two groups' means; None where there is one group or none."""
    if len(groups) < 2:
        return None
    worst, *_, best = sorted(groups, key=lambda group: group.mean)
    interval = difference_interval(best.scores, worst.scores)
    return Gap(best.name, worst.name, best.mean - worst.mean, interval)


def groups_table(column: str, method: str, split: Mapping[str, Sequence[Group]]) -> Table:
    """A row a group, a column a prompt, and the gap."""
    names = {group.name: len(group.scores) for of in split.values() for group in of}
    rows: list[tuple[Cell, ...]] = []
    for name, clips in names.items():
        found = [next((g for g in of if g.name == name), None) for of in split.values()]
        cells = [None if g is None else words(g.mean, mean_interval(g.scores)) for g in found]
        rows.append((name, clips, *cells))
    gaps = {setting: gap_of(of) for setting, of in split.items()}
    cells = [None if gap is None else words(gap.size, gap.interval) for gap in gaps.values()]
    rows.append(("largest gap", None, *cells))
    between = [f"{s}: {gap.best} over {gap.worst}" for s, gap in gaps.items() if gap]
    return Table(
        title=f"J&F by {column}: {method}",
        head=(column, "clips", *split),
        rows=tuple(rows),
        note=f"The gap is between these, {'; '.join(between)}." if between else "",
    )


def words(value: float, interval: Interval | None) -> str:
    """Such as ``81.9 (79.0 to 84.1)``."""
    if interval is None:
        return f"{100 * value:.1f}"
    return f"{100 * value:.1f} ({100 * interval.low:.1f} to {100 * interval.high:.1f})"


def bars_of(
    column: str, scores: Mapping[str, Mapping[str, Mapping[str, float]]], groups: Groups
) -> list[Block]:
    """For each prompt a bar a group, side by side for all methods."""
    return [
        Bars(
            f"J&F by {column}, {setting}",
            {
                method: tuple(
                    Bar(group.name, group.mean) for group in split_by(column, groups, of_clips)
                )
                for method, of_clips in of_methods.items()
            },
        )
        for setting, of_methods in scores.items()
    ]


def published_table(column: str) -> list[Block]:
    """What the paper reports for the same column, where it does."""
    rows = published("fairness", column)
    if not rows:
        return []
    settings = list(rows[0].figures)
    cells: tuple[tuple[Cell, ...], ...] = tuple(
        (row.method, *(row.figures.get(setting) for setting in settings)) for row in rows
    )
    note = "; ".join(sorted({row.source for row in rows}))
    everything = tuple(range(len(rows)))
    return [Table(f"Published: SAM 2 by {column}", (column, *settings), cells, note, everything)]


def figures_of(column: str, split: Mapping[str, Sequence[Group]]) -> dict[str, float]:
    """Means and gaps under such names as ``gender: male, 1-click``."""
    figures = {}
    for setting, groups in split.items():
        figures |= {f"{column}: {group.name}, {setting}": group.mean for group in groups}
        gap = gap_of(groups)
        if gap is not None:
            figures[f"{column}: largest gap, {setting}"] = gap.size
    return figures
