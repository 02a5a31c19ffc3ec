"""The catalogue of effects, from which the page draws its panel and its preview."""

from dataclasses import asdict
from typing import Literal

from fastapi import APIRouter

from masklet.draw.effects.catalogue import EFFECTS, PRESETS
from masklet.draw.effects.measures import MEASURES
from masklet.studio.web.access import refusals
from masklet.studio.wire.views import View

router = APIRouter(prefix="/api", tags=["effects"], responses=refusals())


class SliderView(View):
    """What an effect's strength is called, and where it starts."""

    title: str
    default: float


class EffectKindView(View):
    """One kind of effect; what it has no use for is None or False."""

    kind: str
    title: str
    line: str
    target: Literal["object", "background"]
    strength: SliderView | None
    colour: str | None
    picture: bool


class EffectView(View):
    """An effect of a preset."""

    kind: str
    strength: float
    colour: str
    picture: None
    objects: None


class PresetView(View):
    """A stack to begin with."""

    name: str
    title: str
    effects: tuple[EffectView, ...]


class MeasuresView(View):
    """How far effects reach; ``masklet.draw.effects.measures`` says what each number is."""

    outline: float
    blur: float
    erase_margin: float
    fill_grid: int
    fill_trust: float
    cells_most: float
    cells_least: float
    cell_smallest: float
    hide_margin: float
    hide_margin_least: float
    hide_margin_most: float
    trail_frames: int
    trail_opacity: float
    trail_blur: float


class EffectsView(View):
    """Everything there is to know of effects."""

    effects: tuple[EffectKindView, ...]
    presets: tuple[PresetView, ...]
    measures: MeasuresView


@router.get("/effects")
def effects() -> EffectsView:
    """Every kind of effect, presets, and the measures that they are drawn by."""
    return effects_view()


def effects_view() -> EffectsView:
    """The catalogue as JSON."""
    presets = [
        {
            "name": preset.name,
            "title": preset.title,
            "effects": [effect.as_json() for effect in preset.effects],
        }
        for preset in PRESETS
    ]
    return EffectsView.model_validate(
        {
            "effects": [asdict(entry) for entry in EFFECTS],
            "presets": presets,
            "measures": asdict(MEASURES),
        }
    )
