"""Input that cannot be used: exit code 2, one line that says why, nothing left behind."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cli_ran import Ran

from masklet.media.sources import open_source

POINT = ("--point", "20,20")


def assert_refused(ran: Ran, said: str) -> None:
    assert ran.code == 2
    assert ran.err.startswith("masklet: error: ")
    assert ran.err.count("\n") == 1
    assert said in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "nothing to follow"),
        (("--point", "9999,3"), "point (9999, 3) is outside the frame, which is 160 wide"),
        (("--point=-1,3",), "point (-1, 3) is outside the frame"),
        (("--point", "nan,3"), "finite"),
        (("--point", "3"), "wanted 2 numbers as x,y, got '3'"),
        (("--point", "500:1:3,3"), "frame=500: the video has frames 0 to 7"),
        ((*POINT, "--point", "4:1:9999,3"), "point (9999, 3) is outside the frame"),
        (("--box", "9,9,5,5"), "wanted x0 < x1"),
        (("--mask", "absent.png"), "absent.png"),
        ((*POINT, "--start", "40"), "start=40"),
        ((*POINT, "--stop", "-1"), "stop=-1"),
        ((*POINT, "--fill-holes", "-1"), "fill_holes=-1"),
        ((*POINT, "--remove-sprinkles", "-1"), "--remove-sprinkles=-1"),
        ((*POINT, "--output", "out.xyz"), "out.xyz"),
        ((*POINT, "--model", "huge"), "name='huge'"),
        ((*POINT, "--checkpoint", "absent.pt"), "absent.pt"),
        ((*POINT, "--device", "toaster"), "device='toaster'"),
        ((*POINT, "--image-size", "33"), "33"),
    ],
)
def test_track_refuses(
    masklet: Callable[..., Ran],
    small_clip: Path,
    tmp_path: Path,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    assert_refused(masklet("track", small_clip, *arguments), said)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("absent.mp4", None, "absent.mp4 does not exist"),
        ("empty.mp4", b"", "empty.mp4 is an empty file"),
        ("text.mp4", b"hello " * 100, "text.mp4 is not a video"),
        ("folder", "folder", "holds no pictures"),
    ],
)
def test_track_refuses_what_is_no_video(
    masklet: Callable[..., Ran], tmp_path: Path, name: str, content: bytes | str | None, said: str
) -> None:
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        path.mkdir()
    assert_refused(masklet("track", path, *POINT), said)
    assert_refused(masklet("stream", path, *POINT, "--output", "out.mp4"), name)


@pytest.mark.parametrize("output", ["--output=file/out.mp4", "--contact-sheet=file/sheet.png"])
def test_an_output_that_cannot_be_written_is_refused_first(
    masklet: Callable[..., Ran], small_clip: Path, tmp_path: Path, output: str
) -> None:
    """Before anything is tracked: there is no frame event."""
    (tmp_path / "file").write_text("in the way")
    ran = masklet("track", small_clip, *POINT, output, "--json")
    assert_refused(ran, "file")
    assert [event["event"] for event in ran.events] == ["error"]
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_mask_of_another_size_is_refused(
    masklet: Callable[..., Ran], small_clip: Path, tmp_path: Path
) -> None:
    from masklet.media.pictures import write_picture

    source = open_source(small_clip)
    write_picture(tmp_path / "mask.png", source[0][:50])
    source.close()
    assert_refused(masklet("track", small_clip, "--mask", "mask.png"), "(50, 160)")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "nothing to segment"),
        (("--point", "9999,3"), "outside the frame"),
        (("--point", "3:1:20,20"), "a picture has only frame 0"),
        ((*POINT, "--output", "out.gif"), "out.gif"),
        ((*POINT, "--output", "picture.png/out.png"), "out.png"),
    ],
)
def test_segment_refuses(
    masklet: Callable[..., Ran],
    small_clip: Path,
    tmp_path: Path,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    from masklet.media.pictures import write_picture

    source = open_source(small_clip)
    write_picture(tmp_path / "picture.png", source[0])
    source.close()
    assert_refused(masklet("segment", "picture.png", *arguments), said)
    assert_refused(masklet("segment", small_clip, *POINT), "not an image")
    assert [path.name for path in tmp_path.iterdir()] == ["picture.png"]


def test_stream_refuses_to_work_for_nothing(masklet: Callable[..., Ran], small_clip: Path) -> None:
    assert_refused(masklet("stream", small_clip, *POINT), "nothing to write")
    asked = (*POINT, "--output", "out.mp4", "--frames", "0")
    assert_refused(masklet("stream", small_clip, *asked), "--frames=0")


@pytest.mark.parametrize("arguments", [(), ("dance",), ("track",), ("track", "a", "--pont", "3,4")])
def test_a_malformed_command_exits_with_2(
    masklet: Callable[..., Ran], arguments: tuple[str, ...]
) -> None:
    ran = masklet(*arguments)
    assert ran.code == 2
    assert ran.err
    assert not ran.out
