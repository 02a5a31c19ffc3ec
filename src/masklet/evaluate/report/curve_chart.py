"""Lines over one axis, with points, and names at their ends."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from masklet.evaluate.report.axis import (
    Axis,
    Ends,
    axis_around,
    ends_of,
    score_axis,
    spread,
    tick_texts,
)
from masklet.evaluate.report.cells import score
from masklet.evaluate.report.drawing import (
    Drawing,
    fitted,
    hover,
    legend,
    marker,
    text_width,
    write,
)
from masklet.evaluate.report.looks import Look
from masklet.evaluate.report.markup import EMPTY, Markup, element, joined
from masklet.evaluate.tasks.blocks import Curves, Line

NARROW = 480
LEFT, TOP, BOTTOM, RIGHT = 40, 26, 44, 14
NAMES_WIDTH, NAME_ROW, NAME_LEFT = 200, 17, 42
MOST_NAMED = 10
MOST_MARKED, MOST_WHOLE = 24, 10


class Spot(NamedTuple):
    """A point of the drawing in pixels."""

    x: float
    y: float


class _Frame(NamedTuple):
    """The axes, and whether names stand at the ends of lines."""

    x: Axis
    y: Axis
    named: bool


def curve_chart(block: Curves, looks: Mapping[str, Look], width: float) -> Drawing:
    """Lines break where a value is no number; lines without any value are only named."""
    names = [line.name for line in block.lines]
    named = width >= NARROW and 1 <= len(names) <= MOST_NAMED
    shown = [] if named else names
    key = legend(shown, [looks[name] for name in shown], width, lines=True)
    height = key.height + round(min(width * 0.5, 340)) + (30 if width < NARROW else 0)
    frame = _frame(block, width, key.height + TOP, height - BOTTOM, named=named)
    lines = [_line(frame, line, looks[line.name], block) for line in block.lines]
    ends = _names(frame, block.lines, looks, width) if named else EMPTY
    body = joined(key.body, _axes(frame, block), *lines, ends)
    return Drawing(width, height, block.title, _said(block), body)


def finite(line: Line) -> list[Spot]:
    """The points that are numbers, as they are."""
    points = (Spot(*point) for point in zip(line.x, line.y, strict=True))
    return [point for point in points if math.isfinite(point.x) and math.isfinite(point.y)]


def _frame(block: Curves, width: float, top: float, bottom: float, *, named: bool) -> _Frame:
    points = [point for line in block.lines for point in finite(line)]
    names = [text_width(line.name) for line in block.lines]
    right = NAME_LEFT + min(NAMES_WIDTH, max(names)) + 4 if named else RIGHT
    xs = sorted({point.x for point in points})
    start, end = LEFT + 8, width - right - 8
    if 1 < len(xs) <= MOST_WHOLE and all(x == round(x) for x in xs) and _even(xs):
        x = Axis(xs[0], xs[-1], start, end, tuple(xs))
    elif len(xs) == 1:
        x = Axis(xs[0] - 1, xs[0] + 1, start, end, (xs[0],))
    else:
        x = axis_around(ends_of(xs) or Ends(0, 1), start, end, count=7, pad=False)
    ends = ends_of(point.y for point in points) or Ends(0, 1)
    return _Frame(x, score_axis(ends, bottom, top), named)


def _even(xs: Sequence[float]) -> bool:
    """Whether ticks at all values would stand apart."""
    return (xs[-1] - xs[0]) / min(b - a for a, b in zip(xs, xs[1:], strict=False)) <= 12


def _axes(frame: _Frame, block: Curves) -> Markup:
    x, y = frame.x, frame.y
    left, right = x.start - 8, x.end + 8
    parts = [write(block.y_label, left - 40, y.end - 14, class_="name")]
    for tick, text in zip(y.ticks, tick_texts(tuple(100 * tick for tick in y.ticks)), strict=True):
        at = y.at(tick)
        parts.append(element("path", class_="grid", d=f"M{left:.1f} {at:.1f}H{right:.1f}"))
        parts.append(write(text, left - 8, at + 4, text_anchor="end"))
    for tick, text in zip(x.ticks, tick_texts(x.ticks), strict=True):
        at = x.at(tick)
        parts.append(element("path", class_="lead", d=f"M{at:.1f} {y.start:.1f}v5"))
        parts.append(write(text, at, y.start + 19, text_anchor="middle"))
    middle = (left + right) / 2
    parts.append(write(block.x_label, middle, y.start + 38, text_anchor="middle", class_="name"))
    return joined(*parts)


def _line(frame: _Frame, line: Line, look: Look, block: Curves) -> Markup:
    runs: list[list[str]] = [[]]
    for x, y in zip(line.x, line.y, strict=True):
        if math.isfinite(x) and math.isfinite(y):
            runs[-1].append(f"{frame.x.at(x):.1f} {frame.y.at(y):.1f}")
        elif runs[-1]:
            runs.append([])
    path = "".join("M" + "L".join(run) for run in runs if len(run) > 1)
    parts = [hover(line.name)]
    if path:
        parts.append(element("path", class_=f"line m{look.colour} d{look.dash % 4}", d=path))
    points = finite(line)
    marked = points if len(points) <= MOST_MARKED else points[-1:]
    x_texts = tick_texts(tuple(point.x for point in marked))
    for (x, y), text in zip(marked, x_texts, strict=True):
        note = f"{line.name}: {score(y)} ({block.x_label} {text})"
        parts.append(marker(look, frame.x.at(x), frame.y.at(y), note))
    return element("g", *parts)


def _names(frame: _Frame, lines: Sequence[Line], looks: Mapping[str, Look], width: float) -> Markup:
    """Names at the right, each beside the end of its line, moved apart where they would meet."""
    ended = [(line, points[-1]) for line in lines if (points := finite(line))]
    wanted = [frame.y.at(last.y) for _, last in ended]
    places = spread(wanted, NAME_ROW, frame.y.end, frame.y.start)
    left = frame.x.end + 8
    parts = []
    for (line, last), y in zip(ended, places, strict=True):
        from_x, from_y = frame.x.at(last.x) + 6, frame.y.at(last.y)
        stroke = f"M{from_x:.1f} {from_y:.1f}L{left:.1f} {from_y:.1f}L{left + 10:.1f} {y:.1f}"
        parts.append(element("path", class_="lead", d=stroke))
        look = looks[line.name]
        mark = f"M{left + 12:.1f} {y:.1f}h24"
        parts.append(element("path", class_=f"line m{look.colour} d{look.dash % 4}", d=mark))
        parts.append(marker(look, left + 24, y))
        text = fitted(line.name, width - left - NAME_LEFT)
        name = write(text, left + NAME_LEFT, y + 4, class_="name")
        parts.append(element("g", hover(line.name), name))
    return joined(*parts)


def _said(block: Curves) -> str:
    """The chart in a sentence a line."""
    told = []
    for line in block.lines:
        points = finite(line)
        if not points:
            told.append(f"{line.name}: no values.")
            continue
        first, last = points[0], points[-1]
        x_first, x_last = tick_texts((first.x, last.x))
        told.append(
            f"{line.name}: {score(first.y)} at {x_first}"
            + (f", {score(last.y)} at {x_last}." if len(points) > 1 else ".")
        )
    return f"{block.y_label} in percent over {block.x_label}. " + " ".join(told)
