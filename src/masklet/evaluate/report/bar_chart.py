"""Scores of single items as horizontal bars, or as points where there are many."""

import math
from collections.abc import Mapping
from typing import NamedTuple

from masklet.evaluate.report.axis import Axis, axis_around, ends_of, tick_texts
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
from masklet.evaluate.tasks.blocks import Bars

NARROW = 480
NAMES_WIDTH, NAME_ROW = 190, 17
AXIS_HEIGHT, VALUE_ROOM = 24, 42
THICK, THIN, GAP, BETWEEN = 13, 9, 3, 11
DOT_ROW = 21
MOST_BARS, MOST_GROUPS = 60, 3


class _Plan(NamedTuple):
    """Where things go.

    Attributes:
        names: room for names left of the bars, 0 where they stand above them.
        pitch: from one item to the next.
        bar: height of one bar; 0 where points are drawn instead.
        top: of the first item.
        axis: of scores, in pixels.
    """

    names: float
    pitch: float
    bar: float
    top: float
    axis: Axis


def bar_chart(block: Bars, looks: Mapping[str, Look], width: float) -> Drawing:
    """One row an item, in the order in which they first come; what a method lacks is left out."""
    items = item_names(block)
    groups = {name: {bar.name: bar.value for bar in bars} for name, bars in block.groups.items()}
    shown = [looks[name] for name in groups]
    key = legend(list(groups), shown, width) if len(groups) > 1 else legend([], [], width)
    plan = _plan(block, items, width, key.height)
    rows = [_row(plan, at, item, groups, looks) for at, item in enumerate(items)]
    height = plan.top + plan.pitch * len(items) + (AXIS_HEIGHT if len(items) > 15 else 0)
    body = joined(key.body, _grid(plan, len(items)), *rows)
    return Drawing(width, height, block.title, _said(block, items), body)


def item_names(block: Bars) -> list[str]:
    """Of all groups, each once."""
    return list(dict.fromkeys(bar.name for bars in block.groups.values() for bar in bars))


def _plan(block: Bars, items: list[str], width: float, top: float) -> _Plan:
    count = len(block.groups)
    dots = count > MOST_GROUPS or count * len(items) > max(MOST_BARS, len(items))
    bar = 0 if dots else THICK if count == 1 else THIN
    inner = DOT_ROW if dots else count * (bar + GAP) - GAP + (BETWEEN if count > 1 else 8)
    names = 0.0
    if width >= NARROW:
        names = min(NAMES_WIDTH, max((text_width(item) for item in items), default=0)) + 14
    values = [bar.value for bars in block.groups.values() for bar in bars]
    ends = ends_of([*values, 0, 1])
    assert ends is not None
    room = 12 if dots else VALUE_ROOM
    axis = axis_around(ends, names or 7, width - room, count=6 if names else 5)
    pitch = inner + (0 if names else NAME_ROW)
    return _Plan(names, pitch, bar, top + AXIS_HEIGHT, axis)


def _grid(plan: _Plan, count: int) -> Markup:
    """Ticks above, below too where that is far away, and lines between."""
    bottom = plan.top + plan.pitch * count
    parts = []
    texts = tick_texts(tuple(100 * tick for tick in plan.axis.ticks))
    for tick, text in zip(plan.axis.ticks, texts, strict=True):
        x = plan.axis.at(tick)
        line = f"M{x:.1f} {plan.top - 6:.1f}V{bottom:.1f}"
        parts.append(element("path", class_="grid", d=line))
        for y in (plan.top - 11, bottom + 16)[: 2 if count > 15 else 1]:
            parts.append(write(text, x, y, text_anchor="middle"))
    return joined(*parts)


def _row(
    plan: _Plan,
    at: int,
    item: str,
    groups: Mapping[str, Mapping[str, float]],
    looks: Mapping[str, Look],
) -> Markup:
    top = plan.top + plan.pitch * at
    if plan.names:
        inside = plan.pitch - (0 if plan.bar == 0 else 8 if len(groups) == 1 else BETWEEN)
        middle, text = top + inside / 2, fitted(item, plan.names - 12)
        name = write(text, plan.names - 10, middle + 4, text_anchor="end", class_="name")
    else:
        name = write(fitted(item, plan.axis.end - plan.axis.start), 5, top + 12, class_="name")
        top += NAME_ROW
    name = element("g", hover(item), name)
    if plan.bar == 0:
        middle = top + DOT_ROW / 2 - (0 if plan.names else 3)
        return joined(name, _points(plan, middle, item, groups, looks))
    tops = (top + number * (plan.bar + GAP) for number in range(len(groups)))
    bars = [
        _bar(plan, y, f"{method}, {item}", values[item], looks[method])
        for y, (method, values) in zip(tops, groups.items(), strict=True)
        if item in values
    ]
    return joined(name, *bars)


def _bar(plan: _Plan, y: float, label: str, value: float, look: Look) -> Markup:
    """From zero to the value, which is written at its end."""
    if not math.isfinite(value):
        return write("–", plan.axis.at(0) + 5, y + plan.bar / 2 + 3.5, class_="value")
    left, right = sorted((plan.axis.at(0), plan.axis.at(value)))
    bar = element(
        "rect",
        hover(f"{label}: {score(value)}"),
        class_=f"bar m{look.colour}",
        x=left,
        y=y,
        width=max(right - left, 1),
        height=plan.bar,
        rx=1.5,
    )
    return joined(bar, write(score(value), right + 5, y + plan.bar / 2 + 3.5, class_="value"))


def _points(
    plan: _Plan,
    y: float,
    item: str,
    groups: Mapping[str, Mapping[str, float]],
    looks: Mapping[str, Look],
) -> Markup:
    """A point a method on one line, joined by a stroke from the least to the greatest."""
    ends = ends_of(values[item] for values in groups.values() if item in values)
    if ends is None:
        return write("–", plan.axis.at(0) + 5, y + 4, class_="value")
    low, high = plan.axis.at(ends.low), plan.axis.at(ends.high)
    start, end = plan.axis.start, plan.axis.end
    rest = element("path", class_="grid", d=f"M{start:.1f} {y:.1f}H{end:.1f}")
    track = element("path", class_="track", d=f"M{low:.1f} {y:.1f}H{high:.1f}")
    points = [
        marker(looks[method], plan.axis.at(value), y, f"{method}, {item}: {score(value)}")
        for method, values in groups.items()
        if math.isfinite(value := values.get(item, math.nan))
    ]
    return joined(rest, track if high > low else EMPTY, *reversed(points))


def _said(block: Bars, items: list[str]) -> str:
    """The chart in a sentence a method."""
    told = []
    for name, bars in block.groups.items():
        scored = [bar for bar in bars if math.isfinite(bar.value)]
        if not scored:
            told.append(f"{name}: no scores.")
            continue
        low, high = min(scored, key=lambda bar: bar.value), max(scored, key=lambda bar: bar.value)
        told.append(
            f"{name}: from {score(low.value)} ({low.name}) to {score(high.value)} ({high.name})."
        )
    return f"Scores in percent of {len(items)} items. " + " ".join(told)
