"""Opening a project's video by an index that is kept beside it, so that an hour opens at once."""

from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from masklet.errors import MediaError
from masklet.media.atomic import part_of, put_in_place
from masklet.media.frame_index import FrameIndex, index_frames
from masklet.media.sources import FrameSource, open_source
from masklet.media.video_file import VideoFile

INDEX = "index.npz"


def open_media(video: Path, folder: Path) -> FrameSource:
    """The frames of a video file or a folder of pictures.

    Args:
        folder: where the file's index is kept; one that is of another file is made anew.

    Raises:
        MediaError: it cannot be read.
    """
    if video.is_dir():
        return open_source(video)
    return VideoFile(video, index=index_of(video, folder / INDEX))


def index_of(video: Path, kept: Path) -> FrameIndex:
    """The index of a video: what was kept if it is of this file, else a new one, which is kept.

    Raises:
        MediaError: it is no video.
    """
    stamp = _stamp(video)
    held = _load(kept, stamp)
    if held is None:
        held = index_frames(video)
        _save(kept, held, stamp)
    return held


def _stamp(video: Path) -> np.ndarray:
    """Changes when the file does, int64 [2]."""
    try:
        facts = video.stat()
    except OSError as error:
        raise MediaError(f"video: {video} cannot be read: {error.strerror}") from error
    return np.array([facts.st_size, facts.st_mtime_ns], np.int64)


def _load(kept: Path, stamp: np.ndarray) -> FrameIndex | None:
    """What was kept, if it is whole and of this file."""
    try:
        with kept.open("rb") as file, np.load(file, allow_pickle=False) as held:
            if not np.array_equal(held["stamp"], stamp):
                return None
            shown, key_shown, key_sought = (
                held[name] for name in ("shown", "key_shown", "key_sought")
            )
            missing, counted = int(held["missing"]), bool(held["counted"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError, EOFError, BadZipFile):
        return None
    lists = (shown, key_shown, key_sought)
    whole = all(part.dtype == np.int64 and part.ndim == 1 for part in lists)
    if not whole or len(key_shown) != len(key_sought) or missing < 0:
        return None
    return FrameIndex(shown, missing, key_shown, key_sought, counted)


def _save(kept: Path, index: FrameIndex, stamp: np.ndarray) -> None:
    """Keep it where that is possible: without it, opening only takes longer."""
    try:
        part = part_of(kept)
    except MediaError:
        return
    try:
        with part.open("wb") as file:
            np.savez(file, stamp=stamp, **index._asdict())
        put_in_place(part, kept)
    except (OSError, MediaError):
        return
    finally:
        part.unlink(missing_ok=True)
