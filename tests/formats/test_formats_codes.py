"""COCO, SA-V and JSON lines go round, whatever the order, and break off validly."""

import json
import resource
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_results import SIZE, clip, result_of
from pycocotools.coco import COCO

from masklet.errors import FormatError, MediaError
from masklet.formats.coco import CocoWriter
from masklet.formats.lines import LinesWriter, SpooledWriter
from masklet.formats.reader import read_masks
from masklet.formats.sav import SavWriter
from masklet.formats.track import MaskTrack, RleTrack, as_result
from masklet.formats.youtube_vis import YouTubeVisWriter
from masklet.masks import rle
from masklet.values import FrameResult, Size

WRITERS: dict[str, type[SpooledWriter]] = {
    "a.coco.json": CocoWriter,
    "a.sav.json": SavWriter,
    "a.jsonl": LinesWriter,
    "a.vis.json": YouTubeVisWriter,
}
each_format = pytest.mark.parametrize("name", WRITERS)


def written(path: Path, frames: list[FrameResult]) -> MaskTrack:
    """Frames written and read back."""
    with WRITERS[path.name](path, size=SIZE) as writer:
        for frame in frames:
            writer.add(frame)
        assert not path.exists()
    assert list(path.parent.iterdir()) == [path]
    return read_masks(path)


def assert_same(track: MaskTrack, frames: list[FrameResult]) -> None:
    """Every mask of every frame is read as it was written."""
    assert track.frames == tuple(frame.index for frame in frames)
    assert len(track) == len(frames)
    assert track.size == SIZE
    for read, frame in zip(track, frames, strict=True):
        assert read.index == frame.index
        for key in track.objects:
            wanted = frame.mask(key) if key in frame.objects else np.zeros(SIZE, bool)
            np.testing.assert_array_equal(read.mask(key), wanted)


@each_format
def test_masks_go_round_with_their_ids(tmp_path: Path, name: str) -> None:
    frames = clip()
    track = written(tmp_path / name, frames)
    assert track.objects == ("cat", 7)
    assert_same(track, frames)
    with pytest.raises(KeyError):
        track[99]
    with pytest.raises(KeyError):
        track[0].mask("dog")


@each_format
def test_any_order_gaps_and_repeats(tmp_path: Path, name: str) -> None:
    """The frame that was added again counts; frames that were not tracked are not made up."""
    frames = [result_of(9), result_of(4), result_of(3), result_of(9, hidden=frozenset({1}))]
    track = written(tmp_path / name, frames)
    assert_same(track, [frames[2], frames[1], frames[3]])


@each_format
def test_objects_may_join_and_leave(tmp_path: Path, name: str) -> None:
    frames = [
        result_of(0, (np.int64(3),)),
        result_of(1, (3, (1, "b"))),
        result_of(2, ((1, "b"),)),
        result_of(3, ((1, "b"), "café")),
    ]
    track = written(tmp_path / name, frames)
    assert track.objects == (3, "(1, 'b')", "café")
    for frame in frames:
        for key, mask in zip(frame.objects, frame.masks, strict=True):
            name_read = key if isinstance(key, str) else 3 if key == 3 else "(1, 'b')"
            np.testing.assert_array_equal(track[frame.index].mask(name_read), mask)
    assert not track[2].mask(3).any()


@each_format
def test_an_interruption_leaves_a_valid_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name

    def interrupted() -> None:
        with WRITERS[name](path, size=SIZE) as writer:
            for frame in clip(3):
                writer.add(frame)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert_same(read_masks(path), clip(3))
    with WRITERS[name](tmp_path / f"empty-{name}", size=SIZE):
        pass
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["a.coco.json", "a.sav.json", "a.vis.json"])
def test_a_full_disk_keeps_what_was_tracked(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("the old file")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, hard))

    def fill() -> None:
        with WRITERS[name](path, size=SIZE) as writer:
            for index in range(1000):
                writer.add(result_of(index))

    try:
        with pytest.raises(MediaError, match="cannot be written"):
            fill()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert sorted(file.name for file in tmp_path.iterdir()) in ([name], [name, f"{name}.jsonl"])
    kept = tmp_path / f"{name}.jsonl"
    if kept.exists():
        assert path.read_text() == "the old file"
        track = read_masks(kept)
    else:
        track = read_masks(path)
    assert_same(track, [result_of(index) for index in range(len(track))])
    assert len(track) >= 5


