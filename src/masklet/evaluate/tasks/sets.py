"""Following from a first prompt on several datasets: a mean a set, then the mean over sets.

Source: paper section 6.2, table 4, on 17 sets that SAM 2 was not trained on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from masklet.data.readers.annotated import AnnotatedVideo
from masklet.evaluate.methods.method import Method
from masklet.evaluate.report.published import published
from masklet.evaluate.scores.scoring import mean_of
from masklet.evaluate.tasks.blocks import Cell, Section, Table
from masklet.evaluate.tasks.played import Plain, Played, from_plain
from masklet.evaluate.tasks.vos import VosTask
from masklet.evaluate.tasks.vos_section import objects_in

PUBLISHED = "zero-shot17"


@dataclass(frozen=True, kw_only=True)
class SetsTask:
    """Following from a first prompt; the name of a video begins with that of its set and a slash.

    Attributes:
        vos: what is played.
    """

    vos: VosTask

    @property
    def name(self) -> str:
        """That of what is played."""
        return self.vos.name

    def play(self, method: Method, item: AnnotatedVideo) -> dict[str, Any]:
        """Plays one video. Raises as ``VosTask.play``."""
        return self.vos.play(method, item)

    def section(self, results: Mapping[str, Sequence[Plain]]) -> Section:
        """As for one set, with a table of the sets and their mean in front."""
        means = {
            name: set_means([from_plain(plain) for plain in plains])
            for name, plains in results.items()
        }
        overall = {name: sum(found.values()) / len(found) for name, found in means.items()}
        sets = list(dict.fromkeys(one for found in means.values() for one in found))
        rows: list[tuple[Cell, ...]] = [
            (name, overall[name], *(found.get(one) for one in sets))
            for name, found in means.items()
        ]
        others = published(PUBLISHED, self.vos.prompt.name)
        rows += [(row.method, row.figures["J&F"], *[None] * len(sets)) for row in others]
        sources = "; ".join(sorted({row.source for row in others}))
        table = Table(
            title="J&F of each set",
            head=("method", "mean of sets", *sets),
            rows=tuple(rows),
            note=f"Published, of 17 sets: {sources}" if others else "",
            published=tuple(range(len(means), len(rows))),
        )
        section = self.vos.section(results)
        figures = {
            name: {"J&F, mean of sets": overall[name], **section.figures[name]} for name in means
        }
        return replace(section, blocks=(table, *section.blocks), figures=figures)


def set_means(videos: Sequence[Played]) -> dict[str, float]:
    """Mean J&F over the objects of each set."""
    sets: dict[str, list[Played]] = {}
    for played in videos:
        sets.setdefault(played.video.partition("/")[0], []).append(played)
    return {
        name: mean_of(one.both for one in objects_in(members)) for name, members in sets.items()
    }
