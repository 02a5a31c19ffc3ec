"""Effects on pictures with masks: one catalogue, and a stack of them drawn at full quality."""

from masklet.draw.effects.catalogue import EFFECTS, PRESETS, usual
from masklet.draw.effects.effect import Effect, effect_of_json, is_transparent
from masklet.draw.effects.scene import Scene, Seen
from masklet.draw.effects.stack import apply

__all__ = [
    "EFFECTS",
    "PRESETS",
    "Effect",
    "Scene",
    "Seen",
    "apply",
    "effect_of_json",
    "is_transparent",
    "usual",
]
