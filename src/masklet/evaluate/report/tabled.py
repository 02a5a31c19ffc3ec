"""Tables made of other parts of a report: of its charts, and of the headline figures on top."""

import math
import re
from collections.abc import Mapping, Sequence

from masklet.evaluate.report.axis import tick_texts
from masklet.evaluate.report.bar_chart import item_names
from masklet.evaluate.report.cells import number, score
from masklet.evaluate.tasks.blocks import Bars, Cell, Curves, Section, Table

_QUANTITY = re.compile(r"(seconds|minutes|clicks|frames|objects|videos)\b", re.IGNORECASE)
SUMMARY = "Headline figures"


def bars_table(block: Bars) -> Table:
    """A row an item, a column a method."""
    columns = [{bar.name: bar.value for bar in bars} for bars in block.groups.values()]
    rows = tuple((item, *(column.get(item) for column in columns)) for item in item_names(block))
    return Table(block.title, ("", *block.groups), rows)


def curves_table(block: Curves) -> Table:
    """A row a place on the x axis, a column a line."""
    columns = [dict(zip(line.x, line.y, strict=True)) for line in block.lines]
    xs = tuple(sorted({x for column in columns for x in column if math.isfinite(x)}))
    rows = tuple(
        (text, *(column.get(x) for column in columns))
        for x, text in zip(xs, tick_texts(xs), strict=True)
    )
    return Table(block.title, (block.x_label, *(line.name for line in block.lines)), rows)


def leading(section: Section) -> str | None:
    """The name of a section's headline figure: the first one; None where there is none.

    A figure of a part alone, such as "gender: female", is no headline.
    """
    return next((name for one in section.figures.values() for name in one if ":" not in name), None)


def summary(sections: Sequence[Section], methods: Sequence[str]) -> Table:
    """A row a method, a column a section that has figures; cells are text already."""
    told = [section for section in sections if leading(section) is not None]
    named = dict.fromkeys([*methods, *(name for section in told for name in section.figures)])
    columns = [_column(section) for section in told]
    rows = [(method, *(column.get(method) for column in columns)) for method in named]
    kept = tuple(row for row in rows if any(cell is not None for cell in row[1:]))
    return Table(SUMMARY, ("method", *(leading(one) or "" for one in told)), kept)


def best(sections: Sequence[Section]) -> tuple[frozenset[str], ...]:
    """The methods that lead in each column of the summary; none where there is no contest.

    Only scores are compared, of which more is better: not seconds, clicks or other quantities.
    """
    found = []
    for section in sections:
        name = leading(section)
        if name is None:
            continue
        column = _column(section)
        top = max((_sortable(section, name, method) for method in column), default=math.nan)
        contest = len(column) > 1 and is_score(name) and math.isfinite(top)
        leads = {m for m in column if contest and column[m] == score(top)}
        found.append(frozenset(leads))
    return tuple(found)


def is_score(name: str) -> bool:
    """Whether a figure of this name is a part of 1 of which more is better."""
    return _QUANTITY.match(name) is None


def _column(section: Section) -> Mapping[str, Cell]:
    name = leading(section)
    return {
        method: score(figures[name]) if is_score(name) else number(figures[name], 1)
        for method, figures in section.figures.items()
        if name is not None and name in figures
    }


def _sortable(section: Section, name: str, method: str) -> float:
    value = section.figures[method][name]
    return value if math.isfinite(value) else -math.inf
