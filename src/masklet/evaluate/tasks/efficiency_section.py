"""The report's chapter about the time that annotating takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from masklet.evaluate.report.published import published
from masklet.evaluate.tasks.blocks import Cell, Section, Table

SMALL, MEDIUM = 32**2, 96**2
"""Areas in pixels from which on an object is no longer small, and no longer medium."""


class Way(StrEnum):
    """A way of annotating a video; phases 1 to 3 of the paper's data engine."""

    PICTURES = "pictures"
    MASKS = "masks"
    PROMPTS = "prompts"


WORDS = {
    Way.PICTURES: "frame by frame",
    Way.MASKS: "tracking masks",
    Way.PROMPTS: "tracking, corrected by clicks",
}
SIZES = {"small": (0, SMALL), "medium": (SMALL, MEDIUM), "large": (MEDIUM, 2**62)}
COLUMNS = ("seconds a frame", "edited frames", "clicks a clicked frame", "alignment")


@dataclass(frozen=True, kw_only=True)
class Effort:
    """What one object took in one way.

    Attributes:
        way: a ``Way``.
        area: of the object on its first frame, in pixels.
        frames: annotated.
        seconds: of a person.
        edited: frames that were worked on.
        clicks: on these.
        aligned: masks that are alike enough to those made frame by frame.
        compared: masks that were compared.
    """

    way: str
    area: int
    frames: int
    seconds: float
    edited: int
    clicks: int
    aligned: int
    compared: int


def efficiency_section(name: str, text: str, efforts: Mapping[str, Sequence[Effort]]) -> Section:
    """One chapter: the table, a row for each method and way, published ones last."""
    return Section(
        name=name,
        title="Annotation efficiency",
        text=text,
        blocks=(table(efforts),),
        figures={method: figures_of(of) for method, of in efforts.items()},
    )


def figures_of(efforts: Sequence[Effort]) -> dict[str, float]:
    """Every column of every way, such as ``seconds a frame, masks``."""
    figures = {}
    for way in Way:
        of_way = columns_of([effort for effort in efforts if effort.way == way])
        figures |= {
            f"{column}, {way}": value for column, value in of_way.items() if value is not None
        }
    return figures


def columns_of(efforts: Sequence[Effort]) -> dict[str, float | None]:
    """The figures of one way over all objects; None where there is nothing to divide by."""
    frames = sum(effort.frames for effort in efforts)
    edited = sum(effort.edited for effort in efforts)
    columns = {
        "seconds a frame": part(sum(effort.seconds for effort in efforts), frames),
        "edited frames": part(edited, frames),
        "clicks a clicked frame": part(sum(effort.clicks for effort in efforts), edited),
        "alignment": alignment_of(efforts),
    }
    for size, (least, below) in SIZES.items():
        of_size = [effort for effort in efforts if least <= effort.area < below]
        columns[f"alignment {size}"] = alignment_of(of_size)
    return columns


def alignment_of(efforts: Sequence[Effort]) -> float | None:
    """The part of compared masks that are alike."""
    return part(
        sum(effort.aligned for effort in efforts), sum(effort.compared for effort in efforts)
    )


def part(much: float, of: float) -> float | None:
    """A quotient, None of nothing."""
    return much / of if of else None


def table(efforts: Mapping[str, Sequence[Effort]]) -> Table:
    """As the paper's."""
    rows = [
        row_of(f"{method}: {WORDS[way]}", columns_of([one for one in of if one.way == way]))
        for method, of in efforts.items()
        for way in Way
    ]
    others = published("data-engine", "")
    first = len(rows)
    return Table(
        title="Time, edits and agreement",
        head=("method", *COLUMNS, *SIZES),
        rows=(*rows, *(row_of(row.method, row.figures) for row in others)),
        note="; ".join(sorted({row.source for row in others})),
        published=tuple(range(first, first + len(others))),
    )


def row_of(name: str, figures: Mapping[str, float | None]) -> tuple[Cell, ...]:
    """Seconds and clicks as they are, the others as parts of 1."""
    seconds, clicks = figures.get("seconds a frame"), figures.get("clicks a clicked frame")
    return (
        name,
        None if seconds is None else f"{seconds:.1f}",
        figures.get("edited frames"),
        None if clicks is None else f"{clicks:.2f}",
        figures.get("alignment"),
        *(figures.get(f"alignment {size}") for size in SIZES),
    )
