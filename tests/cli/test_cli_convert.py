"""``masklet convert``: every readable form to every writable one, and what it refuses."""

import json
from collections.abc import Callable
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.stream import VideoStream
from cli_ran import Ran

from masklet.formats.lines import LinesWriter
from masklet.formats.reader import read_masks
from masklet.formats.track import MaskTrack
from masklet.media.sources import open_source
from masklet.media.video_file import VideoFile
from masklet.values import FrameResult, Size

SIZE = Size(90, 160)
MASKS = ("b.coco.json", "b.sav.json", "b.vis.json", "b.jsonl", "b.masks.mkv", "b.objects", "b.yolo")


def write_masks(path: Path, *, overlap: bool = False, frames: int = 6) -> Path:
    """Two objects in a file of JSON lines."""
    with LinesWriter(path, size=SIZE) as writer:
        for index in range(frames):
            logits = np.full((2, *SIZE), -1, np.float32)
            logits[0, 10:40, 10 + index : 50 + index] = 1
            logits[0, 20:24, 20 + index : 24 + index] = -1
            logits[1, 30 if overlap else 50 : 80, 30:70] = 1
            scores = np.array([0.75, 0.5], np.float32)
            writer.add(
                FrameResult(
                    index=index,
                    objects=("cat", 7),
                    logits=logits,
                    scores=scores,
                    presence=scores,
                    size=SIZE,
                )
            )
    return path


def assert_same(track: MaskTrack, wanted: MaskTrack) -> None:
    """The same objects on the same frames."""
    assert (track.objects, track.frames, track.size) == (wanted.objects, wanted.frames, wanted.size)
    for one, other in zip(track, wanted, strict=True):
        np.testing.assert_array_equal(one.masks, other.masks)


@pytest.mark.parametrize("name", MASKS)
def test_there_and_back(masklet: Callable[..., Ran], tmp_path: Path, name: str) -> None:
    wanted = read_masks(write_masks(tmp_path / "a.jsonl", overlap=True))
    ran = masklet("convert", "a.jsonl", name)
    assert (ran.code, ran.out) == (0, f"{name}\n")
    assert_same(read_masks(tmp_path / name), wanted)
    ran = masklet("convert", name, "c.coco.json")
    assert (ran.code, ran.out, ran.err) == (0, "c.coco.json\n", "")
    assert_same(read_masks(tmp_path / "c.coco.json"), wanted)


def test_run_lengths_and_scores_go_over_as_they_are(
    masklet: Callable[..., Ran], tmp_path: Path
) -> None:
    write_masks(tmp_path / "a.jsonl")
    assert masklet("convert", "a.jsonl", "b.coco.json").code == 0
    assert masklet("convert", "b.coco.json", "c.jsonl").code == 0
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "c.jsonl").read_bytes()


def test_what_is_lost_is_said(masklet: Callable[..., Ran], tmp_path: Path) -> None:
    write_masks(tmp_path / "a.jsonl", overlap=True)
    ran = masklet("convert", "a.jsonl", "masks/")
    assert (ran.code, ran.out) == (0, "masks/\n")
    assert ran.err.startswith("masklet: note: masks/: Objects overlap on 6 frames")
    ran = masklet("convert", "a.jsonl", "b.yolo", "--json")
    assert (ran.code, ran.err) == (0, "")
    events = [event["event"] for event in ran.events]
    assert events == ["frame"] * 6 + ["note", "done"]
    assert "6 holes" in ran.events[6]["message"]
    assert ran.events[0] == {"event": "frame", "frame": 0, "objects": ["cat", 7]}
    assert ran.events[7]["complete"] is True


@pytest.mark.parametrize("name", ["b.mp4", "b.mov", "b.webm", "b.cutouts"])
def test_pictured_outputs(
    masklet: Callable[..., Ran], small_clip: Path, tmp_path: Path, name: str
) -> None:
    wanted = read_masks(write_masks(tmp_path / "a.jsonl"))
    refused = masklet("convert", "a.jsonl", name)
    assert (refused.code, "--video" in refused.err) == (2, True)
    ran = masklet("convert", "a.jsonl", name, "--video", small_clip)
    assert (ran.code, ran.out, ran.err) == (0, f"{name}\n", "")
    with closing(open_source(tmp_path / name)) as source:
        assert (len(source), source.size) == (6, SIZE)
    if name != "b.mp4":
        for one, other in zip(read_masks(tmp_path / name), wanted, strict=True):
            np.testing.assert_array_equal(one.masks[0], other.masks.any(axis=0))


