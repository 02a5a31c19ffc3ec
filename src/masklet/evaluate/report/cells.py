"""How the figures of a report read, on the page and in Markdown alike."""

import math
import re

from masklet.evaluate.tasks.blocks import Cell, Table

DASH = "–"
_FIGURE = re.compile(r"[-+−±<>~≤≥]?\s*\d[\d.,]*\b(?![-/_\w])")


def shown(cell: Cell, *, percent: bool) -> str:
    """A cell as text: scores in percent with one digit, or with three; a dash where nothing is."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return DASH
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return score(cell) if percent else number(cell, 3)
    return f"{cell:,}".replace("-", "−")


def score(value: float) -> str:
    """0.6543 as 65.4; a dash where there is none."""
    return number(100 * value, 1)


def number(value: float, digits: int) -> str:
    """With a real minus sign, none before zero, and a dash for what is no number."""
    if math.isnan(value):
        return DASH
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return text.replace("-", "−")


def figures_in(table: Table) -> tuple[bool, ...]:
    """Which columns hold figures, to be set flush right: those without any other text."""
    columns = [[row[at] for row in table.rows] for at in range(len(table.head))]
    return tuple(
        at > 0
        and any(cell is not None for cell in column)
        and all(_is_figure(cell) for cell in column)
        for at, column in enumerate(columns)
    )


def _is_figure(cell: Cell) -> bool:
    return not isinstance(cell, str) or cell in ("", "-", DASH) or bool(_FIGURE.match(cell))
