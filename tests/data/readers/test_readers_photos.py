"""Photos with masks as clips of one frame: SA-1B, COCO, LVIS, and label maps beside pictures."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from layouts_made import SIZE, labels
from PIL import Image

from masklet.data.readers.clip_set import ClipSet, CodedMasks
from masklet.data.readers.kinds import open_set
from masklet.errors import FormatError, MediaError
from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.values import Size

LEFT = labels((1, 2, 2, 6, 6)) > 0
ALL = np.ones(SIZE, dtype=bool)


def write_picture(path: Path, size: tuple[int, int] = SIZE, shade: int = 90) -> None:
    """One flat colour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((*size, 3), shade, np.uint8)).save(path)


def write_json(path: Path, value: Any) -> None:
    """With its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


def coded(mask: np.ndarray) -> Any:
    """As SA-1B and COCO write it."""
    return rle.as_coco(rle.encode(mask))


def make_sa1b(root: Path, number: int, masks: list[np.ndarray]) -> None:
    """A picture and its masks."""
    write_picture(root / f"sa_{number}.jpg", shade=10 * number)
    annotations = [{"id": 7 + at, "segmentation": coded(mask)} for at, mask in enumerate(masks)]
    image = {"image_id": number, "height": SIZE[0], "width": SIZE[1]}
    write_json(root / f"sa_{number}.json", {"image": image, "annotations": annotations})


def test_sa1b(tmp_path: Path) -> None:
    """Masks overlap; pictures lie in the folder or one further down, in natural order."""
    make_sa1b(tmp_path, 10, [LEFT, ALL])
    make_sa1b(tmp_path, 9, [LEFT])
    make_sa1b(tmp_path / "sa_000001", 1, [])
    found = open_set("sa1b", tmp_path)
    assert isinstance(found, ClipSet)
    assert [found.name(at) for at in range(len(found))] == ["sa_1", "sa_9", "sa_10"]
    assert found.size(2) == SIZE
    assert list(found.annotated(2)) == [0]
    clip = found.read(2, [0])
    assert clip.frames == (0,)
    assert abs(int(clip.pictures[0].mean()) - 100) <= 2
    assert list(clip.truths[0].masks) == [1, 2]
    np.testing.assert_array_equal(clip.truths[0].mask(1), LEFT)
    assert clip.truths[0].mask(2).all()
    assert not found.read(0, [0]).truths[0].masks
    with pytest.raises(FormatError, match="sa_9: frame 1 has no annotation"):
        found.read(1, [1])


def test_masks_are_decoded_when_they_are_asked_for() -> None:
    """Not to be counted or found."""
    masks = CodedMasks({3: Rle(Size(2, 2), "no code")})
    assert 3 in masks
    assert 4 not in masks
    assert list(masks) == [3]
    with pytest.raises(FormatError):
        masks[3]


def test_broken_files_of_sa1b_are_named(tmp_path: Path) -> None:
    """Missing, cut short, of another size, or no run lengths."""
    with pytest.raises(FormatError, match="no pictures in it"):
        open_set("sa1b", tmp_path)
    write_picture(tmp_path / "sa_1.jpg")
    with pytest.raises(FormatError, match=r"sa_1\.json is missing"):
        open_set("sa1b", tmp_path)
    make_sa1b(tmp_path, 1, [LEFT[:, 1:]])
    with pytest.raises(FormatError, match=r"sa_1\.json: annotations\[0\]\.segmentation\.size"):
        open_set("sa1b", tmp_path).read(0, [0])
    (tmp_path / "sa_1.json").write_text('{"annotations": [')
    with pytest.raises(FormatError, match=r"sa_1\.json: no JSON"):
        open_set("sa1b", tmp_path).read(0, [0])
    (tmp_path / "sa_1.jpg").write_bytes(b"no picture")
    with pytest.raises(MediaError, match=r"sa_1\.jpg is not an image"):
        open_set("sa1b", tmp_path).read(0, [0])


def make_instances(path: Path, *, name: str = "file_name") -> None:
    """Image 4 with a polygon, plain and compressed run lengths, and a crowd; image 5 with none."""
    place = {"file_name": "b.jpg", "coco_url": "http://x.org/train2017/b.jpg"}[name]
    sizes = {"height": SIZE[0], "width": SIZE[1]}
    polygon = [[2.0, 2.0, 6.0, 2.0, 6.0, 6.0, 2.0, 6.0]]
    plain = {"size": list(SIZE), "counts": [0, SIZE[0] * SIZE[1]]}
    kinds = [polygon, plain, coded(LEFT)]
    about = [{"id": at, "image_id": 4, "segmentation": kind} for at, kind in enumerate(kinds)]
    about.append({"id": 9, "image_id": 4, "segmentation": plain, "iscrowd": 1})
    images = [{"id": 5, name: place.replace("b", "a"), **sizes}, {"id": 4, name: place, **sizes}]
    write_json(path, {"images": images, "annotations": about})


def test_coco(tmp_path: Path) -> None:
    """All three ways in which COCO writes a mask; crowds and empty photos are left out."""
    make_instances(tmp_path / "annotations/instances_val2017.json")
    write_picture(tmp_path / "val2017/b.jpg")
    found = open_set("coco", tmp_path, "val2017")
    assert [found.name(at) for at in range(len(found))] == ["b"]
    assert found.size(0) == SIZE
    truth = found.read(0, [0]).truths[0]
    assert list(truth.masks) == [1, 2, 3]
    np.testing.assert_array_equal(truth.mask(1), LEFT)
    assert truth.mask(2).all()
    np.testing.assert_array_equal(truth.mask(3), LEFT)
    write_picture(tmp_path / "val2017/b.jpg", (5, 7))
    with pytest.raises(FormatError, match=r"b\.jpg: 7x5 came; wanted 16x12, as .*val2017\.json"):
        found.read(0, [0])
    with pytest.raises(MediaError, match=r"instances_train2017\.json cannot be read"):
        open_set("coco", tmp_path)


def test_lvis_finds_pictures_by_their_address(tmp_path: Path) -> None:
    """In the folder of COCO that the address names."""
    make_instances(tmp_path / "annotations/lvis_v1_train.json", name="coco_url")
    write_picture(tmp_path / "train2017/b.jpg")
    clip = open_set("lvis", tmp_path).read(0, [0])
    assert clip.name == "b"
    assert len(clip.truths[0].masks) == 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"annotations": [{"image_id": 8, "segmentation": []}]}, "annotations of image 8 came"),
        ({"annotations": []}, "no photo with an instance"),
        ({"annotations": [{"segmentation": []}]}, "the key 'image_id' is missing"),
        ({"images": [{"id": 4}]}, "the key 'height' is missing"),
    ],
)
def test_a_broken_file_of_instances_is_named(tmp_path: Path, change: Any, said: str) -> None:
    """With the key."""
    path = tmp_path / "annotations/instances_train2017.json"
    make_instances(path)
    write_json(path, json.loads(path.read_text()) | change)
    with pytest.raises(FormatError, match=rf"train2017\.json: .*{said}|{said}"):
        open_set("coco", tmp_path)


def test_label_maps_beside_pictures(tmp_path: Path) -> None:
    """Several maps a picture, 8 or 16 bits; a name may hold dots."""
    write_picture(tmp_path / "a.b.webp")
    Image.fromarray(labels((3, 2, 2, 6, 6))).save(tmp_path / "a.b.0.png")
    Image.fromarray(ALL.astype(np.uint16) * 700).save(tmp_path / "a.b.1.png")
    write_picture(tmp_path / "c.jpg")
    Image.fromarray(labels((1, 0, 0, 1, 1))).save(tmp_path / "c.png")
    found = open_set("photos", tmp_path)
    assert [found.name(at) for at in range(len(found))] == ["a.b", "c"]
    truth = found.read(0, [0]).truths[0]
    assert list(truth.masks) == [3, 1 << 16 | 700]
    np.testing.assert_array_equal(truth.mask(3), LEFT)
    assert truth.mask(1 << 16 | 700).all()
    assert list(found.read(1, [0]).truths[0].masks) == [1]


def test_broken_label_maps_are_named(tmp_path: Path) -> None:
    """Missing, left over, in colours, of another size."""
    with pytest.raises(FormatError, match="no pictures in it"):
        open_set("photos", tmp_path)
    write_picture(tmp_path / "a.jpg")
    with pytest.raises(FormatError, match=r"a\.jpg: no label map a\.0\.png"):
        open_set("photos", tmp_path)
    Image.fromarray(np.zeros((*SIZE, 3), np.uint8)).save(tmp_path / "a.0.png")
    with pytest.raises(FormatError, match=r"a\.0\.png: a picture in RGB came"):
        open_set("photos", tmp_path).read(0, [0])
    Image.fromarray(np.zeros((3, 4), np.uint8)).save(tmp_path / "a.0.png")
    with pytest.raises(FormatError, match=r"a\.0\.png: 4x3 pixels came; wanted 16x12"):
        open_set("photos", tmp_path).read(0, [0])
    (tmp_path / "a.0.png").write_bytes(b"no picture")
    with pytest.raises(MediaError, match=r"a\.0\.png cannot be read as a label map"):
        open_set("photos", tmp_path).read(0, [0])
    Image.fromarray(np.zeros((3, 4), np.uint8)).save(tmp_path / "b.0.png")
    with pytest.raises(FormatError, match=r"b\.0\.png: no picture of that name"):
        open_set("photos", tmp_path)


def test_the_real_photos(shared: Path) -> None:
    """A set of each kind of map."""
    for name, count in (("bsds500", 300), ("nuclei", 200)):
        found = open_set("photos", shared / "data/images" / name / "train")
        assert len(found) > count
        clip = found.read(7, [0])
        assert clip.truths[0].size == found.size(7) == clip.pictures[0].shape[:2]
        assert len(clip.truths[0].masks) > 1
