"""Datasets in their own layouts packed into shards that a pool is loaded from."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from masklet.data.mixing.spec import SetSpec
from masklet.data.packing.records import pack_sets
from masklet.data.pool import load_pool
from masklet.data.shards import decode_map, read_shard
from masklet.errors import FormatError, MediaError
from tests.data.readers.test_readers_photos import ALL, LEFT, make_sa1b
from tests.data.readers.test_readers_videos import make_sav, make_video


def test_photos_and_videos_become_a_pool(tmp_path: Path) -> None:
    """Overlapping masks as several maps of a photo; objects of a video as palette values."""
    make_sa1b(tmp_path / "sa1b", 1, [LEFT, ALL, LEFT | np.roll(LEFT, 5, axis=1)])
    make_sa1b(tmp_path / "sa1b", 2, [])
    make_sav(tmp_path / "sav", "sav_1", frames=12)
    make_video(tmp_path / "davis", "bear", below="480p")
    specs = {
        "train": [
            SetSpec(kind="sa1b", path=tmp_path / "sa1b"),
            SetSpec(kind="sav", path=tmp_path / "sav"),
        ],
        "val": [SetSpec(kind="davis", path=tmp_path / "davis")],
    }
    done = pack_sets(specs, tmp_path / "out", side=32)
    assert [path.name for path in done.paths] == [
        "train-000.safetensors",
        "val-000.safetensors",
    ]
    assert (done.packed, done.left_out) == (3, 1)
    pool = load_pool(tmp_path / "out")
    assert pool.sources == ("sa1b",)
    assert len(pool.objects.value) == 2
    assert pool.objects.label_map.tolist() == [0, 1]
    (clip,) = pool.clips
    assert clip.name == "sav_1"
    assert clip.frames_T3SS.shape == (3, 3, 32, 32)
    assert [frame.unique().tolist() for frame in clip.masks_TSS] == [[0, 1], [0, 1, 2], [0, 1]]
    (held,) = load_pool(tmp_path / "out", split="val").clips
    assert len(held.frames_T3SS) == 3


def test_layers_of_a_video_are_clips_that_share_their_frames(tmp_path: Path) -> None:
    """Both annotators of SA-V, whose objects lie on each other."""
    make_sav(tmp_path / "sav", "sav_1", frames=12)
    make_sav(tmp_path / "sav", "sav_1", frames=12, who="auto")
    spec = SetSpec(kind="sav", path=tmp_path / "sav")
    done = pack_sets({"train": [spec]}, tmp_path / "out", side=32, every=2)
    (record,) = read_shard(done.paths[0])
    assert (len(record.pictures), len(record.maps)) == (2, 4)
    first, second = (decode_map(record.maps[at]) for at in (0, 2))
    np.testing.assert_array_equal(first, second)
    one, two = load_pool(tmp_path / "out").clips
    assert one.frames_T3SS.data_ptr() == two.frames_T3SS.data_ptr()


def test_what_cannot_be_packed_is_refused(tmp_path: Path) -> None:
    """Nothing to see, a set that is not there, a folder in use."""
    make_sa1b(tmp_path / "sa1b", 1, [])
    with pytest.raises(FormatError, match="no object that is large enough"):
        pack_sets({"train": [SetSpec(kind="sa1b", path=tmp_path / "sa1b")]}, tmp_path / "out")
    with pytest.raises(MediaError, match="nowhere cannot be read"):
        pack_sets({"train": [SetSpec(kind="sa1b", path=tmp_path / "nowhere")]}, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    (tmp_path / "out/train-000.safetensors").touch()
    with pytest.raises(FormatError, match="holds shards already"):
        pack_sets({"train": [SetSpec(kind="sa1b", path=tmp_path / "sa1b")]}, tmp_path / "out")


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """``python -m masklet.data.pack``."""
    command = [sys.executable, "-m", "masklet.data.pack", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_packs_datasets(tmp_path: Path) -> None:
    """And says in one line what is wrong with one."""
    make_video(tmp_path / "davis", "bear", below="480p")
    out = tmp_path / "out"
    done = run(out, "--from", f"davis={tmp_path / 'davis'}", "--side", "32")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 clips; 0 more have no object")
    assert [path.name for path in out.iterdir()] == ["train-000.safetensors"]
    bad = run(tmp_path / "new", "--from", f"davis={tmp_path / 'davis'}:2")
    assert bad.returncode == 1
    assert "a weight came; wanted none" in bad.stderr
    assert len(bad.stderr.splitlines()) == 1
    assert run(tmp_path / "new").returncode == 2
