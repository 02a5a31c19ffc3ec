"""A chart as SVG: its frame, words and markers; for a page, or as a file of its own."""

import math
import unicodedata
from collections.abc import Sequence
from importlib.resources import files
from typing import NamedTuple

from masklet.evaluate.report.looks import Look
from masklet.evaluate.report.markup import EMPTY, Markup, element, joined, words

LETTER, SLIM, BROAD, FULL = 0.62, 0.38, 0.85, 1.02
SLIM_LETTERS, BROAD_LETTERS = frozenset("iljtfI.,:;'|!()[] "), frozenset("mwMWGOQ@%&—…<>=+~")
TEXT = 12.0
LEGEND_ROW, LEGEND_GAP, LEGEND_MARK = 20, 18, 14
MARKER = 4.2


class Drawing(NamedTuple):
    """What is drawn, in pixels.

    Attributes:
        title, description: for people who hear the page.
    """

    width: float
    height: float
    title: str
    description: str
    body: Markup


class Legend(NamedTuple):
    """Names with their marks, and the height that they take."""

    body: Markup
    height: float


def chart_style() -> str:
    """The style sheet of charts: colours for light and for dark."""
    return (files("masklet.evaluate.report") / "chart.css").read_text(encoding="utf-8")


def inline(drawing: Drawing, key: str, kind: str = "") -> Markup:
    """SVG to stand in a page.

    Args:
        drawing: what is drawn.
        key: unique in the page, for its names.
        kind: a further class.
    """
    return _svg(
        drawing,
        element("title", words(drawing.title), id=f"{key}-t"),
        element("desc", words(drawing.description), id=f"{key}-d"),
        drawing.body,
        class_=f"chart {kind}".strip(),
        aria_labelledby=f"{key}-t {key}-d",
    )


def standalone(drawing: Drawing) -> str:
    """SVG as a file of its own, with its title, style and ground."""
    margin, head = 16, 34
    ground = element("rect", class_="ground", width="100%", height="100%", rx=8)
    title = write(drawing.title, margin, 26, class_="name title")
    body = element("g", drawing.body, transform=f"translate({margin} {margin + head})")
    whole = drawing._replace(
        width=drawing.width + 2 * margin, height=drawing.height + 2 * margin + head
    )
    return _svg(
        whole,
        element("title", words(drawing.title), id="title"),
        element("desc", words(drawing.description), id="description"),
        element("style", Markup(chart_style())),
        ground,
        title,
        body,
        class_="chart",
        aria_labelledby="title description",
    )


def _svg(drawing: Drawing, *content: Markup, **attributes: str) -> Markup:
    return element(
        "svg",
        *content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {drawing.width:.0f} {drawing.height:.0f}",
        width=f"{drawing.width:.0f}",
        height=f"{drawing.height:.0f}",
        role="img",
        **attributes,
    )


def text_width(text: str, size: float = TEXT) -> float:
    """About how wide a text is, in pixels: fonts differ."""
    return size * sum(map(_letter_width, text))


def _letter_width(letter: str) -> float:
    if letter in SLIM_LETTERS:
        return SLIM
    if letter in BROAD_LETTERS:
        return BROAD
    return FULL if unicodedata.east_asian_width(letter) in "WF" else LETTER


def fitted(text: str, width: float, size: float = TEXT) -> str:
    """The text, or its beginning and its end with an ellipsis between, to be at most so wide."""
    if text_width(text, size) <= width:
        return text
    keep = len(text)
    short = "…"
    while keep > 1:
        keep -= 1
        head = math.ceil(keep * 0.6)
        short = text[:head].rstrip() + "…" + text[len(text) - (keep - head) :].lstrip()
        if text_width(short, size) <= width:
            break
    return short


def write(text: str, x: float, y: float, **attributes: str | float | None) -> Markup:
    """Words, ``y`` being their base line."""
    return element("text", words(text), x=x, y=y, **attributes)


def hover(text: str) -> Markup:
    """What shows when the pointer rests."""
    return element("title", words(text))


def marker(look: Look, x: float, y: float, note: str = "") -> Markup:
    """A point; looks differ in shape too, so that nobody has to tell colours apart."""
    inside = hover(note) if note else EMPTY
    class_ = f"mark m{look.colour}"
    outline = _SHAPES[(look.colour + look.dash) % len(_SHAPES)]
    if not outline:
        return element("circle", inside, class_=class_, cx=x, cy=y, r=MARKER)
    points = " ".join(f"{x + MARKER * dx:.1f},{y + MARKER * dy:.1f}" for dx, dy in outline)
    return element("polygon", inside, class_=class_, points=points)


def legend(
    names: Sequence[str], looks: Sequence[Look], width: float, *, lines: bool = False
) -> Legend:
    """Marks with names, in as many rows as they need."""
    parts: list[Markup] = []
    x, y, mark = 0.0, 0.0, LEGEND_MARK + (12 if lines else 0)
    for name, look in zip(names, looks, strict=True):
        text = fitted(name, width - mark - 6)
        wide = mark + text_width(text)
        if x > 0 and x + wide > width:
            x, y = 0.0, y + LEGEND_ROW
        middle = y + 8
        if lines:
            stroke = f"line m{look.colour} d{look.dash % 4}"
            parts.append(element("path", class_=stroke, d=f"M{x:.1f} {middle:.1f}h20"))
        parts.append(marker(look, x + (10 if lines else 5), middle))
        parts.append(write(text, x + mark, middle + 4, class_="name"))
        x += wide + LEGEND_GAP
    return Legend(joined(*parts), y + LEGEND_ROW + 6 if parts else 0)


def _polygon(corners: int, turn: float, size: float) -> tuple[tuple[float, float], ...]:
    angles = (math.radians(turn + 360 * at / corners) for at in range(corners))
    return tuple((size * math.cos(angle), size * math.sin(angle)) for angle in angles)


_CROSS = tuple(
    (0.45 * a + (0.75 if far == "x" else 0) * a, 0.45 * b + (0.75 if far == "y" else 0) * b)
    for a, b, far in (
        (1, -1, "y"),
        (1, -1, ""),
        (1, -1, "x"),
        (1, 1, "x"),
        (1, 1, ""),
        (1, 1, "y"),
        (-1, 1, "y"),
        (-1, 1, ""),
        (-1, 1, "x"),
        (-1, -1, "x"),
        (-1, -1, ""),
        (-1, -1, "y"),
    )
)
_SHAPES: tuple[tuple[tuple[float, float], ...], ...] = (
    (),
    _polygon(4, 45, 1.25),
    _polygon(3, -90, 1.4),
    _polygon(4, 0, 1.35),
    _polygon(3, 90, 1.4),
    _CROSS,
    _polygon(5, -90, 1.25),
    _polygon(6, 0, 1.2),
)
