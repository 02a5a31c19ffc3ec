"""What is left of a hidden object: little, the same whatever its detail, and nothing beside it."""

import numpy as np
import pytest

from masklet.draw.effects import Effect, Scene, apply
from masklet.draw.effects.cells import side_of
from masklet.draw.effects.coverage import Bounds, bounds_of
from masklet.draw.effects.measures import MEASURES

SCENE = Scene(objects=(1,))
HIDING = ["pixelate-object", "blur-object"]


def disk(size: int, radius: int) -> np.ndarray:
    """A round object in the middle."""
    y, x = np.indices((size, size)) - size // 2
    return ((x**2 + y**2) <= radius**2)[None]


@pytest.mark.parametrize("kind", HIDING)
@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
def test_detail_within_cells_leaves_no_trace(kind: str, strength: float) -> None:
    """Two objects that agree in the means of the cells are hidden behind the same picture."""
    mask = disk(240, 60)
    box = bounds_of(mask[0])
    assert box is not None
    side = side_of(box, 240, strength)
    rng = np.random.default_rng(1)
    picture = np.full((240, 240, 3), 128, np.uint8)
    detailed = picture.copy()
    for top in range(0, 240, side):
        for left in range(0, 240, side):
            cell = detailed[top : top + side, left : left + side].reshape(-1, 3)
            signs = np.tile([1, -1], len(cell) // 2 + 1)[: len(cell)]
            if len(cell) % 2:
                signs[-1] = 0
            rng.shuffle(signs)
            cell += (signs * 90)[:, None].astype(np.int8).view(np.uint8)
            detailed[top : top + side, left : left + side] = cell.reshape(
                detailed[top : top + side, left : left + side].shape
            )
    effect = [Effect(kind, strength=strength)]
    inside = mask[0]
    assert detailed[inside].std() > 50
    hidden = apply(effect, detailed, mask, scene=SCENE)
    np.testing.assert_array_equal(hidden[inside], apply(effect, picture, mask, scene=SCENE)[inside])


@pytest.mark.parametrize("kind", HIDING)
def test_the_least_strength_still_hides(kind: str) -> None:
    """No more cells than promised stand along the object, at any size of picture."""
    for size in (64, 240, 720):
        for radius in (size // 30 + 1, size // 8, size // 3):
            mask = disk(size, radius)
            rng = np.random.default_rng(size)
            picture = rng.integers(0, 256, (size, size, 3), np.uint8)
            out = apply([Effect(kind, strength=0.0)], picture, mask, scene=SCENE)
            inside = mask[0]
            steps = np.abs(np.diff(out[size // 2].astype(int), axis=0)).max(axis=1)
            within = steps[inside[size // 2][1:] & inside[size // 2][:-1]]
            if kind == "pixelate-object":
                assert (within > 0).sum() <= MEASURES.cells_most + 1
            assert (out[inside] != picture[inside]).mean() > 0.9


@pytest.mark.parametrize("kind", HIDING)
def test_a_margin_is_hidden_too(kind: str) -> None:
    mask = disk(240, 60)
    near = disk(240, 62)[0] & ~mask[0]
    picture = np.random.default_rng(0).integers(0, 256, (240, 240, 3), np.uint8)
    out = apply([Effect(kind, strength=0.0)], picture, mask, scene=SCENE)
    assert np.abs(out[near].astype(int) - picture[near]).mean() > 40
    assert out[near].std() < 30


def test_cells_change_in_steps_and_never_get_finer_with_strength() -> None:
    sides = {side_of(Bounds(0, 0, width, 40), 480, 0.5) for width in range(60, 400)}
    assert len(sides) < 8
    for longest in (5, 50, 300):
        by_strength = [side_of(Bounds(0, 0, longest, 4), 480, s / 10) for s in range(11)]
        assert by_strength == sorted(by_strength)
        assert longest / by_strength[0] <= MEASURES.cells_most
