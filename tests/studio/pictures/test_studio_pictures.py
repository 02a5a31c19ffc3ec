"""Frames from several readers at once, and JPEGs within a budget."""

import asyncio
import os
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
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
from masklet.studio.pictures.pool import READERS, SourcePool

pytestmark = pytest.mark.timeout(60)


async def waits() -> bool:
    """Somebody still wants the picture."""
    return False


async def gone() -> bool:
    """Nobody does."""
    return True


def test_many_threads_read_the_right_frames(clip: Path, tmp_path: Path) -> None:
    """Through no more readers than agreed."""
    pool = SourcePool(clip, tmp_path)
    pictures = moving_pictures(FRAMES, (HEIGHT, WIDTH))
    wrong: list[int] = []

    def read(seed: int) -> None:
        for frame in np.random.default_rng(seed).integers(0, FRAMES, 20):
            seen = pool[int(frame)].astype(int)
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
        pool[0]


def test_a_reader_that_fails_is_given_back(clip: Path, tmp_path: Path) -> None:
    """A frame that does not exist, and a video that is gone, block nobody."""
    pool = SourcePool(clip, tmp_path)
    for _ in range(2 * READERS):
        with pytest.raises(IndexError):
            pool[FRAMES]
    assert pool[0].shape == (HEIGHT, WIDTH, 3)
    absent = SourcePool(tmp_path / "absent.mp4", tmp_path)
    for _ in range(2 * READERS):
        with pytest.raises(MediaError):
            absent[0]


def test_frames_are_kept_within_the_budget(clip: Path, tmp_path: Path) -> None:
    """Those asked for longest ago go first."""

    async def story() -> None:
        pool = SourcePool(clip, tmp_path)
        size = len(encoded(pool[0]))
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
        with pytest.raises(MediaError, match="nobody"):
            await jpegs.frame(Wanted("p", 0, None), SourcePool(clip, tmp_path), given_up=gone)
        with pytest.raises(NotFoundError):
            await jpegs.strip(Row("p", 0, 99, 5, 48), SourcePool(clip, tmp_path), given_up=waits)

    asyncio.run(story())


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
