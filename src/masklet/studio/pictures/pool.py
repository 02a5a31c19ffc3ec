"""Several readers of one video, of which each frame takes the one that is nearest before it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import numpy as np
from jaxtyping import Float64, UInt8

from masklet.errors import MaskletError, MediaError
from masklet.media.sources import FrameSource
from masklet.media.video_file import VideoFile
from masklet.studio.errors import NotFoundError
from masklet.studio.pictures.facts import times_of
from masklet.studio.pictures.opening import open_media

READERS = 2
NEAR, STRIDE = 48, 12


class GivenUpError(MaskletError):
    """Nobody waits for the picture any more."""


class _Reader:
    """A source and the frame it read last."""

    def __init__(self, source: FrameSource) -> None:
        self.source = source
        self.last = -1
        self.busy = False

    def distance(self, frame: int) -> int | None:
        """How many frames it decodes to get there by going on; None where it must jump."""
        if self._holds(frame):
            return 0
        ahead = frame - self.last
        return ahead if 0 <= ahead <= NEAR else None

    def read(self, frame: int) -> UInt8[np.ndarray, "H W 3"]:
        """A frame."""
        picture = self.source[frame]
        self.last = frame
        return picture

    def way_to(self, frame: int, key: int) -> range:
        """Frames on the way to one that is far: at each of them one may stop."""
        if self._holds(frame):
            return range(0)
        begin = self.last if key <= self.last <= frame else key
        return range(begin + STRIDE, frame, STRIDE)

    def _holds(self, frame: int) -> bool:
        return isinstance(self.source, VideoFile) and self.source.at_hand(frame)


class SourcePool:
    """Frames of a video by number, for several threads at once.

    Args:
        path: a video or a folder of pictures.
        folder: where the video's index is kept.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        self._path, self._folder = path, folder
        self._change = threading.Condition()
        self._readers: list[_Reader] = []
        self._opening = 0
        self._closed = False

    def read(
        self, frame: int, *, within: int = 0, stop: Event | None = None
    ) -> UInt8[np.ndarray, "H W 3"]:
        """A frame, RGB, or a picture that is had at once from at most ``within`` frames before it.

        Args:
            stop: once it is set, nobody waits for the picture any more.

        Raises:
            NotFoundError: there is no such frame.
            MediaError: it is damaged.
            GivenUpError: ``stop`` was set.
        """
        with self._reader(frame) as reader:
            if not 0 <= frame < len(reader.source):
                raise NotFoundError(f"frame {frame}: the video has no such frame")
            key = key_before(reader.source, frame)
            frame = key if frame - key <= within else frame
            for number in reader.way_to(frame, key):
                if stop is not None and stop.is_set():
                    raise GivenUpError("nobody waits for this picture any more")
                reader.read(number)
            return reader.read(frame)

    def times(self) -> Float64[np.ndarray, "N"]:
        """Seconds from the showing of the first frame to that of each."""
        with self._reader(0) as reader:
            return times_of(reader.source)

    def close(self) -> None:
        """Close the readers, once those that are busy are done."""
        with self._change:
            self._closed = True
            while self._opening or any(reader.busy for reader in self._readers):
                self._change.wait()
            readers, self._readers = self._readers, []
        for reader in readers:
            reader.source.close()

    @contextmanager
    def _reader(self, frame: int) -> Iterator[_Reader]:
        reader = self._taken(frame)
        try:
            yield reader
        finally:
            with self._change:
                reader.busy = False
                self._change.notify_all()

    def _taken(self, frame: int) -> _Reader:
        """The reader nearest before a frame, else one more, else any that is idle."""
        with self._change:
            while True:
                if self._closed:
                    raise MediaError(f"video: {self._path} is closed")
                near = [r for r in self._readers if r.distance(frame) is not None]
                idle = [r for r in near if not r.busy] or (
                    [] if near else [r for r in self._readers if not r.busy]
                )
                if not near and len(self._readers) + self._opening < READERS:
                    self._opening += 1
                    break
                if idle:
                    best = min(idle, key=lambda r: r.distance(frame) or 0)
                    best.busy = True
                    return best
                self._change.wait()
        return self._opened()

    def _opened(self) -> _Reader:
        try:
            reader = _Reader(open_media(self._path, self._folder))
            reader.busy = True
        except BaseException:
            with self._change:
                self._opening -= 1
                self._change.notify_all()
            raise
        with self._change:
            self._opening -= 1
            self._readers.append(reader)
            self._change.notify_all()
        return reader


def key_before(source: FrameSource, frame: int) -> int:
    """The last frame at or before another one that is had at once."""
    if not isinstance(source, VideoFile):
        return frame
    try:
        return source.key_before(frame)
    except IndexError:
        return frame
