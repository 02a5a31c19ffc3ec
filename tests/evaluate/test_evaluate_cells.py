"""Figures of reports read as they should."""

import math

import pytest

from masklet.evaluate.report.cells import figures_in, shown
from masklet.evaluate.tasks.blocks import Cell, Table


@pytest.mark.parametrize(
    ("cell", "percent", "text"),
    [
        (0.6543, True, "65.4"),
        (1.0, True, "100.0"),
        (-0.0312, True, "−3.1"),
        (-0.0001, True, "0.0"),
        (4.5128, False, "4.513"),
        (None, True, "–"),
        (math.nan, True, "–"),
        (math.nan, False, "–"),
        (12345, True, "12,345"),
        (-2, False, "−2"),
        ("41.9", True, "41.9"),
        ("", True, ""),
    ],
)
def test_cells_read_as_scores_counts_or_words(cell: Cell, percent: bool, text: str) -> None:
    assert shown(cell, percent=percent) == text


def test_columns_of_figures_are_told_from_words() -> None:
    """The first column names the row, whatever it holds; an empty one holds no figures."""
    rows = (
        (1, 0.5, "41.9", "yes", None, "0.3 to 0.4", "3-clicks", "480p"),
        (2, None, "−3 ± 2", 0.5, None, "–", "1-click", "1"),
    )
    table = Table("", ("",) * 8, rows)
    assert figures_in(table) == (False, True, True, False, False, True, False, False)
