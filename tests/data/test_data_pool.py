"""A pool holds every picture and a true table of the objects in them."""

from pathlib import Path

import numpy as np
import pytest
import torch

from masklet.data.dice import Dice
from masklet.data.pool import Pool, load_pool
from masklet.errors import FormatError


def test_pictures_lie_in_eight_bits(pool: Pool) -> None:
    assert pool.photos_N3SS.shape == (12, 3, 64, 64)
    assert pool.maps_MSS.shape == (15, 64, 64)
    assert pool.photos_N3SS.dtype == pool.maps_MSS.dtype == torch.uint8
    assert [clip.name for clip in pool.clips] == ["a", "b"]
    assert pool.clips[0].frames_T3SS.shape == (12, 3, 64, 64)
    assert pool.clips[0].masks_TSS.shape == (12, 64, 64)
    assert pool.side == 64


def test_colours_are_red_green_blue(pool: Pool) -> None:
    row = pool.sources.index("horses")
    horse = pool.photos_N3SS[row][:, pool.maps_MSS[pool.objects.label_map[
        pool.first_object[row]]] == 1]  # fmt: skip
    assert horse.float().mean(1).tolist() == pytest.approx([230, 40, 40], abs=15)


def test_each_object_has_the_box_and_area_of_its_region(pool: Pool) -> None:
    for row in range(len(pool.objects.photo)):
        mask = pool.maps_MSS[pool.objects.label_map[row]] == pool.objects.value[row]
        assert pool.objects.area[row].item() == pytest.approx(mask.float().mean().item())
        ys, xs = np.nonzero(mask.numpy())
        box = np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]) / 64
        np.testing.assert_allclose(pool.objects.box[row], box, atol=1e-6)


def test_objects_of_a_photo_stand_together(pool: Pool) -> None:
    counts = {"bsds500": 3, "coco": 2, "horses": 1}
    for photo, source in enumerate(pool.sources):
        start, end = pool.first_object[photo : photo + 2].tolist()
        assert end - start == counts[source]
        assert pool.objects.photo[start:end].unique().tolist() == [photo]
    assert not pool.objects.pasteable[pool.objects.photo < 3].any()


def test_sets_are_drawn_by_their_weights_however_many_photos_they_have(shards: Path) -> None:
    pool = load_pool(shards, set_weights={"coco": 6.0, "horses": 3.0})
    share = {
        source: sum(
            chance
            for chance, own in zip(pool.photo_chance.tolist(), pool.sources, strict=True)
            if own == source
        )
        for source in ("coco", "horses", "bsds500")
    }
    assert share == pytest.approx({"coco": 0.6, "horses": 0.3, "bsds500": 0.1})


def test_objects_are_drawn_by_map_and_by_the_root_of_their_area(pool: Pool) -> None:
    dice = Dice(torch.Generator().manual_seed(0), torch.device("cpu"))
    photo = pool.sources.index("bsds500")
    drawn = dice.objects(pool, torch.full((400,), photo), 25).flatten() - pool.first_object[photo]
    share = torch.bincount(drawn, minlength=3) / len(drawn)
    root = pool.objects.area[pool.first_object[photo] :][:2].sqrt()
    wanted = [*(root / root.sum() / 2).tolist(), 0.5]
    assert share.tolist() == pytest.approx(wanted, abs=0.02)


def test_the_validation_split_holds_its_own(shards: Path) -> None:
    pool = load_pool(shards, split="val")
    assert len(pool.photos_N3SS) == 6
    assert [clip.name for clip in pool.clips] == ["c", "d", "e", "f", "g"]


def test_shards_may_be_named_one_by_one(shards: Path, pool: Pool) -> None:
    named = load_pool(sorted(shards.glob("*.safetensors")))
    assert torch.equal(named.photos_N3SS, pool.photos_N3SS)


def test_a_folder_without_shards_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="holds no train-"):
        load_pool(tmp_path)
