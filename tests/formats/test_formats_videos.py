"""Mask videos and cut-outs are read back as they were written; other videos are refused."""

import json
from pathlib import Path

import av
import numpy as np
import pytest
from made_results import SIZE, clip, picture_of, result_of

from masklet.errors import FormatError, MediaError
from masklet.formats.mask_video import NOTE, MaskVideoWriter
from masklet.formats.reader import read_masks
from masklet.formats.writer import Kind, open_writer
from masklet.media.planes import PlaneFile, notes_of
from masklet.media.video_file import VideoFile
from masklet.media.writers import GreyWriter, VideoWriter
from masklet.values import FrameResult, Size

TIMES = (0, 0.04, 0.05, 0.2, 0.21, 0.5, 0.9, 1.5, 1.6)


def crowd(index: int, count: int) -> FrameResult:
    """A frame with so many objects that overlap in many ways."""
    rng = np.random.default_rng(index)
    logits = np.where(rng.random((count, *SIZE)) < 0.3, 1, -1).astype(np.float32)
    ones = np.ones(count, np.float32)
    return FrameResult(
        index=index,
        objects=tuple(range(count)),
        logits=logits,
        scores=ones,
        presence=ones,
        size=SIZE,
    )


def assert_goes_round(path: Path, frames: list[FrameResult]) -> None:
    """Written to a mask video, all is read back."""
    with MaskVideoWriter(path, size=SIZE, fps=25) as writer:
        for frame in frames:
            writer.add(frame)
    track = read_masks(path)
    assert track.frames == tuple(sorted({frame.index for frame in frames}))
    for frame in frames:
        for key, mask in zip(frame.objects, frame.masks, strict=True):
            np.testing.assert_array_equal(track[frame.index].mask(key), mask)


def test_mask_videos_go_round_with_overlaps_and_gaps(tmp_path: Path) -> None:
    frames = [result_of(9), *clip(), result_of(8, ("cat", "late"))]
    assert_goes_round(tmp_path / "a.masks.mkv", frames)
    track = read_masks(tmp_path / "a.masks.mkv")
    assert track.objects == ("cat", 7, "late")
    assert [path.name for path in tmp_path.iterdir()] == ["a.masks.mkv"]
    note = json.loads(notes_of(tmp_path / "a.masks.mkv")[NOTE])
    assert note["frames"] == [[0, 5], [8, 9]]
    assert note["colours"][0] == "#2e86ff"


@pytest.mark.parametrize(("count", "most"), [(1, 255), (7, 255), (11, 65535)])
def test_greys_take_the_bits_they_need(tmp_path: Path, count: int, most: int) -> None:
    assert_goes_round(tmp_path / "a.mkv", [crowd(0, count), crowd(1, count)])
    planes = PlaneFile(tmp_path / "a.mkv", alpha=False)
    assert planes.most == most
    assert max(int(planes[at].max()) for at in range(2)) == most


def test_odd_sizes_and_an_empty_frame(tmp_path: Path) -> None:
    empty = FrameResult(
        index=0,
        objects=(),
        logits=np.zeros((0, 1, 1), np.float32),
        scores=np.zeros(0, np.float32),
        presence=np.zeros(0, np.float32),
        size=Size(35, 51),
    )
    with MaskVideoWriter(tmp_path / "a.mkv", size=Size(35, 51), fps=25) as writer:
        writer.add(empty)
    track = read_masks(tmp_path / "a.mkv")
    assert (track.size, track.objects, track.frames) == ((35, 51), (), (0,))
    assert track[0].masks.shape == (0, 35, 51)


BREAKS = {
    "objects: the key": lambda note: note.pop("objects") and None,
    "greys[0]: a grey or an object that there is not": lambda note: note["greys"][0][1].append(5),
    "greys[0]: wanted a grey": lambda note: note["greys"][0].pop(),
    "greys: 256 came": lambda note: note["greys"][0].__setitem__(0, 256),
    "frames[0]: wanted runs": lambda note: note["frames"].__setitem__(0, [0, 2**30]),
    "frames: 2 came for 3 pictures": lambda note: note["frames"].__setitem__(0, [0, 1]),
    "frame 0: grey 255 came, which has no meaning": lambda note: note["greys"].pop(),
}


@pytest.mark.parametrize("said", BREAKS)
def test_a_false_note_is_refused(tmp_path: Path, said: str) -> None:
    legend = {"objects": ["a"], "greys": [[255, [0]]], "frames": [[0, 2]]}
    BREAKS[said](legend)
    with GreyWriter(tmp_path / "a.mkv", SIZE, 25) as video:
        video.annotate(NOTE, json.dumps(legend))
        for _ in range(3):
            video.add(np.full(SIZE, 255, np.uint8))
    with pytest.raises(FormatError) as raised:
        read_masks(tmp_path / "a.mkv")[0]
    wanted = "the key 'objects' is missing" if said.startswith("objects") else said
    assert str(tmp_path / "a.mkv") in str(raised.value)
    assert wanted in str(raised.value)


