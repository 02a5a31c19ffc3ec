"""Effects as the command line writes them: KIND, or KIND:KEY=VALUE,KEY=VALUE."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from masklet.errors import EffectError
from masklet.values import Picture

if TYPE_CHECKING:
    from masklet.draw.effects import Effect

KEYS = ("strength", "colour", "picture", "objects")


def read_effects(specs: Sequence[str]) -> "tuple[Effect, ...]":
    """The effects, in order.

    Raises:
        EffectError: there is none, or one cannot be read; the message quotes it.
    """
    if not specs:
        raise EffectError("nothing to draw: say what with --effect, such as blur-background")
    return tuple(read_effect(spec) for spec in specs)


def read_effect(spec: str) -> "Effect":
    """One effect; what is left out is as usual for its kind.

    Raises:
        EffectError: the message quotes it and says what was wanted.
    """
    from masklet.draw.effects import usual

    kind, _, rest = spec.partition(":")
    effect = usual(kind)
    for part in rest.split(",") if rest else ():
        key, is_given, value = part.partition("=")
        if not is_given or key not in KEYS:
            raise EffectError(f"--effect {spec}: {part!r} came; wanted {', '.join(KEYS)} and =")
        if key == "strength":
            effect = replace(effect, strength=_number(spec, value))
        elif key == "colour":
            effect = replace(effect, colour=value)
        elif key == "picture":
            effect = replace(effect, picture=value)
        else:
            effect = replace(effect, objects=tuple(value.split("+")))
    return effect


def read_pictures(effects: "Sequence[Effect]") -> dict[str, Picture]:
    """The picture files that effects name.

    Raises:
        EffectError: an effect that has no use for a picture names one.
        MediaError: one cannot be read.
    """
    from masklet.draw.effects.catalogue import described
    from masklet.media.pictures import read_picture

    pictures: dict[str, Picture] = {}
    for effect in effects:
        if effect.picture is None:
            continue
        if not described(effect.kind).picture:
            raise EffectError(f"--effect {effect.kind}: it has no use for a picture")
        pictures[effect.picture] = read_picture(Path(effect.picture).expanduser())
    return pictures


def _number(spec: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise EffectError(f"--effect {spec}: strength {text!r} came; wanted 0 to 1") from None
