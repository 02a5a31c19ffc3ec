"""Photo batches: masks lie on the objects, and what is asked for is in view."""

import pytest
import torch
from torch.nn import functional

from masklet.data.dice import Dice
from masklet.data.photos import random_crops, sample_photos
from masklet.data.pool import Pool


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_shapes_types_and_ranges(pool: Pool) -> None:
    batch = sample_photos(pool, generator(), photos=5, objects=3, size=48)
    assert batch.pictures.shape == (5, 3, 48, 48)
    assert batch.pictures.dtype == torch.float32
    assert batch.pictures.min() >= 0
    assert batch.pictures.max() <= 1
    assert batch.masks.shape == (5, 3, 48, 48)
    assert batch.masks.dtype == batch.present.dtype == torch.bool


def test_masks_lie_on_their_objects(flat_pool: Pool) -> None:
    """Each object is one flat colour on grey, whatever the warp and the colours."""
    checked = distinct = 0
    batch = sample_photos(flat_pool, generator(), photos=40, objects=2, size=64)
    for picture, masks in zip(batch.pictures, batch.masks, strict=True):
        for mask in masks:
            near = functional.max_pool2d(mask[None].float(), 5, 1, 2)[0] > 0
            core = functional.max_pool2d(1 - mask[None].float(), 5, 1, 2)[0] == 0
            ring = functional.max_pool2d(mask[None].float(), 9, 1, 4)[0].bool() & ~near
            if core.sum() < 10 or ring.sum() < 10:
                continue
            inside, outside = picture[:, core], picture[:, ring]
            contrast = (inside.mean(1) - outside.mean(1)).abs().max()
            assert inside.std(1).max() < 0.05
            checked += 1
            distinct += contrast > 0.1
    assert checked > 40
    assert distinct > 0.85 * checked


def test_what_is_present_can_be_seen(pool: Pool) -> None:
    batch = sample_photos(pool, generator(), photos=40, objects=4, size=64)
    area = batch.masks.flatten(2).sum(2)
    assert torch.equal(batch.present, area >= 30)
    assert batch.present.float().mean() > 0.9


def test_a_photo_gives_different_objects_before_it_repeats_one(pool: Pool) -> None:
    batch = sample_photos(pool, generator(2), photos=60, objects=3, size=64)
    distinct = [len(masks.flatten(1).unique(dim=0)) for masks in batch.masks]
    assert max(distinct) == 3
    assert min(distinct) == 1
    pairs = sample_photos(pool, generator(3), photos=60, objects=2, size=64)
    repeated = [torch.equal(*masks) for masks in pairs.masks if masks[0].sum() < 2000]
    assert 0 < sum(repeated) < len(repeated)


def test_the_same_seed_gives_the_same_batch(pool: Pool) -> None:
    once, again = (sample_photos(pool, generator(9), photos=3, size=32) for _ in range(2))
    assert torch.equal(once.pictures, again.pictures)
    assert torch.equal(once.masks, again.masks)
    other = sample_photos(pool, generator(10), photos=3, size=32)
    assert not torch.equal(once.pictures, other.pictures)


def test_zoomed_crops_keep_the_box_they_look_for() -> None:
    dice = Dice(generator(), torch.device("cpu"))
    boxes = torch.tensor([0.1, 0.2, 0.3, 0.6]).repeat(400, 1)
    crops = random_crops(dice, boxes)
    reach = crops[:, :, :2].norm(dim=1).amax(1)
    assert reach.min() > 0.3
    assert reach.max() < 1.6
    assert 0.4 < (torch.linalg.det(crops[:, :, :2]) < 0).float().mean() < 0.6
    narrow = reach < 0.55
    assert narrow.sum() > 50
    distance = (crops[narrow, :, 2] - torch.tensor([-0.6, -0.2])).abs()
    assert (distance <= 0.45 * reach[narrow, None] + 0.35).all()


def test_a_crop_mostly_stays_on_the_photo() -> None:
    dice = Dice(generator(), torch.device("cpu"))
    crops = random_crops(dice, torch.tensor([0.0, 0.0, 0.2, 0.2]).repeat(200, 1))
    corners = torch.tensor([[x, y, 1.0] for x in (-1.0, 1.0) for y in (-1.0, 1.0)])
    beyond = (crops @ corners.T).abs().amax((1, 2)) - 1
    assert beyond.median().item() == pytest.approx(0.1, abs=0.15)
