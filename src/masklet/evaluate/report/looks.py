"""Which colour, marker and dash a name has, the same in all charts of one report."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from masklet.evaluate.tasks.blocks import Bars, Curves, Section

COLOURS = 8


class Look(NamedTuple):
    """How a method is drawn.

    Attributes:
        colour: class ``m0`` .. ``m7`` of the style sheet.
        dash: 0 for a whole line; variants of one method share its colour and differ in this, and
            so do methods beyond the eighth. The shape of markers follows from both.
    """

    colour: int
    dash: int = 0


def looks_of(methods: Iterable[str], sections: Iterable[Section]) -> Mapping[str, Look]:
    """One look for each method and for each line of a chart.

    A line that is named after a method and more ("nano, online") is a variant of it; any other
    name gets the next colour, in the order in which names are met.
    """
    bases = list(dict.fromkeys(methods))
    looks = {name: _look(at) for at, name in enumerate(bases)}
    charts = list(_charts(sections))
    mixed = any(_base(name, names) is not None for names in charts for name in names)
    variants: dict[str, int] = {}
    for name in (name for names in charts for name in names):
        if name in looks:
            continue
        base = _base(name, bases)
        if base is None:
            looks[name] = _look(len(bases))
            bases.append(name)
        else:
            number = variants.setdefault(name.removeprefix(base), len(variants) + mixed)
            looks[name] = Look(looks[base].colour, number)
    return looks


def _look(at: int) -> Look:
    """Of the method met as number ``at``."""
    return Look(at % COLOURS, at // COLOURS)


def _charts(sections: Iterable[Section]) -> Iterable[tuple[str, ...]]:
    """Names of the lines or groups of bars of each chart, in the order of the report."""
    for section in sections:
        for block in section.blocks:
            if isinstance(block, Bars):
                yield tuple(block.groups)
            elif isinstance(block, Curves):
                yield tuple(line.name for line in block.lines)


def _base(name: str, methods: Iterable[str]) -> str | None:
    """The longest name of a method that ``name`` begins with as a word."""
    fits = [one for one in methods if one and name.startswith((f"{one},", f"{one} ", f"{one}:"))]
    return max(fits, key=len, default=None)
