"""Packing keeps what the folders hold, and nothing that is for evaluation."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from masklet.data.pack import compact_labels, fill_shards, pack
from masklet.data.shards import Record, decode_map, decode_picture, read_shard, write_shard
from masklet.errors import FormatError


def read_all(folder: Path, split: str) -> list[Record]:
    return [record for path in sorted(folder.glob(f"{split}-*")) for record in read_shard(path)]


def test_every_photo_and_clip_is_packed_into_its_split(shards: Path) -> None:
    train, val = read_all(shards, "train"), read_all(shards, "val")
    photos = [(record.source, record.name) for record in train if record.kind == "photo"]
    assert photos == [
        *(("bsds500", str(n)) for n in range(3)),
        *(("coco", str(n)) for n in range(6)),
        *(("horses", str(n)) for n in range(3)),
    ]
    assert len([record for record in val if record.kind == "photo"]) == 6
    assert [record.name for record in train if record.kind == "clip"] == ["a", "b"]
    assert [record.name for record in val if record.kind == "clip"] == ["c", "d", "e", "f", "g"]


def test_a_packed_photo_is_the_file_squashed(shards: Path, data_root: Path) -> None:
    record = read_all(shards, "train")[0]
    assert (record.height, record.width) == (60, 80)
    with Image.open(data_root / "images/bsds500/train/0.webp") as picture:
        wanted = np.asarray(picture.resize((64, 64), Image.Resampling.BILINEAR), dtype=float)
    packed = decode_picture(record.pictures[0]).transpose(1, 2, 0)
    assert np.abs(packed - wanted).mean() < 3
    with Image.open(data_root / "images/bsds500/train/0.0.png") as labels:
        wanted = np.asarray(labels.resize((64, 64), Image.Resampling.NEAREST))
    np.testing.assert_array_equal(decode_map(record.maps[0]), wanted)
    assert len(record.maps) == 2


def test_a_packed_clip_keeps_every_frame_and_its_palette_values(shards: Path) -> None:
    clip = next(record for record in read_all(shards, "train") if record.kind == "clip")
    assert len(clip.pictures) == len(clip.maps) == 12
    masks = [decode_map(blob) for blob in clip.maps]
    assert all(set(np.unique(mask)) == {0, 3} for mask in masks)
    centres = [np.flatnonzero(mask.any(0)).mean() for mask in masks]
    assert np.diff(centres) == pytest.approx([4 * 64 / 96] * 11, abs=1.0)


@pytest.mark.parametrize("place", ["davis-dev", "davis-dev/JPEGImages"])
def test_evaluation_data_is_refused(place: str, tmp_path: Path) -> None:
    folder = tmp_path / place
    folder.mkdir(parents=True)
    with pytest.raises(FormatError, match="evaluation data"):
        pack(folder, tmp_path / "out")
    link = tmp_path / "innocent"
    link.symlink_to(folder)
    with pytest.raises(FormatError, match="evaluation data"):
        pack(link, tmp_path / "out")


def test_evaluation_data_behind_a_link_inside_the_root_is_refused(
    tmp_path: Path,
) -> None:
    frames = tmp_path / "davis-dev" / "dog"
    frames.mkdir(parents=True)
    Image.new("L", (8, 8)).save(frames / "00000.png")
    masks = tmp_path / "root/davis-train/Annotations/480p"
    masks.mkdir(parents=True)
    (masks / "dog").symlink_to(frames)
    for number in range(5):
        (masks / f"e{number}").mkdir()
    with pytest.raises(FormatError, match="evaluation data"):
        pack(tmp_path / "root", tmp_path / "out")


def test_an_empty_root_and_a_used_folder_are_refused(shards: Path, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="holds no photos"):
        pack(tmp_path, tmp_path / "out")
    with pytest.raises(FormatError, match="holds shards already"):
        pack(tmp_path, shards)


def test_shards_stay_below_the_limit(data_root: Path, tmp_path: Path) -> None:
    paths = pack(data_root, tmp_path, side=64, shard_bytes=20_000)
    assert len(paths) > 3
    assert all(path.stat().st_size <= 20_000 for path in paths)
    assert len(read_all(tmp_path, "train")) == 14


def test_a_record_larger_than_a_shard_gets_its_own() -> None:
    records = [
        Record(
            kind="photo", source="s", name=str(n), height=1, width=1, pictures=(b"x" * n,), maps=()
        )
        for n in (10, 200, 10, 10)
    ]
    names = [[record.name for record in held] for held in fill_shards(records, 100)]
    assert names == [["10"], ["200"], ["10", "10"]]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 400))
def test_compact_labels_are_the_kept_regions_from_the_largest_down(seed: int, kinds: int) -> None:
    random = np.random.default_rng(seed)
    labels = random.choice(kinds, size=(40, 50), p=random.dirichlet([0.3] * kinds)) * 7
    compact = compact_labels(labels.astype(np.int32))
    areas = np.bincount(compact.ravel(), minlength=2)[1:]
    assert (np.diff(areas) <= 0).all()
    wanted = [v for v in np.unique(labels) if v and 2 <= (labels == v).sum() <= 1800]
    assert np.count_nonzero(areas) == min(len(wanted), 255)
    for value in range(1, np.count_nonzero(areas) + 1):
        original = labels[compact == value]
        assert (labels == original[0]).sum() == len(original)
        assert (original == original[0]).all()


def test_a_damaged_shard_is_named(shards: Path, tmp_path: Path) -> None:
    whole = next(shards.glob("train-*")).read_bytes()
    damaged = tmp_path / "train-000.safetensors"
    for content in (b"", b"not a shard", whole[: len(whole) // 2]):
        damaged.write_bytes(content)
        with pytest.raises(FormatError, match=r"train-000\.safetensors is not a shard"):
            read_shard(damaged)


def test_records_survive_a_shard(tmp_path: Path) -> None:
    records = [
        Record(
            kind="clip",
            source="s",
            name="n",
            height=3,
            width=4,
            pictures=(b"ab", b"", b"c"),
            maps=(b"def",),
        )
    ]
    write_shard(tmp_path / "x.safetensors", records)
    assert read_shard(tmp_path / "x.safetensors") == records


def test_the_command_packs_and_says_what_it_wrote(data_root: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "masklet.data.pack", data_root, tmp_path, "--side", "32"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.count(".safetensors") == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "train-000.safetensors",
        "val-000.safetensors",
    ]


def test_real_data_packs_with_the_last_five_sequences_held_out(
    shared: Path, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    real = shared / "data"
    (root / "davis-train").mkdir(parents=True)
    (root / "davis-train/Annotations").symlink_to(real / "davis-train/Annotations")
    (root / "davis-train/JPEGImages").symlink_to(real / "davis-train/JPEGImages")
    pack(root, tmp_path / "out", side=32)
    held_out = [record.name for record in read_all(tmp_path / "out", "val")]
    assert held_out == ["stroller", "surf", "swing", "tennis", "train"]
    assert len(read_all(tmp_path / "out", "train")) == 25
