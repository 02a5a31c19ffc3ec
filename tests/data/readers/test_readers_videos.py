"""Videos with masks as clips: SA-V's mp4 and JSON files, and the layouts of folders."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
from layouts_made import labels, stems, write_labels
from layouts_made import write_pictures as write_numbered

from masklet.data.readers.clip_set import ClipSet
from masklet.data.readers.kinds import KINDS, open_set
from masklet.errors import FormatError, MediaError
from masklet.masks import rle
from masklet.values import Size
from tests.media.numbered_videos import HEIGHT, WIDTH, Recipe, numbers_of, write_video

VIDEO = Size(HEIGHT, WIDTH)


def box(left: int) -> np.ndarray:
    """A square that begins at a column."""
    mask = np.zeros(VIDEO, dtype=bool)
    mask[10:20, left : left + 10] = True
    return mask


def make_sav(folder: Path, name: str, *, frames: int = 10, who: str = "manual") -> None:
    """A video with two objects, one that moves and one that is seen on the second row alone."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / f"{name}.mp4").exists():
        write_video(folder / f"{name}.mp4", Recipe(count=frames))
    rows = []
    for row in range(-(-frames // 4)):
        both = (box(5 * row), box(40) if row == 1 else np.zeros(VIDEO, dtype=bool))
        rows.append([rle.as_coco(rle.encode(mask)) for mask in both])
    about = {"video_id": name, "masklet": rows, "masklet_id": [0, 1]}
    (folder / f"{name}_{who}.json").write_text(json.dumps(about))


def test_sav_has_masks_on_every_fourth_frame(tmp_path: Path) -> None:
    """Frames in any order and more than once; an object that is hidden has no mask."""
    make_sav(tmp_path / "sav_000", "sav_000002")
    make_sav(tmp_path / "sav_000", "sav_000001", frames=9)
    found = open_set("sav", tmp_path)
    assert isinstance(found, ClipSet)
    assert [found.name(at) for at in range(len(found))] == ["sav_000001", "sav_000002"]
    assert list(found.annotated(0)) == list(found.annotated(1)) == [0, 4, 8]
    assert found.size(1) == VIDEO
    clip = found.read(1, [8, 4, 4])
    assert clip.frames == (8, 4, 4)
    assert numbers_of(clip.pictures) == [8, 4, 4]
    assert [list(truth.masks) for truth in clip.truths] == [[1], [1, 2], [1, 2]]
    np.testing.assert_array_equal(clip.truths[0].mask(1), box(10))
    assert not clip.truths[0].mask(2).any()
    with pytest.raises(FormatError, match="sav_000002: frame 3 has no annotation"):
        found.read(1, [3])


def test_objects_of_both_annotators_are_numbered_on(tmp_path: Path) -> None:
    """Those by hand first."""
    make_sav(tmp_path, "sav_1")
    make_sav(tmp_path, "sav_1", who="auto")
    assert list(open_set("sav", tmp_path).read(0, [4]).truths[0].masks) == [1, 2, 3, 4]


def test_broken_files_of_sav_are_named(tmp_path: Path) -> None:
    """Missing, too short, of another size, not a video."""
    with pytest.raises(FormatError, match="no videos in it"):
        open_set("sav", tmp_path)
    make_sav(tmp_path, "sav_1")
    path = tmp_path / "sav_1_manual.json"
    about = json.loads(path.read_text())
    path.write_text(json.dumps(about | {"masklet": about["masklet"][:2]}))
    with pytest.raises(FormatError, match=r"sav_1_manual\.json: masklet: 2 frames came; .* 8, the"):
        open_set("sav", tmp_path).read(0, [8])
    about["masklet"][0][1]["size"] = [5, 5]
    path.write_text(json.dumps(about))
    with pytest.raises(FormatError, match=r"manual\.json: masklet\[0\]\[1\]\.size: \[5, 5\] came"):
        open_set("sav", tmp_path).read(0, [0])
    path.unlink()
    with pytest.raises(FormatError, match=r"sav_1\.mp4: no annotation came with it"):
        open_set("sav", tmp_path)
    make_sav(tmp_path, "sav_1")
    (tmp_path / "sav_1.mp4").write_bytes(b"no video")
    with pytest.raises(MediaError, match=r"sav_1\.mp4 is not a video"):
        open_set("sav", tmp_path).read(0, [0])


def test_a_video_cut_short_is_named(tmp_path: Path) -> None:
    """Frames before the cut are read, one after it is not made up."""
    write_video(tmp_path / "sav_1.mp4", Recipe(count=40, muxer={"movflags": "faststart"}))
    make_sav(tmp_path, "sav_1", frames=40)
    whole = (tmp_path / "sav_1.mp4").read_bytes()
    (tmp_path / "sav_1.mp4").write_bytes(whole[: len(whole) * 3 // 4])
    found = open_set("sav", tmp_path)
    assert numbers_of(found.read(0, [0, 4]).pictures) == [0, 4]
    with pytest.raises(MediaError, match=r"frame 36 of .*sav_1\.mp4"):
        found.read(0, [36])


def make_video(root: Path, name: str, *, below: str = "") -> None:
    """Four frames with a moving object; the second has no annotation."""
    write_numbered(root / "JPEGImages" / below / name, [f"{stem}.jpg" for stem in stems(4)])
    drawn = {f"{n:05d}.png": labels((n + 1, 2, 2 + n, 6, 6 + n)) for n in (0, 2, 3)}
    write_labels(root / "Annotations" / below / name, drawn)


@pytest.mark.parametrize(
    ("kind", "below"),
    [
        ("davis", "480p"),
        ("davis2016", "480p"),
        ("youtube-vos", ""),
        ("mose", ""),
        ("lvos", ""),
        ("vost", ""),
        ("plain", ""),
    ],
)
def test_every_layout_of_folders(tmp_path: Path, kind: str, below: str) -> None:
    """Through one form, also after a journey to another process."""
    for name in ("b", "a"):
        make_video(tmp_path, name, below=below)
    found = pickle.loads(pickle.dumps(open_set(kind, tmp_path)))
    assert [found.name(at) for at in range(len(found))] == ["a", "b"]
    assert found.size(0) == (12, 16)
    assert tuple(found.annotated(0)) == (0, 2, 3)
    clip = found.read(1, [3, 0])
    assert clip.frames == (3, 0)
    assert [list(truth.masks) for truth in clip.truths] == [[4], [1]]
    assert abs(int(clip.pictures[0].mean()) - 30) <= 2
    with pytest.raises(FormatError, match="b: frame 1 has no annotation"):
        found.read(1, [1])


def test_frames_of_sav_in_folders(tmp_path: Path) -> None:
    """Its validation layout."""
    write_numbered(tmp_path / "JPEGImages_24fps/v", [f"{stem}.jpg" for stem in stems(5)])
    drawn = {f"{n:05d}.png": labels((255, 2, 2, 6, 6)) for n in (0, 4)}
    write_labels(tmp_path / "Annotations_6fps/v/000", drawn)
    found = open_set("sav-frames", tmp_path)
    assert tuple(found.annotated(0)) == (0, 4)
    assert list(found.read(0, [4]).truths[0].masks) == [1]


def test_what_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    """Unknown kinds, splits that a set has not, evaluation data, folders that are not there."""
    with pytest.raises(FormatError, match="kind: 'imagenet' came; wanted one of davis2016, davis"):
        open_set("imagenet", tmp_path)
    with pytest.raises(FormatError, match="split: 'train' came; mose has no lists of splits"):
        open_set("mose", tmp_path, "train")
    (tmp_path / "davis-dev").mkdir()
    with pytest.raises(FormatError, match="evaluation data"):
        open_set("davis", tmp_path / "davis-dev")
    for kind in KINDS:
        with pytest.raises(MediaError):
            open_set(kind, tmp_path / "nowhere")


def test_the_real_videos(shared: Path) -> None:
    """Every second frame of DAVIS 2016."""
    found = open_set("davis2016", shared / "data/davis-train", "train")
    assert len(found) == 30
    clip = found.read(0, found.annotated(0)[:2])
    assert found.size(0) == clip.truths[1].size == clip.pictures[1].shape[:2] == (288, 512)
    assert clip.truths[1].masks
