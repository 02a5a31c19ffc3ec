"""Every effect there is, with its title, its parameters and their defaults; and some presets."""

from dataclasses import dataclass
from typing import Literal

from masklet.draw.effects.effect import Effect, Kind
from masklet.errors import EffectError


@dataclass(frozen=True, kw_only=True)
class Slider:
    """What an effect's strength is called and where it starts; 0 to 1 in any case."""

    title: str
    default: float


@dataclass(frozen=True, kw_only=True)
class Described:
    """One kind of effect.

    Attributes:
        kind: its name in JSON and on the command line.
        title: for people.
        line: what it does, in one line.
        target: whether it changes the chosen objects or what is around them.
        strength: None where there is nothing to set.
        colour: the colour it starts with, None where it has none.
        picture: whether a picture can be given in place of the colour.
    """

    kind: Kind
    title: str
    line: str
    target: Literal["object", "background"]
    strength: Slider | None = None
    colour: str | None = None
    picture: bool = False


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A stack to begin with."""

    name: str
    title: str
    effects: tuple[Effect, ...]


EFFECTS: tuple[Described, ...] = (
    Described(
        kind="overlay",
        title="Tint",
        line="Lay a colour over the object.",
        target="object",
        strength=Slider(title="Opacity", default=0.5),
        colour="#2e86ff",
    ),
    Described(
        kind="outline",
        title="Outline",
        line="Draw a line around the object.",
        target="object",
        strength=Slider(title="Width", default=0.5),
        colour="#ffffff",
    ),
    Described(
        kind="spotlight",
        title="Spotlight",
        line="Darken everything else.",
        target="background",
        strength=Slider(title="Darkness", default=0.7),
    ),
    Described(
        kind="cut-out",
        title="Cut out",
        line="Keep the object, without a background.",
        target="background",
    ),
    Described(
        kind="blur-background",
        title="Blur background",
        line="Blur everything else, like a wide lens.",
        target="background",
        strength=Slider(title="Amount", default=0.5),
    ),
    Described(
        kind="desaturate-background",
        title="Grey background",
        line="Take the colour out of everything else.",
        target="background",
        strength=Slider(title="Amount", default=1.0),
    ),
    Described(
        kind="replace-background",
        title="New background",
        line="Put a colour or a picture behind the object.",
        target="background",
        colour="#1d6f5c",
        picture=True,
    ),
    Described(
        kind="pixelate-object",
        title="Pixelate",
        line="Hide the object behind large pixels.",
        target="object",
        strength=Slider(title="Coarseness", default=0.3),
    ),
    Described(
        kind="blur-object",
        title="Blur object",
        line="Hide the object in a blur, for good.",
        target="object",
        strength=Slider(title="Amount", default=0.5),
    ),
    Described(
        kind="trails",
        title="Trail",
        line="Let the object leave a fading trail.",
        target="object",
        strength=Slider(title="Length", default=0.5),
        colour="#ff8a18",
    ),
    Described(
        kind="erase",
        title="Erase",
        line="Cover the object with one colour.",
        target="object",
        strength=Slider(title="Margin", default=0.25),
        colour="#808080",
    ),
    Described(
        kind="fill-in",
        title="Fill in",
        line="Cover the object with what is around it.",
        target="object",
        strength=Slider(title="Margin", default=0.5),
    ),
)


def described(kind: str) -> Described:
    """The catalogue's entry. Raises EffectError where there is none."""
    for entry in EFFECTS:
        if entry.kind == kind:
            return entry
    kinds = ", ".join(entry.kind for entry in EFFECTS)
    raise EffectError(f"effect: {kind!r} came; wanted one of {kinds}")


def usual(kind: str) -> Effect:
    """An effect with the catalogue's defaults. Raises EffectError where there is no such kind."""
    entry = described(kind)
    return Effect(
        kind,
        strength=0.5 if entry.strength is None else entry.strength.default,
        colour=entry.colour or "#000000",
    )


PRESETS: tuple[Preset, ...] = (
    Preset(name="spotlight", title="Spotlight", effects=(usual("spotlight"),)),
    Preset(name="portrait", title="Portrait", effects=(usual("blur-background"),)),
    Preset(
        name="colour-pop",
        title="Colour pop",
        effects=(usual("desaturate-background"), Effect("outline", strength=0.3, colour="#ffffff")),
    ),
    Preset(
        name="sticker",
        title="Sticker",
        effects=(usual("cut-out"), Effect("outline", strength=0.8, colour="#ffffff")),
    ),
    Preset(
        name="highlight",
        title="Highlight",
        effects=(
            Effect("overlay", strength=0.4, colour="#2e86ff"),
            Effect("outline", strength=0.35, colour="#9cc7ff"),
        ),
    ),
    Preset(name="hide", title="Hide", effects=(usual("blur-object"),)),
    Preset(name="comet", title="Comet", effects=(usual("trails"),)),
    Preset(name="vanish", title="Vanish", effects=(usual("fill-in"),)),
)
