"""Pseudo-clips: masks show what is visible of an object, which goes and comes back."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from masklet.data.clips import ClipBatch
from masklet.data.dice import Dice
from masklet.data.motion import move_camera, random_path, way_out
from masklet.data.pool import Pool
from masklet.data.pseudo import cut_patches, sample_pseudo_clips, window_of
from masklet.data.scenes import OCCLUDER, crossing, object_extent, plan_scene


def dice(seed: int = 0) -> Dice:
    return Dice(torch.Generator().manual_seed(seed), torch.device("cpu"))


@pytest.fixture(scope="module")
def batch(flat_pool: Pool) -> ClipBatch:
    return sample_pseudo_clips(
        flat_pool, torch.Generator().manual_seed(4), clips=48, frames=4, objects=3, size=64
    )


def test_shapes_types_and_ranges(batch: ClipBatch) -> None:
    assert batch.pictures.shape == (48, 4, 3, 64, 64)
    assert batch.masks.shape == (48, 4, 3, 64, 64)
    assert batch.masks.dtype == batch.present.dtype == torch.bool
    assert batch.pictures.min() >= 0
    assert batch.pictures.max() <= 1


def test_a_mask_covers_one_flat_colour_so_nothing_in_front_is_in_it(batch: ClipBatch) -> None:
    """Objects are flat red or green; anything pasted over one would break its colour."""
    seen = 0
    for clip in range(48):
        for frame in range(4):
            for mask in batch.masks[clip, frame]:
                core = functional.max_pool2d(1 - mask[None].float(), 5, 1, 2)[0] == 0
                if core.sum() < 20:
                    continue
                colours = batch.pictures[clip, frame][:, core]
                middle = colours.median(1, keepdim=True).values
                odd = (colours - middle).abs().amax(0) > 0.25
                seen += 1
                assert odd.float().mean() < 0.02
    assert seen > 200


def test_present_objects_are_visible_in_the_first_frame(batch: ClipBatch) -> None:
    area = batch.masks[:, 0].flatten(2).sum(2)
    assert torch.equal(batch.present, area >= 0.003 * 64**2)
    assert batch.present.float().mean() > 0.9


def test_some_objects_vanish_and_some_of_these_return(pool: Pool) -> None:
    batch = sample_pseudo_clips(
        pool, torch.Generator().manual_seed(1), clips=150, frames=5, objects=2, size=32
    )
    there = batch.masks.flatten(3).any(3).transpose(1, 2)[batch.present]
    gone = ~there[:, 1:]
    assert 0.01 < gone.float().mean() < 0.25
    assert (gone[:, :3] & there[:, 2:]).any()


def test_objects_move_from_frame_to_frame(batch: ClipBatch) -> None:
    change = (batch.masks[:, 1:] != batch.masks[:, :-1]).flatten(2).any(2)
    assert change.float().mean() > 0.9


def test_the_same_seed_gives_the_same_clips(pool: Pool) -> None:
    once, again = (
        sample_pseudo_clips(pool, torch.Generator().manual_seed(5), clips=4, size=32)
        for _ in range(2)
    )
    assert torch.equal(once.pictures, again.pictures)
    assert torch.equal(once.masks, again.masks)


@pytest.mark.parametrize("frames", [1, 2, 8])
def test_any_number_of_frames_works(pool: Pool, frames: int) -> None:
    batch = sample_pseudo_clips(
        pool, torch.Generator().manual_seed(0), clips=6, frames=frames, size=32
    )
    assert batch.masks.shape == (6, frames, 2, 32, 32)
    assert batch.pictures.isfinite().all()


@given(st.integers(-400, 400), st.integers(-400, 400), st.integers(1, 200), st.integers(1, 256))
def test_the_window_of_a_patch_is_where_both_are(x: int, y: int, width: int, size: int) -> None:
    window = window_of([x, y], width, size)
    columns = [column for column in range(x, x + width) if 0 <= column < size]
    assert list(range(size))[window.x] == columns
    assert [x + column for column in list(range(width))[window.patch_x]] == columns
    assert len(range(size)[window.y]) == len(range(width)[window.patch_y])


def test_paths_start_at_rest_and_move_moderately() -> None:
    path = random_path(dice(), 2000, 4)
    assert path.shift[:, 0].eq(0).all()
    assert path.scale[:, 0].eq(1).all()
    assert path.angle[:, 0].eq(0).all()
    step = (path.shift[:, 1:] - path.shift[:, :-1]).abs().flatten() / 2
    assert 0.015 < step.median() < 0.05
    assert (step > 0.12).float().mean() < 0.1
    growth = path.scale[:, 1:] / path.scale[:, :-1]
    assert ((growth - 1).abs() > 0.1).float().mean() < 0.1


def test_a_camera_does_not_look_far_beyond_the_photo() -> None:
    base = torch.tensor([[0.5, 0.0, 0.3], [0.0, 0.5, -0.3]]).repeat(500, 1, 1)
    camera = move_camera(base, random_path(dice(), 500, 8))
    torch.testing.assert_close(camera[:, 0], base)
    room = (1.05 - camera[..., :2].norm(dim=-2).amax(-1)).clamp(min=0.3)
    assert (camera[..., 2].abs() <= room[..., None] + 1e-5).all()


def test_what_leaves_is_outside_at_its_furthest() -> None:
    start = dice(1).uniform((300, 2), -0.75, 0.75)
    span = torch.full((300,), 0.3)
    place = start[:, None] + way_out(dice(2), start, span, 5)
    torch.testing.assert_close(place[:, 0], start)
    assert (place.abs().amax((1, 2)) > 1.3).all()
    back = (place[:, -1] - start).abs().amax(1) < 1e-4
    assert 0.4 < back.float().mean() < 0.6


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 8), st.integers(0, 1000))
def test_an_occluder_meets_its_target_after_the_first_frame(frames: int, seed: int) -> None:
    target = dice(seed).uniform((20, frames, 2), -1.0, 1.0)
    way = crossing(dice(seed + 1), target, torch.full((20,), 0.4))
    distance = (way - target).norm(dim=2)
    assert (distance[:, 1 : max(frames - 1, 2)].amin(1) < 1e-5).all()


def test_pasted_things_are_whole_and_as_large_as_planned(flat_pool: Pool) -> None:
    scene = plan_scene(flat_pool, dice(3), 60, 3)
    patches = cut_patches(flat_pool, scene, 128)
    clip, slot = scene.active.nonzero().unbind(1)
    share = flat_pool.objects.area[scene.actors[clip, slot]]
    wanted = share[:, None] * 128**2 / torch.linalg.det(scene.turn[clip, slot]).abs()
    opaque = patches.pixels[:, :, 3].sum((2, 3))
    torch.testing.assert_close(opaque, wanted, rtol=0.03, atol=3.0)
    columns = torch.arange(80) + 0.5
    middle = (patches.pixels[:, :, 3].sum(2) * columns).sum(2) / opaque
    corner = torch.tensor(patches.corner)[..., 0]
    place = (scene.place[clip, slot, :, 0] + 1) * 64
    torch.testing.assert_close(corner + middle, place, rtol=0, atol=2.0)


def test_pasted_things_fit_into_their_patch(pool: Pool) -> None:
    scene = plan_scene(pool, dice(), 200, 6)
    diagonal = object_extent(pool, scene.actors).diagonal
    stretch = scene.turn.norm(dim=-2).amin(-1)
    assert (diagonal[..., None] / stretch <= 0.625 + 1e-4).all()
    assert pool.objects.pasteable[scene.actors[:, OCCLUDER]].all()
