"""Effects as JSON: what the page sends is read exactly, or refused with a reason."""

from collections.abc import Mapping

import pytest

from masklet.draw.effects import EFFECTS, PRESETS, Effect, effect_of_json, is_transparent, usual
from masklet.errors import EffectError


def test_effects_survive_json() -> None:
    effects = [usual(entry.kind) for entry in EFFECTS]
    effects += [effect for preset in PRESETS for effect in preset.effects]
    effects.append(Effect("replace-background", picture="sea", objects=(1, "cat")))
    for effect in effects:
        assert effect_of_json(effect.as_json()) == effect
    assert effect_of_json({"kind": "overlay"}) == Effect("overlay")
    assert effect_of_json({"kind": "overlay", "strength": 1}).strength == 1.0


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({}, "'None' came; wanted one of overlay"),
        ({"kind": "overlay", "strenght": 1}, "the key 'strenght' came"),
        ({"kind": "overlay", "strength": "much"}, "strength 'much' came"),
        ({"kind": "overlay", "strength": True}, "strength True came"),
        ({"kind": "overlay", "colour": None}, "colour 'None' came; wanted #rrggbb"),
        ({"kind": "overlay", "picture": 3}, "picture 3 came"),
        ({"kind": "overlay", "objects": "12"}, "objects '12' came; wanted a list"),
        ({"kind": "overlay", "objects": [1, None]}, r"objects \[1, None\] came"),
    ],
)
def test_what_is_no_effect_is_refused(record: Mapping[str, object], said: str) -> None:
    with pytest.raises(EffectError, match=said):
        effect_of_json(record)


def test_only_cutting_out_needs_alpha() -> None:
    assert [entry.kind for entry in EFFECTS if is_transparent([usual(entry.kind)])] == ["cut-out"]
    assert is_transparent([usual("cut-out"), usual("outline")])