def test_a_videos_uneven_timing_is_kept(masklet: Callable[..., Ran], tmp_path: Path) -> None:
    """By convert, and by track."""
    shown = [0, 40, 50, 200, 210, 500]
    with av.open(tmp_path / "uneven.mp4", "w") as container:
        stream = container.add_stream("libx264", rate=25)
        assert isinstance(stream, VideoStream)
        stream.height, stream.width, stream.pix_fmt = *SIZE, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for time in shown:
            picture = np.full((*SIZE, 3), time % 250, np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = time, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    write_masks(tmp_path / "a.jsonl")
    assert masklet("convert", "a.jsonl", "b.webm", "--video", "uneven.mp4").code == 0
    point = ("--point", "20,20", "--image-size", "64")
    assert masklet("track", "uneven.mp4", *point, "--output", "c.mp4").code == 0
    for name in ("b.webm", "c.mp4"):
        with VideoFile(tmp_path / name) as video:
            times = [video.time(at) for at in range(6)]
        assert times == pytest.approx([time / 1000 for time in shown], abs=1.1e-3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("absent.json", "b.coco.json"), "absent.json does not exist"),
        (("a.jsonl", "b.xyz"), "b.xyz came; wanted a name that ends in"),
        (("a.jsonl", "b.jsonl", "--size", "12"), "--size=12: wanted width and height"),
        (("a.jsonl", "b.masks.mkv", "--fps", "0"), "--fps=0"),
        (("a.jsonl", "b.mp4", "--video", "absent.mp4"), "absent.mp4"),
        (("bare", "b.coco.json"), "do not say how large the frames are"),
        (("long.jsonl", "b.mp4", "--video", "CLIP"), "long.jsonl: frame 8 came; "),
        (("yolo", "b.mp4", "--video", "CLIP", "--size", "80x60"), "masks of 80x60 came; "),
        (("torn.coco.json", "b.jsonl"), "torn.coco.json: no JSON"),
    ],
)
def test_convert_refuses(
    masklet: Callable[..., Ran],
    small_clip: Path,
    tmp_path: Path,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    write_masks(tmp_path / "a.jsonl")
    write_masks(tmp_path / "long.jsonl", frames=9)
    for name in ("bare", "yolo"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "0.txt").write_text("0 0.1 0.1 0.9 0.1 0.5 0.9\n")
    (tmp_path / "torn.coco.json").write_text('{"images": [')
    before = sorted(path.name for path in tmp_path.iterdir())
    ran = masklet("convert", *(small_clip if word == "CLIP" else word for word in arguments))
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert ran.err.startswith("masklet: error: ")
    assert said in ran.err
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_broken_frame_leaves_what_came_before(
    masklet: Callable[..., Ran], tmp_path: Path
) -> None:
    write_masks(tmp_path / "a.jsonl")
    assert masklet("convert", "a.jsonl", "b.yolo").code == 0
    (tmp_path / "b.yolo/labels/00003.txt").write_text("0 1\n")
    ran = masklet("convert", "b.yolo", "c.vis.json", "--json")
    assert ran.code == 2
    assert "00003.txt: line 1" in ran.err
    assert [event["event"] for event in ran.events][-2:] == ["done", "error"]
    assert ran.events[-2]["complete"] is False
    assert read_masks(tmp_path / "c.vis.json").frames == (0, 1, 2)


def test_size_is_for_labels_that_do_not_say(masklet: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare/0.txt").write_text("3 0.1 0.1 0.9 0.1 0.5 0.9\n")
    assert masklet("convert", "bare", "b.coco.json", "--size", "40x30").code == 0
    told = json.loads((tmp_path / "b.coco.json").read_text())
    assert (told["images"][0]["width"], told["images"][0]["height"]) == (40, 30)
    assert read_masks(tmp_path / "b.coco.json")[0].mask(3)[15, 20]
