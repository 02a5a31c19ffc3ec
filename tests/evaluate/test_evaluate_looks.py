"""A method keeps its colour through a report."""

from hypothesis import given
from hypothesis import strategies as st

from masklet.evaluate.report.looks import Look, looks_of
from masklet.evaluate.tasks.blocks import Bars, Block, Curves, Line, Section


def section(*blocks: Block) -> Section:
    return Section(name="a", title="A", text="", blocks=blocks)


def curves(*names: str) -> Curves:
    return Curves("", "", "", tuple(Line(name, (), ()) for name in names))


def test_methods_have_colours_in_their_order_and_others_the_next() -> None:
    parts = (section(curves("far", "near"), Bars("", {"nano": (), "extra": ()})),)
    looks = looks_of(["nano", "far"], parts)
    assert looks == {"nano": Look(0), "far": Look(1), "near": Look(2), "extra": Look(3)}


def test_variants_share_a_colour_and_differ_in_dash() -> None:
    names = ("nano, offline", "nano, online", "flow, offline", "flow, online")
    looks = looks_of(["nano", "flow", "nano two"], [section(curves(*names, "nano two"))])
    assert [looks[name] for name in names] == [Look(0, 0), Look(0, 1), Look(1, 0), Look(1, 1)]
    assert looks["nano two"] == Look(2)


def test_a_variant_beside_the_method_itself_is_dashed() -> None:
    looks = looks_of(["nano"], [section(curves("nano", "nano, online"))])
    assert looks == {"nano": Look(0, 0), "nano, online": Look(0, 1)}


@given(st.lists(st.text(min_size=1), max_size=30, unique=True))
def test_up_to_32_methods_look_different(names: list[str]) -> None:
    looks = looks_of(names, ())
    assert len(set(looks.values())) == len(names)
    assert all(look.colour < 8 and look.dash < 4 for look in looks.values())
