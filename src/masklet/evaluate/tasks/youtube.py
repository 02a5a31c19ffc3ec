"""YouTube-VOS's own figure G: objects of categories that training has, and of those it has not.

Source: Xu et al., 2018, section 5; the published G is of a server that keeps its annotation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from masklet.data.readers.annotated import AnnotatedVideo
from masklet.data.readers.layouts import youtube_categories
from masklet.errors import FormatError
from masklet.evaluate.methods.method import Method
from masklet.evaluate.scores.scoring import ObjectScores
from masklet.evaluate.scores.statistics import YoutubeFigures, youtube_figures
from masklet.evaluate.tasks.blocks import Section, Table
from masklet.evaluate.tasks.played import Plain, Played, from_plain
from masklet.evaluate.tasks.vos import VosTask


class Thing(NamedTuple):
    """An object of a video."""

    video: str
    label: int


@dataclass(frozen=True, kw_only=True)
class YoutubeTask:
    """Following from a first prompt, with G beside J&F.

    Attributes:
        vos: what is played.
        seen: for each object whether its category is one that training has.
    """

    vos: VosTask
    seen: Mapping[Thing, bool] = field(compare=False, repr=False)

    @property
    def name(self) -> str:
        """That of what is played."""
        return self.vos.name

    def play(self, method: Method, item: AnnotatedVideo) -> dict[str, Any]:
        """Plays one video. Raises as ``VosTask.play``."""
        return self.vos.play(method, item)

    def section(self, results: Mapping[str, Sequence[Plain]]) -> Section:
        """As without G, with a table of its four means in front.

        Raises:
            FormatError: an object of which nobody knows whether its category is seen.
        """
        found = {name: self.figures([from_plain(p) for p in ps]) for name, ps in results.items()}
        table = Table(
            title="Seen and unseen categories",
            head=("method", "G", "J seen", "J unseen", "F seen", "F unseen"),
            rows=tuple(
                (
                    name,
                    g.overall,
                    g.region_seen,
                    g.region_unseen,
                    g.boundary_seen,
                    g.boundary_unseen,
                )
                for name, g in found.items()
            ),
        )
        section = self.vos.section(results)
        figures = {name: {"G": g.overall, **section.figures[name]} for name, g in found.items()}
        return replace(section, blocks=(table, *section.blocks), figures=figures)

    def figures(self, videos: Sequence[Played]) -> YoutubeFigures:
        """G and its parts. Raises as ``section``."""
        groups: dict[bool, list[ObjectScores]] = {True: [], False: []}
        for played in videos:
            for one in played.rounds[-1].objects:
                thing = Thing(played.video, one.label)
                if thing not in self.seen:
                    raise FormatError(
                        f"meta.json: no category came for object {one.label} of {played.video}"
                    )
                groups[self.seen[thing]].append(one)
        return youtube_figures(groups[True], groups[False])


def seen_things(meta: Path, training: Path) -> dict[Thing, bool]:
    """Whether the category of each object of a set is among those of the training set.

    Args:
        meta: ``meta.json`` of the set that is evaluated, with categories.
        training: ``meta.json`` of the training set.

    Raises:
        MediaError, FormatError: a file cannot be read, or names no categories.
    """
    known = {one.category for one in youtube_categories(training)}
    return {Thing(one.video, one.label): one.category in known for one in youtube_categories(meta)}
