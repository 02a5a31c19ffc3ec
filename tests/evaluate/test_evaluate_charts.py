"""Charts are well-formed SVG that shows every value where it belongs."""

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masklet.evaluate.report.charts import NARROW, WIDE, chart, has_values, inline, standalone
from masklet.evaluate.report.drawing import fitted, text_width
from masklet.evaluate.report.looks import looks_of
from masklet.evaluate.tasks.blocks import Bar, Bars, Curves, Line, Section

SVG = "{http://www.w3.org/2000/svg}"


def drawn(block: Bars | Curves, width: float = WIDE) -> ET.Element:
    """The chart as a page holds it, read as XML."""
    looks = looks_of([], [Section(name="", title="", text="", blocks=(block,))])
    return ET.fromstring(inline(chart(block, looks, width), "k"))


def texts(svg: ET.Element) -> list[str]:
    return [text.text or "" for text in svg.iter(f"{SVG}text")]


def rects(svg: ET.Element) -> list[ET.Element]:
    return list(svg.iter(f"{SVG}rect"))


def bars_of(count: int, *methods: str) -> Bars:
    """Item n of every method has n percent."""
    return Bars("T", {m: tuple(Bar(f"v{n}", n / 100) for n in range(count)) for m in methods})


def boxes(svg: ET.Element) -> Iterator[tuple[float, float, float, float]]:
    """About where words stand: left, top, right, bottom."""
    for text in svg.iter(f"{SVG}text"):
        x, y = float(text.get("x", "")), float(text.get("y", ""))
        size = 10.5 if text.get("class") == "value" else 12
        wide = text_width(text.text or "", size)
        left = x - wide * {"middle": 0.5, "end": 1}.get(text.get("text-anchor", ""), 0)
        yield left, y - 0.72 * size, left + wide, y + 0.1 * size


def test_a_bar_is_as_long_as_its_value() -> None:
    """Of two methods: 0.5 is half as long as 1.0; values are written at the ends."""
    block = Bars("T", {"a": (Bar("x", 1.0),), "b": (Bar("x", 0.5), Bar("y", 0.25))})
    svg = drawn(block)
    lengths = [float(rect.get("width", "")) for rect in rects(svg)]
    assert lengths[1] / lengths[0] == pytest.approx(0.5, abs=1e-4)
    assert lengths[2] / lengths[0] == pytest.approx(0.25, abs=1e-4)
    assert [text for text in texts(svg) if "." in text] == ["100.0", "50.0", "25.0"]
    assert {"a", "b", "x", "y"} <= set(texts(svg))
    assert [rect.get("class") for rect in rects(svg)] == ["bar m0", "bar m1", "bar m1"]


def test_many_bars_become_points() -> None:
    """Forty items of two methods are a point each, and two more are in the legend."""
    svg = drawn(bars_of(40, "a", "b"))
    assert not rects(svg)
    marks = [mark for mark in svg.iter() if (mark.get("class") or "").startswith("mark")]
    assert len(marks) == 2 * 40 + 2
    (title,) = [mark.find(f"{SVG}title") for mark in marks[-1:]]
    assert title is not None
    assert title.text == "a, v39: 39.0"
    assert len(rects(drawn(bars_of(40, "a")))) == 40


def test_a_score_that_is_no_number_is_a_dash() -> None:
    svg = drawn(Bars("T", {"a": (Bar("x", math.nan), Bar("y", 0.5))}))
    assert len(rects(svg)) == 1
    assert "–" in texts(svg)
    lost = {name: (Bar("x", math.nan),) for name in "abcd"}
    assert "–" in texts(drawn(Bars("T", lost)))


def test_negative_values_lie_left_of_zero() -> None:
    svg = drawn(Bars("T", {"a": (Bar("x", -0.2), Bar("y", 0.2))}))
    low, high = rects(svg)
    assert float(low.get("x", "")) + float(low.get("width", "")) == pytest.approx(
        float(high.get("x", "")), abs=0.02
    )


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize(
    "block",
    [
        bars_of(1, "a"),
        bars_of(12, "a", "b", "c"),
        bars_of(40, "a"),
        bars_of(40, "a", "b", "a method with a name that goes on for very long, at 1024 pixels"),
        Bars("T", {"m": (Bar("a-very-long-name-of-a-video-" * 4, 0.5), Bar("b", 1.0))}),
        Curves("T", "clicks", "J&F", (Line("only", (1.0,), (0.5,)),)),
        Curves(
            "T",
            "seconds",
            "J&F",
            tuple(
                Line(f"method {n}, quite long a name", tuple(range(3, 200, 7)), (0.5,) * 29)
                for n in range(9)
            ),
        ),
        Curves("T", "n", "IoU", tuple(Line(f"m{n}", (1, 8), (n / 20, n / 20)) for n in range(20))),
    ],
)
def test_words_lie_inside_and_apart(block: Bars | Curves, width: float) -> None:
    svg = drawn(block, width)
    found = list(boxes(svg))
    high = float(svg.get("height", ""))
    for left, top, right, bottom in found:
        assert left >= -0.5
        assert right <= width + 0.5
        assert top >= -0.5
        assert bottom <= high + 0.5
    for one, other in combinations(found, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one, other)


