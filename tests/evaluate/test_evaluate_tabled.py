"""Charts as tables, and the headline figures on top of a report."""

import math
from collections.abc import Mapping

import pytest

from masklet.evaluate.report.tabled import (
    bars_table,
    best,
    curves_table,
    is_score,
    leading,
    summary,
)
from masklet.evaluate.tasks.blocks import Bar, Bars, Curves, Line, Section


def section(title: str, **figures: Mapping[str, float]) -> Section:
    """A section of which only figures matter; keywords are methods."""
    return Section(name=title, title=title, text="", blocks=(), figures=figures)


def test_bars_and_curves_as_tables() -> None:
    """What a method lacks is None; x of all lines, in order."""
    bars = Bars("B", {"a": (Bar("x", 0.1), Bar("y", 0.2)), "b": (Bar("z", 0.3), Bar("x", 0.4))})
    assert bars_table(bars).head == ("", "a", "b")
    assert bars_table(bars).rows == (("x", 0.1, 0.4), ("y", 0.2, None), ("z", None, 0.3))
    curves = Curves("C", "clicks", "IoU", (Line("a", (3, 1), (0.3, 0.1)), Line("b", (2,), (0.2,))))
    assert curves_table(curves).head == ("clicks", "a", "b")
    assert curves_table(curves).rows == (("1", 0.1, None), ("2", None, 0.2), ("3", 0.3, None))


def test_the_first_figure_of_a_section_is_its_headline() -> None:
    parts = (
        section("video", nano={"J&F": 0.6543, "J": 1.0}, flow={"J&F": 0.2, "J": 0.1}),
        section("groups", nano={"gender: female": 0.7}),
        section("effort", flow={"seconds a frame": 37.84}),
    )
    assert [leading(part) for part in parts] == ["J&F", None, "seconds a frame"]
    table = summary(parts, ["copy", "flow"])
    assert table.head == ("method", "J&F", "seconds a frame")
    assert table.rows == (("flow", "20.0", "37.8"), ("nano", "65.4", None))


def test_the_best_is_told_of_scores_and_where_there_is_a_contest() -> None:
    """Equal as they are printed is equal; what is no number never leads."""
    lost = math.nan
    parts = (
        section("a", x={"J&F": 0.50004}, y={"J&F": 0.50001}, z={"J&F": lost}),
        section("b", x={"seconds a frame": 1.0}, y={"seconds a frame": 2.0}),
        section("c", x={"J&F": 0.5}),
        section("d", x={"J&F": lost}, y={"J&F": lost}),
        section("e"),
    )
    assert best(parts) == ({"x", "y"}, frozenset(), frozenset(), frozenset())


@pytest.mark.parametrize("name", ["J&F", "IoU 1", "AUC-J&F", "J&F at 60 s", "1-click"])
def test_scores_are_told_from_quantities(name: str) -> None:
    assert is_score(name)
    for other in ("seconds a frame", "clicks a clicked frame, masks", "frames a second"):
        assert not is_score(other)
