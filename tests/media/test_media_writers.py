"""Videos are written whole, or up to the interruption, or not at all."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import pytest

from masklet.errors import MediaError
from masklet.media.video_file import VideoFile
from masklet.media.writers import AlphaWriter, VideoWriter
from masklet.values import Size


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """Lets no file grow beyond ``size`` bytes, as a full disk would not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_overlay_video_keeps_colours_size_and_rate(tmp_path: Path) -> None:
    """Odd sides grow by one line; what is read back has the colours that were written."""
    size = Size(35, 51)
    colours = [(200, 40, 60), (20, 180, 90), (30, 60, 220)]
    with VideoWriter(tmp_path / "a.mp4", size, 30000 / 1001) as writer:
        for colour in colours:
            writer.add(np.full((*size, 3), colour, np.uint8))
        assert not (tmp_path / "a.mp4").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
    with VideoFile(tmp_path / "a.mp4") as video:
        assert video.size == (36, 52)
        assert video.fps == pytest.approx(30000 / 1001, rel=1e-6)
        for index, colour in enumerate(colours):
            assert np.abs(video[index].astype(int) - colour).max() <= 4
    with av.open(tmp_path / "a.mp4") as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")


def test_alpha_goes_round(tmp_path: Path) -> None:
    picture = np.zeros((33, 48, 4), np.uint8)
    picture[..., :3] = (200, 40, 60)
    for band, alpha in enumerate((255, 129, 0)):
        picture[:, 16 * band : 16 * band + 16, 3] = alpha
    with AlphaWriter(tmp_path / "a.mov", Size(33, 48), 25) as writer:
        for _ in range(3):
            writer.add(picture)
    with av.open(tmp_path / "a.mov") as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "prores"
        frames = [frame.to_ndarray(format="rgba") for frame in container.decode(stream)]
    assert len(frames) == 3
    for frame in frames:
        assert np.abs(frame[..., 3].astype(int) - picture[..., 3]).max() <= 1
        assert np.abs(frame[..., :3].astype(int) - picture[..., :3]).max() <= 2


def test_alpha_is_exact_where_rows_end_anywhere(tmp_path: Path) -> None:
    """FFmpeg's conversion on several threads would lose pixels at the beginning of some rows."""
    size = Size(480, 854)
    picture = np.zeros((*size, 4), np.uint8)
    picture[..., 3] = np.where(np.random.default_rng(0).random(size) < 0.5, 0, 255)
    with AlphaWriter(tmp_path / "a.mov", size, 25) as writer:
        for _ in range(4):
            writer.add(picture)
    with av.open(tmp_path / "a.mov") as container:
        for frame in container.decode(video=0):
            alpha = frame.to_ndarray(format="rgba")[..., 3]
            np.testing.assert_array_equal(alpha > 127, picture[..., 3] > 127)


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
@pytest.mark.parametrize(("kind", "channels"), [(VideoWriter, 3), (AlphaWriter, 4)])
def test_an_interruption_leaves_a_valid_file(
    tmp_path: Path,
    kind: type[VideoWriter] | type[AlphaWriter],
    channels: int,
    error: type[BaseException],
) -> None:
    path = tmp_path / "a.mov"

    def interrupted() -> None:
        with kind(path, Size(32, 32), 25) as writer:
            for _ in range(7):
                writer.add(np.zeros((32, 32, channels), np.uint8))
            raise error

    with pytest.raises(error):
        interrupted()
    with VideoFile(path) as video:
        assert len(video) == 7
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_added_leaves_nothing(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "a.mp4", Size(32, 32), 25):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("kind", "channels"), [(VideoWriter, 3), (AlphaWriter, 4)])
def test_a_full_disk_is_an_error_that_keeps_the_old_file(
    tmp_path: Path, kind: type[VideoWriter] | type[AlphaWriter], channels: int
) -> None:
    path = tmp_path / "a.mov"
    path.write_text("the old file")
    noise = np.random.default_rng(0).integers(0, 255, (128, 128, channels), np.uint8)

    def fill() -> None:
        with kind(path, Size(128, 128), 25) as writer:
            for _ in range(60):
                writer.add(noise)

    with disk_of(4_000), pytest.raises(MediaError, match=r"a\.mov cannot be written"):
        fill()
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_text() == "the old file"


def test_bad_targets_and_pictures(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="is a folder"):
        VideoWriter(tmp_path, Size(32, 32), 25)
    (tmp_path / "file").touch()
    with pytest.raises(MediaError, match="cannot be written"):
        VideoWriter(tmp_path / "file" / "a.mp4", Size(32, 32), 25)
    for fps in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(MediaError, match="frames a second"):
            VideoWriter(tmp_path / "a.mp4", Size(32, 32), fps)
    writer = VideoWriter(tmp_path / "a.mp4", Size(32, 32), 25)
    for picture in (np.zeros((32, 30, 3), np.uint8), np.zeros((32, 32, 4), np.uint8)):
        with pytest.raises(MediaError, match="wanted uint8"):
            writer.add(picture)
    writer.close()
    writer.close()
    with pytest.raises(MediaError, match="is closed"):
        writer.add(np.zeros((32, 32, 3), np.uint8))
