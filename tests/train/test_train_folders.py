"""Folders as people have them are read, split the same way every time, and refused by name."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from masklet.data.pool import load_pool
from masklet.errors import FormatError, MaskletError, MediaError
from masklet.masks.rle import as_coco, encode
from masklet.train.folders import Domain, read_domain
from masklet.train.held_out import objects_in
from masklet.train.label_maps import parted, read_label_map
from masklet.train.packing import pack_domain
from masklet.values import Size
from tests.train.drawn_folder import (
    SIZE,
    labels_of,
    picture_of,
    save,
    write_apart,
    write_beside,
    write_numbered,
)


def write_coco(folder: Path, numbers: range) -> Path:
    """``annotations/all.json`` with a polygon, run lengths and a crowd, pictures in ``images/``."""
    images, annotations = [], []
    for number in numbers:
        labels = labels_of(number)
        save(folder / "images", f"{number:03d}.jpg", picture_of(labels, number))
        height, width = SIZE
        images.append(
            {"id": number, "file_name": f"{number:03d}.jpg"} | {"height": height, "width": width}
        )
        rows, columns = np.nonzero(labels == 3)
        x0, y0, x1, y1 = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
        polygon = [int(v) for v in (x0, y0, x1, y0, x1, y1, x0, y1)]
        disc = as_coco(encode(labels == 1))
        both = as_coco(encode(labels > 0))
        for crowd, kind in ((0, [polygon]), (0, disc), (0, both), (1, both)):
            annotations.append(
                {"id": len(annotations), "image_id": number, "segmentation": kind, "iscrowd": crowd}
            )
    images.append({"id": 999, "file_name": "not annotated.jpg", "height": 1, "width": 1})
    (folder / "annotations").mkdir()
    text = json.dumps({"images": images, "annotations": annotations})
    (folder / "annotations" / "all.json").write_text(text)
    return folder


def areas(domain: Domain) -> list[list[int]]:
    """Of the objects of every picture, by name."""
    photos = sorted((*domain.train, *domain.val), key=lambda photo: photo.name)
    return [sorted(int(mask.sum()) for mask in objects_in(photo)) for photo in photos]


def wanted(numbers: range, *, whole: bool = False) -> list[list[int]]:
    """Areas of the drawn objects; ``whole`` adds all of them as one."""
    found = []
    for number in numbers:
        labels = labels_of(number)
        each = [int((labels == value).sum()) for value in (1, 2, 3)]
        found.append(sorted([*each, sum(each)] if whole else each))
    return found


@pytest.mark.parametrize(
    ("write", "whole"), [(write_beside, False), (write_apart, False), (write_numbered, True)]
)
def test_layouts_with_mask_pictures(
    write: Callable[[Path, range], Path], whole: bool, tmp_path: Path
) -> None:
    domain = read_domain(write(tmp_path / "mine", range(12)))
    assert domain.drawn
    assert (len(domain.train), len(domain.val)) == (10, 2)
    assert areas(domain) == wanted(range(12), whole=whole)
    assert domain.train[0].picture().shape == (*SIZE, 3)
    assert domain.train[0].name.startswith("mine/0")


def test_coco_json(tmp_path: Path) -> None:
    """Polygons, run lengths, what overlaps in a map of its own; crowds are left out."""
    domain = read_domain(write_coco(tmp_path, range(4)))
    labels = [labels_of(number) for number in range(4)]
    assert areas(domain) == [
        sorted(map(int, ((x == 1).sum(), (x == 3).sum(), (x > 0).sum()))) for x in labels
    ]
    assert len(domain.train[0].maps()) == 2


def test_own_train_and_val_are_kept(tmp_path: Path) -> None:
    write_beside(tmp_path / "train", range(5))
    write_apart(tmp_path / "valid", range(5, 6))
    domain = read_domain(tmp_path)
    assert not domain.drawn
    assert [photo.files[0].stem for photo in domain.val] == ["005"]
    assert len(domain.train) == 5


def test_the_split_is_of_the_names_alone(tmp_path: Path) -> None:
    """A tenth, the same ones wherever the folder lies; pictures that come later move few."""
    few, many = tmp_path / "few" / "x", tmp_path / "many" / "x"
    write_beside(few, range(30))
    write_beside(many, range(31))
    held = [{photo.name for photo in read_domain(folder).val} for folder in (few, many)]
    assert [len(each) for each in held] == [3, 3]
    assert len(held[0] & held[1]) >= 2


def test_masks_per_object_lie_in_a_folder_of_the_pictures_name(tmp_path: Path) -> None:
    for number in range(3):
        labels = labels_of(number)
        save(tmp_path / "images", f"{number}.png", picture_of(labels, number))
        for value in (1, 2):
            mask = np.where(labels == value, 255, 0).astype(np.uint8)
            save(tmp_path / "masks" / str(number), f"{value}.png", mask)
    assert [len(each) for each in areas(read_domain(tmp_path))] == [2, 2, 2]


def test_mask_pictures_of_every_kind(tmp_path: Path) -> None:
    """Colours, grey in colours, what is transparent, 16 bits, one bit."""
    labels = labels_of(0)
    colours = np.array([(0, 0, 0), (255, 0, 0), (0, 0, 255), (9, 9, 9)], dtype=np.uint8)[labels]
    grey = np.repeat((labels * 80)[..., None], 3, axis=2)
    opaque = np.dstack([colours, np.where(labels == 2, 0, 255).astype(np.uint8)])
    kinds = {
        "c": (colours, 3),
        "g": (grey, 3),
        "o": (opaque, 2),
        "d": (labels.astype(np.uint16) * 500, 3),
    }
    for name, (pixels, count) in kinds.items():
        found = read_label_map(save(tmp_path, f"{name}.png", pixels), Size(*SIZE))
        assert len(np.unique(found)) == count + 1
        assert ((found == 0) == ((labels == 0) | ((labels == 2) & (count == 2)))).all()
    Image.fromarray(labels > 0).save(tmp_path / "one.png")
    assert read_label_map(tmp_path / "one.png", Size(*SIZE)).sum() == (labels > 0).sum()


def test_parts_that_touch_at_corners_are_one() -> None:
    labels = np.array([[5, 0, 0, 5], [0, 5, 0, 5], [0, 0, 0, 0], [7, 7, 0, 5]], dtype=np.int64)
    found = parted(labels)
    assert len(np.unique(found)) == 5
    assert found[0, 0] == found[1, 1] != found[0, 3]


def broken_mask(folder: Path) -> None:
    (folder / "001.png").write_bytes(b"no picture")


def other_size(folder: Path) -> None:
    save(folder, "001.png", np.ones((10, 12), dtype=np.uint8))


def photo_as_mask(folder: Path) -> None:
    random = np.random.default_rng(0)
    save(folder, "001.png", random.integers(0, 256, (*SIZE, 3), dtype=np.uint8))


def broken_picture(folder: Path) -> None:
    (folder / "001.jpg").write_bytes(b"no picture")


def nothing_large_enough(folder: Path) -> None:
    for path in folder.glob("*.png"):
        save(folder, path.name, np.ones(SIZE, dtype=np.uint8))


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (broken_mask, r"001\.png cannot be read"),
        (other_size, r"001\.png: 12x10 came; wanted 64x48"),
        (photo_as_mask, r"wanted one colour an object"),
        (broken_picture, r"001\.jpg"),
        (nothing_large_enough, r"none of the \d objects"),
    ],
)
def test_files_that_cannot_be_used_are_named(
    harm: Callable[[Path], None], said: str, tmp_path: Path
) -> None:
    folder = write_beside(tmp_path / "data", range(5))
    harm(folder)
    with pytest.raises(MaskletError, match=said):
        pack_domain(read_domain(folder), tmp_path / "run" / "pool", size=64, begun=False)
    assert not list((tmp_path / "run").glob("*"))


def test_folders_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"nowhere is no folder"):
        read_domain(tmp_path / "nowhere")
    with pytest.raises(FormatError, match=r"holds no pictures; wanted x\.jpg with"):
        read_domain(tmp_path)
    write_beside(tmp_path / "two", range(2))
    with pytest.raises(FormatError, match=r"holds 2 pictures; wanted 3 or more"):
        read_domain(tmp_path / "two")
    for name, harm, said in (
        ("bare", "002.png", r"002\.jpg: no mask came with it; wanted 002\.png"),
        ("lone", "002.jpg", r"002\.png: no mask came with it"),
    ):
        (write_beside(tmp_path / name, range(4)) / harm).unlink()
        with pytest.raises(FormatError, match=said):
            read_domain(tmp_path / name)
    (write_apart(tmp_path / "apart", range(4)) / "images" / "002.png").unlink()
    with pytest.raises(FormatError, match=r"masks/002\.png: no picture of that name"):
        read_domain(tmp_path / "apart")
    write_beside(tmp_path / "half" / "val", range(4))
    with pytest.raises(FormatError, match=r"val/ without train/"):
        read_domain(tmp_path / "half")
    write_beside(tmp_path / "davis-dev", range(4))
    with pytest.raises(FormatError, match="evaluation data"):
        read_domain(tmp_path / "davis-dev")


def test_coco_json_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    path = write_coco(tmp_path, range(4)) / "annotations" / "all.json"
    (tmp_path / "images" / "001.jpg").unlink()
    with pytest.raises(FormatError, match=r"images\[1\]\.file_name: 001\.jpg is not in"):
        read_domain(tmp_path)
    save(tmp_path / "images", "001.jpg", np.zeros((9, 9, 3), dtype=np.uint8))
    photos = read_domain(tmp_path)
    with pytest.raises(FormatError, match=r"001\.jpg: 9x9 came; wanted 64x48"):
        [photo.picture() for photo in (*photos.train, *photos.val)]
    path.with_name("more.json").write_text("{}")
    with pytest.raises(FormatError, match=r"holds 2 \.json files"):
        read_domain(tmp_path)


def test_a_folder_is_packed_once_and_again_when_it_changes(tmp_path: Path) -> None:
    """A run that has begun keeps what it began with."""
    folder, out = write_beside(tmp_path / "data", range(8)), tmp_path / "run" / "pool"
    packed = pack_domain(read_domain(folder), out, size=64, begun=False)
    assert (packed.photos, packed.objects, packed.left_out, packed.side) == (6, 18, 0, 64)
    written = (out / "train-000.safetensors").stat().st_mtime_ns
    assert pack_domain(read_domain(folder), out, size=64, begun=True) == packed
    assert (out / "train-000.safetensors").stat().st_mtime_ns == written
    pool = load_pool(out)
    assert len(pool.objects.photo) == 18
    assert set(pool.sources) == {"data"}
    changed = read_domain(folder).train[0].files[1]
    save(folder, changed.name, np.ones(SIZE, dtype=np.uint8) * (labels_of(0) == 1))
    with pytest.raises(FormatError, match="has changed since the run"):
        pack_domain(read_domain(folder), out, size=64, begun=True)
    assert pack_domain(read_domain(folder), out, size=64, begun=False).objects < 18
    assert pack_domain(read_domain(folder), out, size=32, begun=False).side == 64
