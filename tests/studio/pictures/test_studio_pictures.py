"""Frames from several readers at once, and JPEGs within a budget."""

import asyncio
import io
import os
import shutil
import threading
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from small import moving_pictures
from studio.studio_app import FRAMES, HEIGHT, WIDTH

from masklet.errors import MediaError
from masklet.media.frame_index import FrameIndex
from masklet.media.sources import ArraySequence, open_source
from masklet.studio.errors import NotFoundError
from masklet.studio.pictures.encoding import encoded, narrowed
from masklet.studio.pictures.facts import facts_of, is_steady, thumbnail_of
from masklet.studio.pictures.jpeg import Jpegs, Row, Wanted
from masklet.studio.pictures.opening import INDEX, index_of, open_media
from masklet.studio.pictures.pool import READERS, GivenUpError, SourcePool

pytestmark = pytest.mark.timeout(60)


async def waits() -> bool:
    """Somebody still wants the picture."""
    return False


async def gone() -> bool:
    """Nobody does."""
    return True


@pytest.fixture(scope="session")
def long_group(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty frames that tell their numbers by their grey, a key picture every thirty."""
    path = tmp_path_factory.mktemp("group") / "group.mp4"
    with av.open(str(path), "w") as container:
        options = {"g": "30", "sc_threshold": "0", "crf": "5"}
        stream = container.add_stream("libx264", rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(60):
            grey = np.full((48, 64, 3), 4 * number + 8, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
        container.mux(stream.encode())
    return path


def number_of(picture: np.ndarray) -> int:
    """Which of those it is."""
    return round((float(picture.mean()) - 8) / 4)


def test_many_threads_read_the_right_frames(clip: Path, tmp_path: Path) -> None:
    """Through no more readers than agreed."""
    pool = SourcePool(clip, tmp_path)
    pictures = moving_pictures(FRAMES, (HEIGHT, WIDTH))
    wrong: list[int] = []

    def read(seed: int) -> None:
        for frame in np.random.default_rng(seed).integers(0, FRAMES, 20):
            seen = pool.read(int(frame)).astype(int)
            errors = [np.abs(seen - picture).mean() for picture in pictures]
            if int(np.argmin(errors)) != frame:
                wrong.append(int(frame))

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(pool._readers) <= READERS
    pool.close()
    with pytest.raises(MediaError, match="closed"):
        pool.read(0)


def test_a_reader_that_fails_is_given_back(clip: Path, tmp_path: Path) -> None:
    """A frame that does not exist, and a video that is gone, block nobody."""
    pool = SourcePool(clip, tmp_path)
    for _ in range(2 * READERS):
        with pytest.raises(NotFoundError):
            pool.read(FRAMES)
    assert pool.read(0).shape == (HEIGHT, WIDTH, 3)
    absent = SourcePool(tmp_path / "absent.mp4", tmp_path)
    for _ in range(2 * READERS):
        with pytest.raises(MediaError):
            absent.read(0)


def test_frames_are_kept_within_the_budget(clip: Path, tmp_path: Path) -> None:
    """Those asked for longest ago go first."""

    async def story() -> None:
        pool = SourcePool(clip, tmp_path)
        size = len(encoded(pool.read(0)))
        jpegs = Jpegs(3 * size)
        for frame in range(FRAMES):
            await jpegs.frame(Wanted("p", frame, None), pool, given_up=waits)
        assert jpegs.bytes <= 3 * size
        kept = Wanted("p", FRAMES - 1, None)
        pool.close()
        assert await jpegs.frame(kept, pool, given_up=waits)
        with pytest.raises(MediaError):
            await jpegs.frame(Wanted("p", 0, None), pool, given_up=waits)

    asyncio.run(story())


def test_pictures_that_nobody_awaits_are_not_made(clip: Path, tmp_path: Path) -> None:
    """They would only hold up the others."""

    async def story() -> None:
        jpegs = Jpegs(2**20)
        with pytest.raises(GivenUpError):
            await jpegs.frame(Wanted("p", 0, None), SourcePool(clip, tmp_path), given_up=gone)
        with pytest.raises(NotFoundError):
            await jpegs.strip(Row("p", 0, 99, 5, 48), SourcePool(clip, tmp_path), given_up=waits)

    asyncio.run(story())


def test_decoding_ends_when_nobody_waits(long_group: Path, tmp_path: Path) -> None:
    """A frame far behind its key picture costs nothing once it is not wanted."""
    pool = SourcePool(long_group, tmp_path)
    stop = threading.Event()
    stop.set()
    with pytest.raises(GivenUpError):
        pool.read(55, stop=stop)
    assert pool._readers[0].last == -1
    picture = pool.read(55)
    assert number_of(picture) == 55
    assert number_of(pool.read(54, stop=stop)) == 54


def test_a_picture_close_by_comes_at_once(long_group: Path, tmp_path: Path) -> None:
    """The key picture, if it is close enough."""
    pool = SourcePool(long_group, tmp_path)
    assert number_of(pool.read(35, within=40)) == 30
    assert number_of(pool.read(35, within=4)) == 35
    assert number_of(pool.read(29, within=29)) == 0


def test_a_filmstrip_takes_quick_pictures(long_group: Path, tmp_path: Path) -> None:
    """Where they are not half a step off."""
    assert Row("p", 0, 59, 2, 48).frames == [0, 59]
    pool = SourcePool(long_group, tmp_path)
    rough, fine = Row("p", 0, 59, 1, 48), Row("p", 30, 59, 30, 48)
    assert rough.slack >= 29
    assert fine.slack == 0

    async def story() -> list[bytes]:
        jpegs = Jpegs(2**20)
        return [await jpegs.strip(row, pool, given_up=waits) for row in (rough, fine)]

    one, thirty = asyncio.run(story())
    assert np.asarray(Image.open(io.BytesIO(one))).shape == (48, 64, 3)
    assert np.asarray(Image.open(io.BytesIO(thirty))).shape == (48, 30 * 64, 3)


def test_narrowing_keeps_proportions() -> None:
    """And never widens."""
    picture = np.zeros((90, 160, 3), np.uint8)
    assert narrowed(picture, 80).shape == (45, 80, 3)
    assert narrowed(picture, 320).shape == (90, 160, 3)
    assert narrowed(np.zeros((1, 500, 3), np.uint8), 160).shape == (1, 160, 3)


def test_facts_of_even_and_uneven_videos(clip: Path, uneven: Path) -> None:
    """Pictures without times are even."""
    even, other = open_source(clip), open_source(uneven)
    assert facts_of(even) == (FRAMES, WIDTH, HEIGHT, 25.0, True)
    assert not is_steady(other)
    assert facts_of(ArraySequence(moving_pictures(3))).fps is None
    assert is_steady(ArraySequence(moving_pictures(3)))
    assert thumbnail_of(even).startswith(b"\xff\xd8")
    even.close()
    other.close()


def test_an_index_is_kept_beside_the_project(clip: Path, tmp_path: Path) -> None:
    """It is made anew where it is of another file, or broken."""
    video = Path(shutil.copy(clip, tmp_path / "clip.mp4"))
    first = index_of(video, tmp_path / INDEX)
    assert (tmp_path / INDEX).is_file()
    kept = FrameIndex(first.shown[:5], 0, first.key_shown, first.key_sought, counted=False)
    with np.load(tmp_path / INDEX) as held:
        stamp = held["stamp"]
    np.savez(tmp_path / INDEX, stamp=stamp, **kept._asdict())
    assert len(index_of(video, tmp_path / INDEX).shown) == 5
    os.utime(video, ns=(0, 1))
    assert len(index_of(video, tmp_path / INDEX).shown) == FRAMES
    for broken in (b"", b"PK\x03\x04broken", b"\x93NUMPY"):
        (tmp_path / INDEX).write_bytes(broken)
        assert len(index_of(video, tmp_path / INDEX).shown) == FRAMES
    np.savez(tmp_path / INDEX, stamp=stamp, shown=np.array(["x"]))
    assert len(index_of(video, tmp_path / INDEX).shown) == FRAMES


def test_an_index_that_cannot_be_kept_is_made_each_time(clip: Path, tmp_path: Path) -> None:
    """The folder is a file here."""
    (tmp_path / "file").touch()
    assert len(open_media(clip, tmp_path / "file")) == FRAMES
