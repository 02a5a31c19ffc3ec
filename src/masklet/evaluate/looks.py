"""Which colour, marker and dash a name has, the same in all charts of one report."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from masklet.evaluate.blocks import Bars, Curves, Section

COLOURS = 8


class Look(NamedTuple):
    """How a method is drawn.

    Attributes:
        colour: class ``m0`` .. ``m7`` of the style sheet, and the shape of its markers.
        dash: 0 for a whole line; variants of one method share its colour and differ in this.
    """

    colour: int
    dash: int = 0


def looks_of(methods: Iterable[str], sections: Iterable[Section]) -> Mapping[str, Look]:
    """One look for each method and for each line of a chart.

    A line that is named after a method and more ("nano, online") is a variant of it; any other
    name gets the next colour, in the order in which names are met.
    """
    looks = {name: Look(at % COLOURS) for at, name in enumerate(dict.fromkeys(methods))}
    bases, variants = list(looks), dict[str, int]()
    for name in _drawn(sections):
        if name in looks:
            continue
        base = _base(name, bases)
        if base is None:
            bases.append(name)
            looks[name] = Look((len(bases) - 1) % COLOURS)
        else:
            rest = name.removeprefix(base)
            looks[name] = Look(looks[base].colour, variants.setdefault(rest, len(variants)))
    return looks


def _drawn(sections: Iterable[Section]) -> Iterable[str]:
    """Names of all lines and groups of bars, in the order of the report."""
    for section in sections:
        for block in section.blocks:
            if isinstance(block, Bars):
                yield from block.groups
            elif isinstance(block, Curves):
                yield from (line.name for line in block.lines)


def _base(name: str, methods: Iterable[str]) -> str | None:
    """The longest name of a method that ``name`` begins with as a word."""
    fits = [one for one in methods if one and name.startswith((f"{one},", f"{one} ", f"{one}:"))]
    return max(fits, key=len, default=None)
