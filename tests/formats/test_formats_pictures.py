"""Label pictures go round; overlays and cut-outs are what their names say."""

from pathlib import Path

import av
import numpy as np
import pytest
from made_results import SIZE, clip, picture_of, result_of
from PIL import Image

from masklet.errors import FormatError, MaskletError, MediaError
from masklet.formats.davis import DavisWriter, read_davis
from masklet.formats.reader import read_masks
from masklet.formats.writer import Kind, kind_of, open_writer
from masklet.media.video_file import VideoFile
from masklet.values import Size


def test_davis_pictures_go_round_but_for_overlaps(tmp_path: Path) -> None:
    frames = clip()
    folder = tmp_path / "masks"
    with DavisWriter(folder, size=SIZE) as writer:
        for frame in frames:
            writer.add(frame)
    lost = sum(int(np.logical_and(*frame.masks).sum()) for frame in frames)
    assert writer.overlaps == lost > 0
    assert [path.name for path in sorted(folder.iterdir())] == [f"{i:05d}.png" for i in range(6)]
    track = read_masks(folder)
    assert (track.objects, track.frames, track.size) == (("cat", 7), tuple(range(6)), SIZE)
    for read, frame in zip(track, frames, strict=True):
        first, second = frame.masks
        np.testing.assert_array_equal(read.mask("cat"), first)
        np.testing.assert_array_equal(read.mask(7), second & ~first)
    with Image.open(folder / "00000.png") as image:
        assert image.mode == "P"
        assert (image.getpalette() or [])[:9] == [0, 0, 0, 128, 0, 0, 0, 128, 0]


def test_a_folder_an_object_loses_nothing(tmp_path: Path) -> None:
    frames = [result_of(3), result_of(8, ("cat", 7, "late")), result_of(9, (7, "late"))]
    with DavisWriter(tmp_path / "masks", size=SIZE, per_object=True) as writer:
        for frame in frames:
            writer.add(frame)
    assert writer.overlaps == 0
    track = read_davis(tmp_path / "masks")
    assert (track.objects, track.frames, track.size) == (("cat", 7, "late"), (3, 8, 9), SIZE)
    for frame in frames:
        for key, mask in zip(frame.objects, frame.masks, strict=True):
            np.testing.assert_array_equal(track[frame.index].mask(key), mask)
    assert not track[9].mask("cat").any()
    with pytest.raises(KeyError):
        track[4]


def test_the_data_sets_own_pictures_are_read(shared: Path, tmp_path: Path) -> None:
    folder = min((shared / "data/davis-dev/Annotations/480p").iterdir())
    track = read_davis(folder)
    assert len(track) == len(list(folder.glob("*.png")))
    assert len(track.objects) >= 1
    assert track[track.frames[0]].masks.any()
    for name, value in (("000", 255), ("003", 1)):
        (tmp_path / name).mkdir()
        Image.fromarray(np.full((4, 5), value, np.uint8)).save(tmp_path / name / "00004.png")
    foreign = read_davis(tmp_path)
    assert (foreign.objects, foreign.frames) == ((0, 3), (4,))
    assert foreign[4].masks.all()


def test_label_folders_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no label pictures"):
        read_masks(tmp_path)
    Image.new("L", (5, 4)).save(tmp_path / "00000.png")
    Image.new("L", (6, 4)).save(tmp_path / "00001.png")
    track = read_masks(tmp_path)
    with pytest.raises(FormatError, match=r"00001\.png"):
        track[1]
    Image.new("RGB", (5, 4)).save(tmp_path / "00000.png")
    with pytest.raises(FormatError, match=r"00000\.png: a picture in RGB came; wanted labels"):
        read_masks(tmp_path)
    with pytest.raises(MediaError, match="holds pictures already"):
        DavisWriter(tmp_path, size=SIZE)
    (tmp_path / "file").touch()
    with pytest.raises(MediaError, match="cannot be written"):
        DavisWriter(tmp_path / "file" / "masks", size=SIZE)
    with pytest.raises(FormatError, match="frame 0"):
        DavisWriter(tmp_path / "new", size=Size(3, 4)).add(result_of(0))
    with pytest.raises(FormatError, match="256 came; DAVIS holds 255"):
        DavisWriter(tmp_path / "many", size=SIZE).add(result_of(0, tuple(range(256))))


