"""Effects change what they say and nothing else, on pictures of any size."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masklet.draw.effects import EFFECTS, PRESETS, Effect, Scene, Seen, apply, usual
from masklet.draw.effects.effect import KINDS
from masklet.draw.effects.measures import MEASURES
from masklet.errors import EffectError

BACKGROUND = [entry.kind for entry in EFFECTS if entry.target == "background"]
OBJECT = [entry.kind for entry in EFFECTS if entry.target == "object"]
STILL = ["overlay", "outline", "spotlight", "blur-background", "desaturate-background", "trails"]
SCENE = Scene(objects=(1, "two"))


def noise(height: int, width: int) -> np.ndarray:
    """A picture without two equal neighbours, as good as."""
    return np.random.default_rng(height * width).integers(0, 256, (height, width, 3), np.uint8)


def two_boxes(height: int = 96, width: int = 128) -> np.ndarray:
    """Masks of two objects, the second on the right."""
    masks = np.zeros((2, height, width), bool)
    masks[0, height // 4 : height // 2, width // 8 : width // 3] = True
    masks[1, height // 3 : height // 2, width * 2 // 3 : width * 5 // 6] = True
    return masks


def drawn(effect: Effect, masks: np.ndarray, scene: Scene = SCENE) -> np.ndarray:
    """The effect alone on noise."""
    return apply([effect], noise(*masks.shape[1:]), masks, scene=scene)


def union(masks: np.ndarray) -> np.ndarray:
    """Where any object is."""
    return np.logical_or.reduce(masks, axis=0)


def distance_from(mask: np.ndarray) -> np.ndarray:
    """Chessboard distance of every pixel from a mask, by growing it pixel by pixel."""
    away = np.where(mask, 0, -1)
    for step in range(1, max(mask.shape)):
        grown = np.pad(away >= 0, 1)
        near = np.zeros_like(mask)
        for down in (0, 1, 2):
            for right in (0, 1, 2):
                near |= grown[down : down + mask.shape[0], right : right + mask.shape[1]]
        away[near & (away < 0)] = step
    return away


def test_the_catalogue_has_every_kind_once() -> None:
    assert [entry.kind for entry in EFFECTS] == list(KINDS)
    names = {name for preset in PRESETS for name in (preset.name,)}
    assert len(names) == len(PRESETS)


@pytest.mark.parametrize("kind", BACKGROUND)
def test_effects_on_the_background_keep_the_object(kind: str) -> None:
    masks = two_boxes()
    out = drawn(usual(kind), masks)
    inside = distance_from(~union(masks)) >= 2
    assert inside.any()
    np.testing.assert_array_equal(out[inside][:, :3], noise(96, 128)[inside])
    outside = distance_from(union(masks)) >= 2
    assert (out[outside][:, :3] != noise(96, 128)[outside]).mean() > 0.5


@pytest.mark.parametrize("kind", OBJECT)
def test_effects_on_objects_keep_what_is_far(kind: str) -> None:
    """The margin, half a cell more where whole cells are covered, is all that they may touch."""
    masks = two_boxes()
    before = {9: Seen((1, "two"), masks)}
    out = drawn(
        usual(kind),
        np.roll(masks, 4, 2),
        Scene(objects=SCENE.objects, index=10, earlier=before.get),
    )
    assert out.shape == (96, 128, 3)
    reach = 20 if kind == "pixelate-object" else 8
    far = distance_from(union(masks | np.roll(masks, 4, 2))) > reach
    assert far.any()
    np.testing.assert_array_equal(out[far], noise(96, 128)[far])
    assert (out != noise(96, 128)).any()


@pytest.mark.parametrize("kind", STILL)
def test_no_strength_changes_nothing(kind: str) -> None:
    masks = two_boxes()
    seen = {9: Seen((1, "two"), masks)}
    scene = Scene(objects=SCENE.objects, index=10, earlier=seen.get)
    out = drawn(Effect(kind, strength=0.0, colour="#ff0000"), np.roll(masks, 9, 2), scene)
    np.testing.assert_array_equal(out, noise(96, 128))


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_chosen_object_is_meant(kind: str) -> None:
    """With one object chosen, the result is that of a scene that has only this object."""
    masks = two_boxes()
    entry = usual(kind)
    chosen = Effect(kind, strength=entry.strength, colour=entry.colour, objects=("1",))
    alone = np.stack([masks[0], np.zeros_like(masks[0])])
    np.testing.assert_array_equal(drawn(chosen, masks), drawn(entry, alone))
    nobody = Effect(kind, strength=entry.strength, colour=entry.colour, objects=())
    np.testing.assert_array_equal(drawn(nobody, masks), drawn(entry, np.zeros_like(masks)))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None)
@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    strength=st.sampled_from([0.0, 0.3, 1.0]),
    seed=st.integers(0, 2**16),
)
def test_every_size_and_mask_is_drawn(
    kind: str, height: int, width: int, strength: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    masks = rng.random((2, height, width)) < rng.choice([0.0, 0.02, 0.5, 1.0], (2, 1, 1))
    picture = rng.integers(0, 256, (height, width, 3), np.uint8)
    kept = picture.copy()
    seen = Seen((1, "two"), masks[:, ::-1].copy())
    scene = Scene(objects=(1, "two"), index=3, earlier=lambda index: seen if index else None)
    out = apply([Effect(kind, strength=strength)], picture, masks, scene=scene)
    assert out.dtype == np.uint8
    assert out.shape == (height, width, 4 if kind == "cut-out" else 3)
    np.testing.assert_array_equal(picture, kept)


@pytest.mark.parametrize("kind", OBJECT)
def test_an_absent_object_changes_nothing(kind: str) -> None:
    out = drawn(usual(kind), np.zeros((2, 30, 50), bool))
    np.testing.assert_array_equal(out, noise(30, 50))


def test_edges_are_soft_by_a_pixel_and_the_frame_cuts_hard() -> None:
    masks = np.zeros((2, 20, 30), bool)
    masks[0, :, :10] = True
    out = apply([Effect("cut-out")], noise(20, 30), masks, scene=SCENE)
    np.testing.assert_array_equal(out[:, :, 3], np.tile([255] * 9 + [191, 64] + [0] * 19, (20, 1)))


def test_an_outline_is_as_wide_as_it_says_at_every_size() -> None:
    for height in (96, 480):
        masks = np.zeros((2, height, height), bool)
        masks[0, :, : height // 2] = True
        picture = np.zeros((height, height, 3), np.uint8)
        effect = Effect("outline", strength=1.0, colour="#ffffff")
        out = apply([effect], picture, masks, scene=SCENE)
        width = out[height // 2, :, 0].astype(float).sum() / 255
        assert width == pytest.approx(MEASURES.outline * height, abs=0.6)


def test_blur_does_not_let_the_object_shine_out() -> None:
    """A white object on black leaves black about it, where a plain blur leaves grey."""
    masks = np.zeros((2, 120, 160), bool)
    masks[0, 40:80, 60:100] = True
    picture = np.zeros((120, 160, 3), np.uint8)
    picture[masks[0]] = 255
    out = apply([Effect("blur-background", strength=1.0)], picture, masks, scene=SCENE)
    assert out[distance_from(masks[0]) > 1].max() == 0
    assert (out[60, 80] == 255).all()


def test_stacks_are_drawn_in_order_and_paint_shows_on_what_was_cut_out() -> None:
    masks = two_boxes(480, 640)
    cut_first = [Effect("cut-out"), Effect("outline", strength=1.0, colour="#ff0000")]
    picture = noise(480, 640)
    out = apply(cut_first, picture, masks, scene=SCENE)
    reverse = apply(cut_first[::-1], picture, masks, scene=SCENE)
    line = (out[..., :3] == (255, 0, 0)).all(axis=2) & (out[..., 3] == 255)
    assert line.sum() > 100
    assert (reverse[line][:, 3] < 255).all()
    behind = apply(
        [Effect("cut-out"), Effect("replace-background", colour="#00ff00")],
        picture,
        masks,
        scene=SCENE,
    )
    assert (behind[..., 3] >= 251).all()
    assert (behind[0, 0] == (0, 255, 0, 255)).all()


def test_a_picture_is_put_behind_whatever_its_size() -> None:
    masks = two_boxes()
    for height, width in ((96, 128), (10, 300), (400, 20), (500, 700)):
        ground = np.full((height, width, 3), 77, np.uint8)
        scene = Scene(objects=SCENE.objects, pictures={"sea": ground})
        out = drawn(Effect("replace-background", picture="sea"), masks, scene)
        assert (out[distance_from(union(masks)) > 1] == 77).all()
    with pytest.raises(EffectError, match="'sea' is not at hand"):
        drawn(Effect("replace-background", picture="sea"), masks)


def test_a_trail_fades_with_age_and_lies_behind() -> None:
    masks = {index: np.zeros((2, 60, 240), bool) for index in range(5)}
    for index, mask in masks.items():
        mask[0, 10:50, 40 * index + 4 : 40 * index + 36] = True
    seen = {index: Seen((1, "two"), mask) for index, mask in masks.items()}
    scene = Scene(objects=(1, "two"), index=4, earlier=seen.get)
    picture = np.zeros((60, 240, 3), np.uint8)
    effect = Effect("trails", strength=3 / MEASURES.trail_frames, colour="#ffffff")
    out = apply([effect], picture, masks[4], scene=scene)[30, :, 0]
    at = [int(out[40 * index + 20]) for index in range(5)]
    assert at[0] == at[4] == 0
    assert at[3] == pytest.approx(0.75 * MEASURES.trail_opacity * 255, abs=2)
    assert at[3] > at[2] > at[1] > 20


def test_what_cannot_be_drawn_is_said() -> None:
    with pytest.raises(EffectError, match="'bluur' came"):
        Effect("bluur")
    for strength in (1.5, -0.1, float("nan")):
        with pytest.raises(EffectError, match=f"strength {strength} came; wanted 0 to 1"):
            Effect("overlay", strength=strength)
    with pytest.raises(EffectError, match="colour 'red' came; wanted #rrggbb"):
        Effect("overlay", colour="red")
    with pytest.raises(EffectError, match=r"masks: \[1, 96, 128\] came; wanted 2 of \[96, 128\]"):
        apply([], noise(96, 128), two_boxes()[:1], scene=SCENE)