@pytest.mark.parametrize("name", ["a.mov", "a.webm", "a.cutouts"])
def test_cutouts_give_one_object_back(tmp_path: Path, name: str) -> None:
    frames = clip()[1:]
    with open_writer(tmp_path / name, size=SIZE, fps=25) as writer:
        for frame in frames:
            writer.add(frame, picture_of(frame.index))
    track = read_masks(tmp_path / name)
    assert (track.objects, track.size, track.frames) == (("cut-out",), SIZE, (1, 2, 3, 4, 5))
    for frame in reversed(frames):
        union = frame.masks.any(axis=0)
        np.testing.assert_array_equal(track[frame.index].mask("cut-out"), union)


def test_a_black_and_white_matte_is_one_object(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "a.mp4", SIZE, 25) as video:
        for frame in clip(3):
            union = np.logical_or.reduce(frame.masks)
            video.add(np.dstack([union.astype(np.uint8) * 255] * 3))
    track = read_masks(tmp_path / "a.mp4")
    assert track.objects == ("matte",)
    for frame in clip(3):
        np.testing.assert_array_equal(track[frame.index].mask("matte"), frame.masks.any(axis=0))


def test_videos_that_hold_no_masks_are_refused(tmp_path: Path) -> None:
    with open_writer(tmp_path / "a.mp4", size=SIZE) as writer:
        writer.add(result_of(0), picture_of(0))
    with pytest.raises(FormatError, match=r"a\.mp4: frame 0 is not black and white"):
        read_masks(tmp_path / "a.mp4")
    (tmp_path / "b.mkv").write_bytes(b"no video at all")
    with pytest.raises(MediaError, match=r"b\.mkv is not a video"):
        read_masks(tmp_path / "b.mkv")
    with GreyWriter(tmp_path / "c.mkv", SIZE, 25) as video:
        video.add(np.full(SIZE, 128, np.uint8))
    with pytest.raises(FormatError, match="not black and white"):
        read_masks(tmp_path / "c.mkv")
    with pytest.raises(MediaError, match=r"a\.mp4 has no alpha"):
        PlaneFile(tmp_path / "a.mp4", alpha=True)


def test_a_cut_file_is_an_error_and_no_guess(tmp_path: Path) -> None:
    """Frames before the damage are read; those after it raise."""
    path = tmp_path / "a.masks.mkv"
    assert_goes_round(path, [crowd(index, 3) for index in range(8)])
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises((FormatError, MediaError), match=r"a\.masks\.mkv"):
        [found.index for found in read_masks(path)]


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.webm", "a.masks.mkv"])
@pytest.mark.parametrize("order", [1, -1])
def test_uneven_times_are_kept(tmp_path: Path, name: str, order: int) -> None:
    """Forwards, backwards, and over frames that are left out."""
    frames = [frame for frame in clip() if frame.index != 3][::order]
    with open_writer(tmp_path / name, size=SIZE, fps=25, times=TIMES) as writer:
        for frame in frames:
            writer.add(frame, picture_of(frame.index))
    indices = (
        sorted(frame.index for frame in frames) if "mkv" in name else [f.index for f in frames]
    )
    with VideoFile(tmp_path / name) as video:
        times = [video.time(at) for at in range(5)]
    steps = np.abs(np.diff([TIMES[index] for index in indices]))
    assert np.diff(times) == pytest.approx(steps, abs=1.1e-3)


def test_a_frame_without_a_time_is_refused(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "a.mp4", SIZE, 25, times=[0.0, 0.1]) as video:
        for frame in (None, 2):
            with pytest.raises(MediaError, match="the times of 2 are known"):
                video.add(picture_of(0), frame)


@pytest.mark.parametrize(
    ("name", "codec", "format_name"),
    [("a.webm", "vp9", "matroska,webm"), ("a.masks.mkv", "ffv1", "matroska,webm")],
)
def test_files_are_of_the_kind_that_their_names_say(
    tmp_path: Path, name: str, codec: str, format_name: str
) -> None:
    with open_writer(tmp_path / name, size=SIZE) as writer:
        writer.add(result_of(0), picture_of(0))
    with av.open(tmp_path / name) as container:
        assert container.format.name == format_name
        assert container.streams.video[0].codec_context.name == codec


def test_a_kind_goes_before_the_name(tmp_path: Path) -> None:
    kind: Kind = "mask-video"
    with open_writer(tmp_path / "x", size=SIZE, kind=kind) as writer:
        writer.add(result_of(0))
    assert NOTE in notes_of(tmp_path / "x")