def test_overlay_shows_pictures_with_tinted_objects(tmp_path: Path) -> None:
    with open_writer(tmp_path / "a.mp4", size=SIZE, fps=12.5) as writer:
        for index in range(6):
            writer.add(result_of(index, (7,)), picture_of(index))
    with VideoFile(tmp_path / "a.mp4") as video:
        assert (len(video), video.size, video.fps) == (6, SIZE, 12.5)
        picture = video[5].astype(int)
        assert np.abs(picture[-3:, 20:] - 105).max() < 12
        red, _, blue = picture[8:20, 11:17].reshape(-1, 3).mean(axis=0)
        assert blue - red > 80


def test_cutouts_carry_alpha(tmp_path: Path) -> None:
    with (
        open_writer(tmp_path / "a.mov", size=SIZE) as video,
        open_writer(tmp_path / "cutout", size=SIZE, kind="cutouts") as folder,
    ):
        for frame in clip(3):
            video.add(frame, picture_of(frame.index))
            folder.add(frame, picture_of(frame.index))
    with av.open(tmp_path / "a.mov") as container:
        frames = [frame.to_ndarray(format="rgba") for frame in container.decode(video=0)]
    assert len(frames) == 3
    for index, frame in enumerate(frames):
        union = clip()[index].masks.any(axis=0)
        np.testing.assert_array_equal(frame[..., 3] > 127, union)
        with Image.open(tmp_path / "cutout" / f"{index:05d}.png") as image:
            cut = np.asarray(image)
        np.testing.assert_array_equal(cut[..., 3] == 255, union)
        np.testing.assert_array_equal(cut[union][:, :3], picture_of(index)[union])


def test_pictured_outputs_need_the_picture(tmp_path: Path) -> None:
    for name in ("a.mp4", "a.mov"):
        writer = open_writer(tmp_path / name, size=SIZE)
        with pytest.raises(MediaError, match="picture: none came with frame 4"):
            writer.add(result_of(4))
        with pytest.raises(MediaError, match="wanted"):
            writer.add(result_of(4), np.zeros((3, 4, 3), np.uint8))
        writer.close()
    assert list(tmp_path.iterdir()) == []


def test_the_name_chooses_the_format(tmp_path: Path) -> None:
    chosen: dict[str, Kind] = {
        "a.mp4": "overlay",
        "A.MOV": "cutout",
        "x.y.coco.json": "coco",
        "a.sav.json": "sav",
        "a.jsonl": "lines",
        "masks": "davis",
        "v1.2/": "davis",
    }
    for name, kind in chosen.items():
        assert kind_of(name) == kind
    (tmp_path / "with.dot").mkdir()
    assert kind_of(tmp_path / "with.dot") == "davis"
    for name in ("a.json", "a.avi", "a.png"):
        with pytest.raises(FormatError, match=r"wanted a name that ends in \.mp4, \.mov"):
            open_writer(tmp_path / name, size=SIZE)


@pytest.mark.parametrize(
    "name", ["a.mp4", "a.mov", "a.coco.json", "a.sav.json", "a.jsonl", "masks", "objects"]
)
def test_every_output_survives_an_interruption(tmp_path: Path, name: str) -> None:
    """What was added is there and can be read; nothing else lies about."""
    kind: Kind | None = "davis-objects" if name == "objects" else None

    def interrupted() -> None:
        with open_writer(tmp_path / name, size=SIZE, fps=25, kind=kind) as writer:
            for frame in clip(4):
                writer.add(frame, picture_of(frame.index))
            raise MaskletError("stop")

    with pytest.raises(MaskletError, match="stop"):
        interrupted()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    if name in ("a.mp4", "a.mov"):
        with VideoFile(tmp_path / name) as video:
            assert len(video) == 4
    else:
        assert len(read_masks(tmp_path / name)) == 4