@each_format
def test_codes_are_carried_over_as_they_are(tmp_path: Path, name: str) -> None:
    """From file to file without decoding: counts, ids and scores stay what they were."""
    first = written(tmp_path / name, clip())
    assert isinstance(first, RleTrack)
    with LinesWriter(tmp_path / "b.jsonl", size=SIZE) as writer:
        for index in first.frames:
            writer.add_line(first.line(index))
    lines = [json.loads(line) for line in (tmp_path / "b.jsonl").read_text().splitlines()]
    for line, frame in zip(lines, clip(), strict=True):
        counts = [mask["counts"] for mask in line["masks"]]
        assert counts == [rle.encode(mask).counts for mask in frame.masks]
    wanted = [1, 1] if name == "a.sav.json" else [0.5, 0.9]
    assert lines[3]["scores"] == wanted
    again = as_result(first[2])
    np.testing.assert_array_equal(again.masks, clip()[2].masks)
    assert again.visible.tolist() == [False, True]


def test_coco_is_what_pycocotools_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frames = clip()
    written(tmp_path / "a.coco.json", frames)
    coco = COCO(str(tmp_path / "a.coco.json"))
    capsys.readouterr()
    assert sorted(coco.getImgIds()) == [1, 2, 3, 4, 5, 6]
    assert len(coco.getAnnIds()) == 11
    annotations: Any = coco.loadAnns(coco.getAnnIds(imgIds=[4]))
    assert len(annotations) == 2
    for annotation in annotations:
        mask = frames[3].mask(annotation["object"])
        ys, xs = np.nonzero(mask)
        x, y, width, height = annotation["bbox"]
        assert (x, y, x + width, y + height) == (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
        assert annotation["area"] == mask.sum()
        assert annotation["segmentation"]["size"] == list(SIZE)
        assert annotation["track_id"] == {"cat": 1, 7: 2}[annotation["object"]]
        assert annotation["score"] == {"cat": 0.5, 7: 0.9}[annotation["object"]]


def test_sav_has_the_figures_of_the_data_set(tmp_path: Path) -> None:
    with SavWriter(tmp_path / "dog.sav.json", size=SIZE, fps=24) as writer:
        for frame in [result_of(2, hidden=frozenset({0})), *clip(6)[3:]]:
            writer.add(frame)
    record = json.loads((tmp_path / "dog.sav.json").read_text())
    assert record["video_id"] == "dog"
    assert record["video_frame_count"] == 6
    assert record["video_duration"] == 0.25
    assert (record["video_height"], record["video_width"]) == SIZE
    assert record["masklet_id"] == [0, 1]
    assert record["masklet_num"] == 2
    assert record["object"] == ["cat", 7]
    assert record["frame"] == [2, 3, 4, 5]
    assert [len(row) for row in record["masklet"]] == [2] * 6
    assert record["masklet_size_abs"] == [280.0, 280.0]
    assert record["masklet_size_bucket"] == ["small", "small"]
    assert record["masklet_first_appeared_frame"] == [3, 2]
    assert record["masklet_visibility_changes"] == [0, 0]
    assert record["masklet_frame_count"] == [4, 4]


def test_the_data_sets_own_sav_is_read(tmp_path: Path) -> None:
    """Annotated every fourth frame, ids under ``masklet_id``, numbers written as floats."""
    mask = np.eye(4, 5, dtype=bool)
    row = [rle.as_coco(rle.encode(mask)), rle.as_coco(rle.encode(~mask))]
    path = tmp_path / "sav_000001_manual.json"
    record = {"video_height": 4.0, "video_width": 5.0, "video_frame_count": 10.0}
    path.write_text(json.dumps(record | {"masklet": [row] * 3, "masklet_id": [0, 4]}))
    track = read_masks(path)
    assert (track.frames, track.objects) == ((0, 4, 8), (0, 4))
    np.testing.assert_array_equal(track[8].mask(4), ~mask)


def test_other_peoples_coco_is_read(tmp_path: Path) -> None:
    """Polygons, plain run lengths, names in natural order, several ways to say who is who."""
    images = [
        {"id": 70, "file_name": "clip/10.jpg", "height": 6, "width": 8},
        {"id": 60, "file_name": "clip/9.jpg", "height": 6, "width": 8},
    ]
    square = [1, 1, 5, 1, 5, 4, 1, 4]
    runs = {"size": [6, 8], "counts": [6, 3, 39]}
    annotations = [
        {"id": 1, "image_id": 60, "segmentation": [square], "track_id": 5},
        {"id": 2, "image_id": 70, "segmentation": runs, "instance_id": "b"},
        {"id": 3, "image_id": 70, "segmentation": runs},
    ]
    path = tmp_path / "their.json"
    path.write_text(json.dumps({"images": images, "annotations": annotations}))
    track = read_masks(path)
    assert (track.frames, track.size) == ((0, 1), Size(6, 8))
    assert track.objects == (5, "b", "annotation 3")
    assert track[0].mask(5)[1:4, 1:5].all()
    assert track[0].mask(5).sum() == 12
    assert np.argwhere(track[1].mask("b")).tolist() == [[0, 1], [1, 1], [2, 1]]


def test_a_line_torn_by_a_crash_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    written(path, clip(4))
    path.write_bytes(path.read_bytes()[:-9])
    assert_same(read_masks(path), clip(3))


BROKEN = {
    "images[1]: the key 'id' is missing": lambda record: record["images"][1].pop("id"),
    "images[0]": lambda record: record["images"][0].update(height=0),
    "images: sizes": lambda record: record["images"][0].update(height=9),
    "annotations[2].image_id: 99": lambda record: record["annotations"][2].update(image_id=99),
    "annotations[0].segmentation.counts": lambda record: record["annotations"][0][
        "segmentation"
    ].update(counts="zz"),
    "annotations[0].segmentation.size": lambda record: record["annotations"][0][
        "segmentation"
    ].update(size=[1, 2]),
    "annotations: 3 came; wanted a list": lambda record: record.update(annotations=3),
    "annotations[1].object: null": lambda record: record["annotations"][1].update(object=None),
}


@pytest.mark.parametrize("message", BROKEN)
def test_broken_coco_names_file_and_key(tmp_path: Path, message: str) -> None:
    path = tmp_path / "a.coco.json"
    written(path, clip(3))
    record = json.loads(path.read_text())
    BROKEN[message](record)
    path.write_text(json.dumps(record))
    with pytest.raises(FormatError) as raised:
        read_masks(path)
    assert str(path) in str(raised.value)
    assert message in str(raised.value)


def test_broken_files_are_refused(tmp_path: Path) -> None:
    row = [rle.as_coco(rle.empty(Size(4, 5)))]
    sav = {"video_height": 4, "video_width": 5, "masklet": [row], "object": ["a"]}
    cases = {
        "no JSON": "{",
        "no JSON (maximum recursion": "[" * 100_000,
        "none of 'annotations' (COCO), 'videos' (YouTube-VIS) and 'masklet' (SA-V)": "{}",
        "wanted an object": "[]",
        "the key 'video_frame_count' is missing": json.dumps(sav),
        "masklet[0]: 1 masks came for 2 objects": json.dumps(
            sav | {"object": [1, 2], "frame": [0]}
        ),
        "frame: frames beyond the 1 of masklet": json.dumps(sav | {"frame": [1]}),
        "video_height, video_width": json.dumps(sav | {"video_height": 10**9, "frame": [0]}),
    }
    path = tmp_path / "a.json"
    for message, text in cases.items():
        path.write_text(text)
        with pytest.raises(FormatError) as raised:
            read_masks(path)
        assert str(path) in str(raised.value)
        assert message in str(raised.value)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FormatError, match="not UTF-8"):
        read_masks(path)
    with pytest.raises(MediaError, match="does not exist"):
        read_masks(tmp_path / "absent.json")
    with pytest.raises(FormatError, match=r"wanted \.json, \.jsonl, .* or a folder"):
        read_masks(__file__)
    lines = tmp_path / "a.jsonl"
    lines.write_text('{"frame":0,"objects":[1],"masks":[],"scores":[1]}\n')
    with pytest.raises(FormatError, match="line 1: objects, masks and scores differ"):
        read_masks(lines)


def test_frames_of_another_size_and_closed_writers(tmp_path: Path) -> None:
    writer = CocoWriter(tmp_path / "a.coco.json", size=Size(3, 4))
    with pytest.raises(FormatError, match=r"frame 0: \(36, 52\) came; wanted \(3, 4\)"):
        writer.add(result_of(0))
    writer.close()
    writer.close()
    with pytest.raises(MediaError, match="is closed"):
        writer.add(result_of(0))
    (tmp_path / "file").touch()
    with pytest.raises(MediaError, match="cannot be written"):
        CocoWriter(tmp_path / "file" / "a.coco.json", size=SIZE)
