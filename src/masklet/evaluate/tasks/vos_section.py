"""The report's chapter about following from a first prompt."""

from collections.abc import Mapping, Sequence

from masklet.evaluate.report.published import published
from masklet.evaluate.scores.scoring import ObjectScores, mean_of
from masklet.evaluate.scores.statistics import davis_figures, vost_figures
from masklet.evaluate.tasks.blocks import Bar, Bars, Block, Cell, Gallery, Photo, Section, Table
from masklet.evaluate.tasks.played import Played
from masklet.evaluate.tasks.worst import LEGEND

MOST_SHOWN = 12
DAVIS_HEAD = ("J&F", "J", "J recall", "J decay", "F", "F recall", "F decay")
REGION_HEAD = ("J", "J_tr", "J recall", "J decay")
PROMPTS = {
    "mask": "the mask",
    "box": "the tight box",
    "1-click": "one click in the middle",
}


def vos_section(
    name: str, suite: str, prompt: str, played: Mapping[str, Sequence[Played]]
) -> Section:
    """One chapter: a table of means, a bar a video, the worst frames of the first method."""
    given = PROMPTS.get(prompt, f"{prompt.replace('-', ' ')}, each into the largest error,")
    text = (
        f"Every object is shown once, by {given} on the first annotated frame that has it, and "
        "followed to the end. Means are over an object's frames, then over all objects."
    )
    blocks: list[Block] = [means_table(suite, prompt, played)]
    blocks.append(
        Bars("J&F of each video", {one: bars_of(videos) for one, videos in played.items()})
    )
    blocks += [gallery(one, videos) for one, videos in list(played.items())[:1]]
    return Section(
        name=name,
        title=f"First frame: {prompt.replace('-', ' ')}",
        text=text,
        blocks=tuple(blocks),
        figures={one: figures_of(videos) for one, videos in played.items()},
    )


def objects_in(videos: Sequence[Played]) -> list[ObjectScores]:
    """The objects of all videos as they were after the last round."""
    return [one for played in videos for one in played.rounds[-1].objects if one.frames]


def figures_of(videos: Sequence[Played]) -> dict[str, float]:
    """J&F, J and F as means over objects, and frames a second over all videos."""
    objects = objects_in(videos)
    boundaries = [one.boundary for one in objects if one.boundary is not None]
    figures = {"J&F": mean_of(one.both for one in objects)} if boundaries else {}
    figures["J"] = mean_of(one.region for one in objects)
    if boundaries:
        figures["F"] = mean_of(boundaries)
    return {**figures, "frames a second": frames_per_second(videos)}


def frames_per_second(videos: Sequence[Played]) -> float:
    """Of following, all objects of a video together."""
    seconds = sum(played.seconds for played in videos)
    return sum(played.frames for played in videos) / max(seconds, 1e-9)


def means_table(suite: str, prompt: str, played: Mapping[str, Sequence[Played]]) -> Table:
    """A row a method, published ones last."""
    objects = {name: objects_in(videos) for name, videos in played.items()}
    bare = all(one.boundary is None for found in objects.values() for one in found)
    cells_of, head = (region_cells, REGION_HEAD) if bare else (davis_cells, DAVIS_HEAD)
    rows: list[tuple[Cell, ...]] = [
        (name, *cells_of(objects[name]), f"{frames_per_second(videos):.1f}")
        for name, videos in played.items()
    ]
    others = published(suite, prompt)
    first, sources = len(rows), sorted({row.source for row in others})
    empty = [None] * len(head)
    rows += [(row.method, row.figures.get("J&F", row.figures.get("G")), *empty) for row in others]
    return Table(
        title="All videos",
        head=("method", *head, "frames/s"),
        rows=tuple(rows),
        note=f"Published, of the benchmark's whole set: {'; '.join(sources)}" if others else "",
        published=tuple(range(first, len(rows))),
    )


def davis_cells(objects: Sequence[ObjectScores]) -> list[Cell]:
    """The columns of ``DAVIS_HEAD``."""
    figures = davis_figures(objects)
    region, boundary = figures.region, figures.boundary
    assert boundary is not None
    of_region = [region.mean, region.recall, region.decay]
    return [figures.both, *of_region, boundary.mean, boundary.recall, boundary.decay]


def region_cells(objects: Sequence[ObjectScores]) -> list[Cell]:
    """The columns of ``REGION_HEAD``: J_tr is J over the last quarter of the frames."""
    figures, region = vost_figures(objects), davis_figures(objects).region
    return [figures.region, figures.transformed, region.recall, region.decay]


def bars_of(videos: Sequence[Played]) -> tuple[Bar, ...]:
    """J&F of each video: the mean of its objects."""
    return tuple(
        Bar(played.video, mean_of(one.both for one in played.rounds[-1].objects))
        for played in videos
    )


def gallery(name: str, videos: Sequence[Played]) -> Gallery:
    """The worst frame of each video, the worst first."""
    found = [
        (float(min(one.both.min() for one in played.rounds[-1].objects if one.frames)), shown)
        for played in videos
        for shown in played.shown[:1]
    ]
    found.sort(key=lambda pair: (pair[0], pair[1].caption))
    photos = tuple(Photo(shown.caption, shown.jpeg) for _, shown in found[:MOST_SHOWN])
    return Gallery(f"Worst frames of {name} ({LEGEND})", photos)
