"""One effect as a person chose it: what is done, how strongly, with what, and to which objects."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Literal, get_args

from masklet.errors import EffectError
from masklet.masks.palette import Colour
from masklet.values import ObjectId

Kind = Literal[
    "overlay",
    "outline",
    "spotlight",
    "cut-out",
    "blur-background",
    "desaturate-background",
    "replace-background",
    "pixelate-object",
    "blur-object",
    "trails",
    "erase",
    "fill-in",
]
KINDS: tuple[str, ...] = get_args(Kind)
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_KEYS = frozenset({"kind", "strength", "colour", "picture", "objects"})


@dataclass(frozen=True)
class Effect:
    """One effect of a stack; what a kind has no use for is ignored.

    Attributes:
        kind: one of ``KINDS``.
        strength: 0 to 1; what it means, the catalogue says.
        colour: such as ``#2e86ff``.
        picture: name of a picture that the scene holds; None is the colour.
        objects: ids of the objects that it is about, None for all of them. Ids are compared as
            text, so that 1 and "1" are the same.

    Raises:
        EffectError: a value that cannot be used.
    """

    kind: str
    _: KW_ONLY
    strength: float = 0.5
    colour: str = "#000000"
    picture: str | None = None
    objects: tuple[ObjectId, ...] | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise EffectError(f"effect: {self.kind!r} came; wanted one of {', '.join(KINDS)}")
        if not (math.isfinite(self.strength) and 0 <= self.strength <= 1):
            raise EffectError(f"{self.kind}: strength {self.strength} came; wanted 0 to 1")
        if not _COLOUR.fullmatch(self.colour):
            raise EffectError(f"{self.kind}: colour {self.colour!r} came; wanted #rrggbb")

    @property
    def rgb(self) -> Colour:
        """The colour's red, green and blue, 0 to 255."""
        red, green, blue = bytes.fromhex(self.colour[1:])
        return (red, green, blue)

    def is_about(self, key: ObjectId) -> bool:
        """Whether it is done to this object."""
        return self.objects is None or str(key) in {str(chosen) for chosen in self.objects}

    def as_json(self) -> dict[str, object]:
        """The effect as the page and files hold it."""
        objects = None if self.objects is None else list(self.objects)
        return {
            "kind": self.kind,
            "strength": self.strength,
            "colour": self.colour,
            "picture": self.picture,
            "objects": objects,
        }


def is_transparent(effects: Iterable[Effect]) -> bool:
    """Whether what these effects draw has an alpha channel."""
    return any(effect.kind == "cut-out" for effect in effects)


def effect_of_json(record: Mapping[str, object]) -> Effect:
    """An effect from JSON; what is left out is as ``Effect`` has it.

    Raises:
        EffectError: a key or value that cannot be used.
    """
    unknown = sorted(set(record) - _KEYS)
    if unknown:
        raise EffectError(f"effect: the key {unknown[0]!r} came; wanted some of {sorted(_KEYS)}")
    strength, picture = record.get("strength", 0.5), record.get("picture")
    if isinstance(strength, bool) or not isinstance(strength, int | float):
        raise EffectError(f"effect: strength {strength!r} came; wanted a number from 0 to 1")
    if not (picture is None or isinstance(picture, str)):
        raise EffectError(f"effect: picture {picture!r} came; wanted a name")
    return Effect(
        str(record.get("kind")),
        strength=float(strength),
        colour=str(record.get("colour", "#000000")),
        picture=picture,
        objects=_objects_of(record.get("objects")),
    )


def _objects_of(value: object) -> tuple[ObjectId, ...] | None:
    if value is None:
        return None
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise EffectError(f"effect: objects {value!r} came; wanted a list of ids")
    ids = tuple(value)
    if not all(isinstance(key, int | str) and not isinstance(key, bool) for key in ids):
        raise EffectError(f"effect: objects {list(ids)!r} came; wanted numbers or names")
    return ids
