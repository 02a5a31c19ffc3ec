"""Changes of pictures come in the shares that are asked for, alike in all frames of a clip."""

import math

import pytest
import torch

from masklet.data.augment import Augment, as_in_the_paper
from masklet.data.clips import ClipBatch, pick_frames, sample_clips
from masklet.data.dice import Dice
from masklet.data.mosaic import mosaic
from masklet.data.photos import random_angles, random_crops, sample_photos
from masklet.data.pool import Pool
from masklet.data.pseudo import sample_pseudo_clips


def dice(seed: int = 0) -> Dice:
    return Dice(torch.Generator().manual_seed(seed), torch.device("cpu"))


def batch(clips: int = 60, frames: int = 3, size: int = 16) -> ClipBatch:
    """A bright upper left corner, which is the object, in frames that grow brighter."""
    pictures = torch.zeros(clips, frames, 3, size, size)
    pictures += torch.arange(frames).view(1, -1, 1, 1, 1) / 10
    pictures[..., : size // 2, : size // 4] = 1.0
    masks = (pictures[:, :, :1] == 1).expand(-1, -1, 2, -1, -1)
    return ClipBatch(pictures, masks, torch.ones(clips, 2, dtype=torch.bool))


def test_a_mosaic_shows_the_clip_four_times_and_asks_for_one() -> None:
    """In one quarter, the same in all frames, mirrored or not as the picture there."""
    before = batch()
    after = mosaic(before, torch.Generator().manual_seed(0), share=1.0)
    quarters = set()
    for clip, masks in zip(after.pictures, after.masks, strict=True):
        bright = clip.amin(1) == 1
        assert bright.sum() == 3 * 4 * 8
        assert not (masks[:, 0] & ~bright).any()
        assert masks.sum((2, 3)).eq(8).all()
        assert torch.equal(masks[0], masks[-1])
        assert torch.equal(masks[:, 0], masks[:, 1])
        y, x = masks[0, 0].nonzero()[0].tolist()
        mirrored = not masks[0, 0, y, x // 8 * 8]
        quarters.add((y // 8, x // 8, mirrored))
    assert len(quarters) == 8
    assert after.present.all()


def test_a_share_of_the_clips_become_mosaics_and_others_stay() -> None:
    """And of none, nothing is drawn at all."""
    before = batch(600, frames=1)
    generator = torch.Generator().manual_seed(1)
    state = generator.get_state()
    assert mosaic(before, generator, share=0.0) is before
    assert torch.equal(generator.get_state(), state)
    after = mosaic(before, generator, share=0.15)
    changed = (after.pictures != before.pictures).flatten(1).any(1)
    assert changed.float().mean().item() == pytest.approx(0.15, abs=0.04)
    assert torch.equal(after.masks[~changed], before.masks[~changed])


def test_an_object_too_small_for_a_mosaic_is_not_asked_for() -> None:
    """Nor one that was not asked for before."""
    small = torch.zeros(4, 1, 2, 64, 64, dtype=torch.bool)
    small[:, :, :, :4, :5] = True
    present = torch.tensor([[True, False]]).expand(4, -1)
    before = ClipBatch(torch.rand(4, 1, 3, 64, 64), small, present)
    after = mosaic(before, torch.Generator().manual_seed(0), share=1.0)
    assert not after.present.any()


def test_angles_are_slight_or_wide() -> None:
    """Within 25 and 20 degrees, and all of them as likely."""
    slight, wide = random_angles(dice(), 4000, 0.0), random_angles(dice(), 4000, 1.0)
    for angles, deviation, most in zip(slight, (6, 4), (25, 20), strict=True):
        assert math.degrees(angles.std().item()) == pytest.approx(deviation, rel=0.1)
        assert (angles.abs() > math.radians(most)).float().mean() < 0.01
    for angles, most in zip(wide, (25, 20), strict=True):
        assert math.degrees(angles.abs().max().item()) == pytest.approx(most, abs=0.2)
        assert math.degrees(angles.abs().mean().item()) == pytest.approx(most / 2, rel=0.05)
    some = random_angles(dice(), 4000, 0.25).turn.abs() > math.radians(20)
    assert some.float().mean().item() == pytest.approx(0.25 * 0.2, abs=0.02)


def test_pictures_are_mirrored_as_often_as_asked() -> None:
    """The first column of the map turns its sign."""
    boxes = torch.tensor([[0.2, 0.2, 0.8, 0.8]]).expand(2000, -1)
    for share in (0.0, 0.5, 1.0):
        crops = random_crops(dice(), boxes, how=Augment(mirrored=share))
        found = (crops[:, 0, 0] < 0).float().mean().item()
        assert found == pytest.approx(share, abs=0.04)


def test_frames_run_backwards_as_often_as_asked() -> None:
    """Never, half the time, always."""
    for share in (0.0, 0.5, 1.0):
        drawn = [pick_frames(20, 3, dice(seed), share) for seed in range(300)]
        back = sum(rows[0] > rows[1] for rows in drawn) / 300
        assert back == pytest.approx(share, abs=0.08)


def test_grey_is_alike_in_all_frames(pool: Pool) -> None:
    """Of every kind of batch."""
    grey = Augment(grey=1.0)
    generator = torch.Generator().manual_seed(0)
    photos = sample_photos(pool, generator, 4, 1, 32, how=grey)
    real = sample_clips(pool, generator, 2, 3, 1, 32, how=grey)
    for pictures in (photos.pictures, real.pictures):
        spread = pictures.amax(-3) - pictures.amin(-3)
        assert spread.max() < 1e-4
    made = sample_pseudo_clips(pool, generator, 2, 3, 1, 32, how=grey)
    assert (made.pictures.amax(2) - made.pictures.amin(2)).median() < 1e-4


def test_the_papers_settings_work_on_every_kind(pool: Pool) -> None:
    """Wide turns leave grey corners, and masks stay where the objects are."""
    how = as_in_the_paper()
    generator = torch.Generator().manual_seed(0)
    for made in (
        sample_photos(pool, generator, 4, 2, 64, how=how),
        sample_clips(pool, generator, 4, 3, 1, 64, how=how),
        sample_pseudo_clips(pool, generator, 4, 3, 2, 64, how=how),
    ):
        assert made.pictures.isfinite().all()
        assert made.present.any()