def test_a_line_goes_up_where_its_values_do_and_breaks_at_gaps() -> None:
    """Three values, a gap, two more: two strokes, five points, the last one highest."""
    line = Line("a", (1, 2, 3, 4, 5, 6), (0.1, 0.2, 0.3, math.nan, 0.5, 0.6))
    svg = drawn(Curves("T", "clicks", "J&F", (line,)), NARROW)
    (path,) = (p for p in svg.iter(f"{SVG}path") if p.get("d", "").count("M") == 2)
    strokes = path.get("d", "").split("M")[1:]
    assert [stroke.count("L") for stroke in strokes] == [2, 1]
    heights = [float(y) for y in re.findall(r"[\d.]+ ([\d.]+)", path.get("d", ""))]
    assert heights == sorted(heights, reverse=True)
    circles = [c for c in svg.iter(f"{SVG}circle") if c.find(f"{SVG}title") is not None]
    assert len(circles) == 5
    assert circles[0].findtext(f"{SVG}title") == "a: 10.0 (clicks 1)"
    assert {"clicks", "J&F", "1", "6"} <= set(texts(svg))


def test_charts_say_in_words_what_they_show() -> None:
    said = drawn(bars_of(3, "a")).findtext(f"{SVG}desc")
    assert said == "Scores in percent of 3 items. a: from 0.0 (v0) to 2.0 (v2)."
    lines = (Line("b", (1, 8), (0.5, 0.75)), Line("c", (1,), (math.nan,)))
    svg = drawn(Curves("T", "clicks", "J&F", lines))
    assert svg.findtext(f"{SVG}desc") == (
        "J&F in percent over clicks. b: 50.0 at 1, 75.0 at 8. c: no values."
    )
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "k-t k-d"


def test_what_holds_nothing_says_so() -> None:
    assert not has_values(Bars("T", {}))
    assert not has_values(Bars("T", {"a": ()}))
    assert not has_values(Curves("T", "x", "y", ()))
    assert not has_values(Curves("T", "x", "y", (Line("a", (1.0,), (math.nan,)),)))
    assert has_values(bars_of(1, "a"))


def test_a_file_of_its_own_needs_nothing_else() -> None:
    block = bars_of(2, "a <b> & \x00")
    looks = looks_of([], [Section(name="", title="", text="", blocks=(block,))])
    svg = ET.fromstring(standalone(chart(block, looks)))
    assert "prefers-color-scheme: dark" in (svg.findtext(f"{SVG}style") or "")
    assert "T" in texts(svg)


def test_long_names_keep_their_beginning_and_their_end() -> None:
    name = "a-very-long-name-of-a-video-of-number-17"
    short = fitted(name, 120)
    assert short.startswith("a-very")
    assert short.endswith("17")
    assert "…" in short
    assert text_width(short) <= 120
    assert fitted("short", 120) == "short"


scores = st.floats(-1, 2) | st.just(math.nan)


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.text(max_size=20),
        st.lists(st.tuples(st.text(max_size=20), scores), max_size=8),
        max_size=5,
    )
)
def test_any_bars_are_well_formed(groups: dict[str, list[tuple[str, float]]]) -> None:
    block = Bars("T", {name: tuple(Bar(*one) for one in rows) for name, rows in groups.items()})
    for width in (WIDE, NARROW):
        svg = drawn(block, width)
        places = [value for mark in svg.iter() for key in "xy" if (value := mark.get(key))]
        assert all(math.isfinite(float(place)) for place in places)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(max_size=20), st.lists(st.tuples(st.floats(0, 1e5), scores), max_size=30)
        ),
        min_size=1,
        max_size=6,
        unique_by=lambda line: line[0],
    )
)
def test_any_curves_are_well_formed(lines: list[tuple[str, list[tuple[float, float]]]]) -> None:
    made = tuple(
        Line(name, tuple(x for x, _ in points), tuple(y for _, y in points))
        for name, points in lines
    )
    for width in (WIDE, NARROW):
        for element in drawn(Curves("T", "x", "y", made), width).iter(f"{SVG}path"):
            assert "nan" not in element.get("d", "")
