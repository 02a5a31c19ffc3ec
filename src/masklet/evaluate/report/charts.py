"""The charts of a report: a block of scores as an SVG drawing."""

from collections.abc import Mapping

from masklet.evaluate.report.bar_chart import bar_chart
from masklet.evaluate.report.curve_chart import curve_chart, finite
from masklet.evaluate.report.drawing import Drawing, inline, standalone
from masklet.evaluate.report.looks import Look
from masklet.evaluate.tasks.blocks import Bars, Curves

WIDE, NARROW = 830.0, 340.0

__all__ = ["NARROW", "WIDE", "chart", "has_values", "inline", "standalone"]


def has_values(block: Bars | Curves) -> bool:
    """Whether there is anything to draw."""
    if isinstance(block, Bars):
        return any(block.groups.values())
    return any(finite(line) for line in block.lines)


def chart(block: Bars | Curves, looks: Mapping[str, Look], width: float = WIDE) -> Drawing:
    """A drawing ``width`` pixels wide; below 480 names stand above, not beside.

    Args:
        block: with values.
        looks: of every method and line in it.
        width: in pixels.
    """
    if isinstance(block, Bars):
        return bar_chart(block, looks, width)
    return curve_chart(block, looks, width)
