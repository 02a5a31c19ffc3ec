"""Clips of real videos: frames in order under one drifting crop."""

import dataclasses

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from masklet.data.clips import NOBODY, box_of, pick_frames, pick_values, sample_clips
from masklet.data.dice import Dice
from masklet.data.pool import Pool
from masklet.errors import FormatError


def dice(seed: int = 0) -> Dice:
    return Dice(torch.Generator().manual_seed(seed), torch.device("cpu"))


@given(st.integers(1, 60), st.integers(1, 10), st.integers(0, 10_000))
def test_frames_are_equal_steps_apart_and_exist(length: int, frames: int, seed: int) -> None:
    rows = pick_frames(length, frames, dice(seed))
    assert len(rows) == frames
    assert all(0 <= row < length for row in rows)
    steps = {b - a for a, b in zip(rows, rows[1:], strict=False)}
    if length >= frames > 1:
        assert len(steps) == 1
        assert 1 <= abs(steps.pop()) <= 4
    else:
        assert steps <= {0, 1, -1}


def test_every_stride_both_ways_and_every_start_comes_up() -> None:
    drawn = [pick_frames(20, 4, dice(seed)) for seed in range(600)]
    assert {rows[1] - rows[0] for rows in drawn} == {-4, -3, -2, -1, 1, 2, 3, 4}
    assert {min(rows) for rows in drawn} == set(range(17))


def test_masks_follow_the_moving_blue_disc(pool: Pool) -> None:
    batch = sample_clips(pool, torch.Generator().manual_seed(0), 30, 4, 1, 64)
    assert batch.pictures.shape == (30, 4, 3, 64, 64)
    assert batch.masks.shape == (30, 4, 1, 64, 64)
    assert batch.present.float().mean() > 0.8
    checked = 0
    for picture, mask in zip(batch.pictures.flatten(0, 1), batch.masks.flatten(0, 2), strict=True):
        if mask.sum() < 60 or mask.sum() > 3500:
            continue
        contrast = (picture[:, mask].mean(1) - picture[:, ~mask].mean(1)).abs().max()
        checked += contrast > 0.1
    assert checked > 0.8 * (batch.masks.flatten(3).sum(3) >= 60).sum()


def test_the_same_crop_and_colours_serve_all_frames(pool: Pool) -> None:
    """The disc's own motion apart, its size and colour hardly change within a clip."""
    batch = sample_clips(pool, torch.Generator().manual_seed(3), 40, 3, 1, 64)
    area = batch.masks.flatten(3).sum(3)[..., 0].float()
    whole = (area.amin(1) > 100) & ~batch.masks[..., 0, :].any((1, 2, 3))
    whole &= ~batch.masks[..., -1, :].any((1, 2, 3))
    whole &= ~(batch.masks[..., 0] | batch.masks[..., -1]).any((1, 2, 3))
    assert whole.sum() >= 3
    ratio = area[whole].amax(1) / area[whole].amin(1)
    assert ratio.max() < 1.5


def test_fewer_objects_than_asked_for_are_repeated(pool: Pool) -> None:
    batch = sample_clips(pool, torch.Generator().manual_seed(0), 3, 2, 3, 32)
    assert torch.equal(batch.masks[:, :, 0], batch.masks[:, :, 2])
    labels = torch.tensor([[0, 4], [9, 9]], dtype=torch.uint8)
    assert pick_values(labels, dice(), 5).unique().tolist() == [4, 9]
    assert pick_values(labels * 0, dice(), 2).tolist() == [NOBODY] * 2


def test_boxes_are_shares_of_the_side() -> None:
    mask = torch.zeros(8, 8, dtype=torch.bool)
    assert box_of(mask).tolist() == [0, 0, 1, 1]
    mask[2:4, 5:8] = True
    assert box_of(mask).tolist() == [5 / 8, 2 / 8, 1, 4 / 8]


def test_a_pool_without_videos_is_named(pool: Pool) -> None:
    with pytest.raises(FormatError, match="no real videos"):
        sample_clips(dataclasses.replace(pool, clips=()), torch.Generator())
