"""The report's chapter about clicks in pictures."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from masklet.evaluate.report.published import published
from masklet.evaluate.tasks.blocks import Cell, Curves, Line, Section, Table
from masklet.evaluate.tasks.played import Plain

SHOWN_CLICKS = (1, 3, 5)
ALL, IMAGES, FRAMES = "all", "images", "frames of videos"


def photo_section(name: str, results: Mapping[str, Sequence[Plain]]) -> Section:
    """One chapter: a table of the sets, a curve over clicks."""
    text = (
        "Each object is clicked in the middle, then in the middle of the largest error of the "
        "answer so far, which is fed back. Means are over objects."
    )
    curves = tuple(
        Line(method, tuple(range(1, len(means) + 1)), means)
        for method, photos in results.items()
        if (means := tuple(float(mean) for mean in mean_ious(photos)))
    )
    return Section(
        name=name,
        title="Clicks in pictures",
        text=text,
        blocks=(sets_table(results), Curves("Mean IoU", "clicks", "mean IoU", curves)),
        figures={method: figures_of(photos) for method, photos in results.items()},
    )


def mean_ious(photos: Iterable[Plain]) -> np.ndarray:
    """Mean IoU over the objects of all photos after 1, 2, ... clicks; empty without objects."""
    rows = [row for photo in photos for row in photo["ious"]]
    return np.mean(rows, axis=0) if rows else np.zeros(0)


def groups_of(photos: Sequence[Plain]) -> dict[str, list[Plain]]:
    """The photos of each set, then of all images and all frames of videos, and all."""
    groups: dict[str, list[Plain]] = {}
    for photo in photos:
        groups.setdefault(photo["group"], []).append(photo)
    kinds = {
        IMAGES: [photo for photo in photos if not photo["of_video"]],
        FRAMES: [photo for photo in photos if photo["of_video"]],
    }
    if all(kinds.values()):
        groups |= kinds
    return {**groups, ALL: list(photos)} if len(groups) > 1 else groups


def sets_table(results: Mapping[str, Sequence[Plain]]) -> Table:
    """A row a set and method."""
    rows: list[tuple[Cell, ...]] = []
    for method, photos in results.items():
        for group, members in groups_of(photos).items():
            means = mean_ious(members)
            objects = sum(len(photo["ious"]) for photo in members)
            cells = [float(means[n - 1]) if n <= len(means) else None for n in SHOWN_CLICKS]
            rows.append((f"{method}, {group}", len(members), objects, *cells))
    others = published("sa23", "1-click")
    first = len(rows)
    rows += [
        (row.method, None, None, row.figures.get("1"), None, row.figures.get("5")) for row in others
    ]
    titles = tuple(f"{n} click{'s' * (n > 1)}" for n in SHOWN_CLICKS)
    return Table(
        title="Mean IoU",
        head=("set", "pictures", "objects", *titles),
        rows=tuple(rows),
        note="; ".join(sorted({row.source for row in others})),
        published=tuple(range(first, len(rows))),
    )


def figures_of(photos: Sequence[Plain]) -> dict[str, float]:
    """Mean IoU after 5, 3 and 1 clicks over all objects, then of each set."""
    figures = {}
    for group, members in reversed(groups_of(photos).items()):
        means = mean_ious(members)
        prefix = "" if group == ALL else f"{group} "
        for number in sorted(SHOWN_CLICKS, key=lambda clicks: -clicks):
            if number <= len(means):
                figures[f"{prefix}IoU {number}"] = float(means[number - 1])
    return figures
