"""What a report is made of, without a word of how it looks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

Cell = str | float | int | None


class Table(NamedTuple):
    """Rows under a head; the first column names the row.

    Attributes:
        title: above it.
        head: names of the columns.
        rows: as many cells each; None is shown as a dash, a float with one digit more than
            percent (0.6543 as 65.4) if ``percent``, else with three digits.
        note: below it, such as the source of published rows.
        published: row numbers of figures that others published, shown apart.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    published: tuple[int, ...] = ()
    percent: bool = True


class Bar(NamedTuple):
    """One item's score, 0..1."""

    name: str
    value: float


class Bars(NamedTuple):
    """Scores of single items, one group a method."""

    title: str
    groups: Mapping[str, tuple[Bar, ...]]


class Line(NamedTuple):
    """One curve: points of equal number."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]


class Curves(NamedTuple):
    """Lines over one axis; y is a score, 0..1."""

    title: str
    x_label: str
    y_label: str
    lines: tuple[Line, ...]


class Photo(NamedTuple):
    """One picture, JPEG, with a line below it."""

    caption: str
    jpeg: bytes


class Gallery(NamedTuple):
    """Pictures side by side."""

    title: str
    photos: tuple[Photo, ...]


Block = Table | Bars | Curves | Gallery


@dataclass(frozen=True, kw_only=True)
class Section:
    """One chapter of a report.

    Attributes:
        name: the task's.
        title: for people.
        text: what was done, in a sentence or two of plain text.
        blocks: what is shown, in order.
        figures: the headline figures by method and name, such as {"nano": {"J&F": 0.39}}; they
            go into the JSON, from which documents are made.
    """

    name: str
    title: str
    text: str
    blocks: tuple[Block, ...]
    figures: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
