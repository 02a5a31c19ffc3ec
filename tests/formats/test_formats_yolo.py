"""YOLO folders go round, holes, overlaps and all; other people's are read, broken ones refused."""

from pathlib import Path

import numpy as np
import pytest
from made_results import SIZE, clip, picture_of, result_of
from PIL import Image

from masklet.errors import FormatError, MaskletError, MediaError
from masklet.formats.reader import read_masks
from masklet.formats.yolo import YoloWriter, read_yolo
from masklet.values import FrameResult, Size

TRIANGLE = "0.1 0.1 0.9 0.1 0.5 0.9"


def with_hole_and_speck() -> FrameResult:
    """A frame on which the first object has a hole, and a piece of one pixel."""
    frame = result_of(7)
    frame.logits[0, 10:14, 12:18] = -4
    frame.logits[0, 34, 50] = 4
    return frame


def label_file(folder: Path, name: str, text: str) -> Path:
    """A folder with one file in it."""
    path = folder / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(text)
    return folder


def test_labels_go_round_exactly(tmp_path: Path) -> None:
    frames = [*clip(), with_hole_and_speck(), result_of(9, (7, "dog: 'x', #1"))]
    folder = tmp_path / "set.yolo"
    with YoloWriter(folder, size=SIZE) as writer:
        for frame in frames:
            writer.add(frame, picture_of(frame.index))
    assert writer.note == (
        "YOLO has only polygons: 1 holes are joined to the outside by a line; 1 times an object is "
        "in several pieces, a polygon each."
    )
    assert len(list((folder / "images").iterdir())) == len(frames)
    track = read_masks(folder)
    assert track.objects == ("cat", 7, "dog: 'x', #1")
    assert (track.frames, track.size) == (tuple(frame.index for frame in frames), SIZE)
    for read, frame in zip(track, frames, strict=True):
        for key, mask in zip(frame.objects, frame.masks, strict=True):
            np.testing.assert_array_equal(read.mask(key), mask)


def test_files_are_what_training_programs_read(tmp_path: Path) -> None:
    with YoloWriter(tmp_path / "set", size=SIZE) as writer:
        writer.add(result_of(0, hidden=frozenset({1})))
        writer.add(result_of(1, hidden=frozenset({0, 1})))
    words = (tmp_path / "set/labels/00000.txt").read_text().split()
    assert words[0] == "0"
    xs, ys = np.array(words[1:], float).reshape(-1, 2).T * np.array([[SIZE.width], [SIZE.height]])
    wanted = np.nonzero(result_of(0).mask("cat"))
    assert (xs.min(), xs.max()) == pytest.approx(
        (wanted[1].min() + 0.5, wanted[1].max() + 0.5), abs=1e-3
    )
    assert (ys.min(), ys.max()) == pytest.approx(
        (wanted[0].min() + 0.5, wanted[0].max() + 0.5), abs=1e-3
    )
    assert (tmp_path / "set/labels/00001.txt").read_text() == ""
    sheet = (tmp_path / "set/data.yaml").read_text()
    assert sheet.startswith('train: images\nval: images\nnames: ["cat", "7"]\n')
    assert writer.note is None


def test_an_interruption_leaves_a_valid_folder(tmp_path: Path) -> None:
    def interrupted() -> None:
        with YoloWriter(tmp_path / "set", size=SIZE) as writer:
            for frame in clip(3):
                writer.add(frame)
            raise MaskletError("stop")

    with pytest.raises(MaskletError, match="stop"):
        interrupted()
    assert len(read_masks(tmp_path / "set")) == 3
    with pytest.raises(MediaError, match="holds labels already"):
        YoloWriter(tmp_path / "set", size=SIZE)
    with pytest.raises(FormatError, match="frame 0"):
        YoloWriter(tmp_path / "new", size=Size(3, 4)).add(result_of(0))


@pytest.mark.parametrize(
    "names",
    [
        "names: [person, 'dog']",
        "names: {0: person, 1: dog}  # two",
        'names:\n  0: person\n  # a line\n\n  1: "dog"\nnc: 2',
        "names:\n- person\n- dog\n",
    ],
)
def test_other_peoples_folders_are_read(tmp_path: Path, names: str) -> None:
    label_file(tmp_path, "labels/b10.txt", f"1 {TRIANGLE}\n\n1 0 0 0.05 0 0 0.05\n")
    label_file(tmp_path, "labels/b9.txt", "")
    label_file(tmp_path, "data.yaml", f"path: x\n{names}\n")
    with pytest.raises(FormatError, match="do not say how large the frames are"):
        read_yolo(tmp_path)
    track = read_yolo(tmp_path, size=Size(40, 60))
    assert (track.objects, track.frames, track.size) == (("person", "dog"), (0, 1), (40, 60))
    dog = track[1].mask("dog")
    assert dog[10, 30]
    assert dog[0, 0]
    assert not dog[30, 10]
    assert not track[0].masks.any()


def test_size_from_pictures_and_classes_from_what_occurs(tmp_path: Path) -> None:
    label_file(tmp_path, "labels/00003.txt", f"5 {TRIANGLE}\n2 {TRIANGLE}")
    (tmp_path / "images").mkdir()
    Image.new("RGB", (64, 48)).save(tmp_path / "images/00003.jpg")
    track = read_yolo(tmp_path)
    assert (track.objects, track.frames, track.size) == ((2, 5), (3,), (48, 64))
    label_file(tmp_path, "classes.txt", "a\nb\nc\nd\ne\nf\n")
    assert read_yolo(tmp_path)[3].mask("f").any()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0 0.5 0.5 0.2 0.2", "labels/0.txt: line 1: 5 words came; wanted a class and three"),
        (f"cat {TRIANGLE}", "line 1: 'cat' came; wanted the number of a class"),
        (f"-1 {TRIANGLE}", "line 1: '-1' came"),
        (f"7 {TRIANGLE}", "line 1: class 7 came; it has no name"),
        ("0 0.1 0.1 x 0.1 0.5 0.9", "line 1: could not convert"),
        ("0 0.1 0.1 nan 0.1 0.5 0.9", "line 1: corners outside the frame"),
        ("0 10 10 50 10 30 30", "line 1: corners outside the frame"),
    ],
)
def test_broken_labels_name_file_and_line(tmp_path: Path, line: str, said: str) -> None:
    label_file(tmp_path, "labels/0.txt", line)
    label_file(tmp_path, "data.yaml", "names: [cat]")
    track = read_yolo(tmp_path, size=Size(40, 60))
    with pytest.raises(FormatError) as raised:
        track[0]
    assert said in str(raised.value)


@pytest.mark.parametrize(
    "text", ["names: cat", "names:", "masklet: {", "masklet: {}", "names: {x}"]
)
def test_broken_sheets_are_refused(tmp_path: Path, text: str) -> None:
    label_file(tmp_path, "labels/0.txt", "")
    label_file(tmp_path, "data.yaml", text)
    with pytest.raises(FormatError, match=r"data\.yaml"):
        read_masks(tmp_path, size=Size(4, 5))
