"""A video file or address whose frames are decoded when they are asked for, in any order."""

from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError
from av.video.reformatter import VideoReformatter
from jaxtyping import Float64, Int64, UInt8

from masklet.errors import MediaError
from masklet.media.container import open_container
from masklet.media.frame_index import FrameIndex, decode, index_frames, packets_of
from masklet.media.turn import turn, turn_of
from masklet.values import Size

CACHE_BYTES = 64 * 2**20


class VideoFile:
    """Frame ``n`` is the ``n``-th picture shown, at constant or variable rate, upright.

    Opening reads the file's packets once, so an address is fetched once over, and keeps some
    bytes a frame. Frames in order are decoded once each; any other frame is decoded from the key
    frame before it, and decoded frames stay at hand up to ``cache_bytes``, so that reading
    backwards decodes a group of pictures a few times and not once a frame.

    Where the file is cut short or damaged, the frames that can be decoded keep their numbers and
    every other raises ``MediaError``.

    Args:
        source: path or URL of a video.
        cache_bytes: memory for decoded frames, as they come out of the decoder.
        index: of this very file, where ``index_frames`` has made it before; its packets are not
            read then.

    Raises:
        MediaError: there is no video at ``source``, or none of it can be decoded.
    """

    def __init__(
        self,
        source: str | Path,
        *,
        cache_bytes: int = CACHE_BYTES,
        index: FrameIndex | None = None,
    ) -> None:
        self._source = source
        self._cache_bytes = cache_bytes
        self._cache: OrderedDict[int, av.VideoFrame] = OrderedDict()
        self._cached_bytes = 0
        self._index = index_frames(source) if index is None else index
        self._opened = open_container(source)
        self._closed = False
        self._reformatter = VideoReformatter()
        self._last = -1
        self._frames = self._decoded()
        try:
            first = self._first_frame()
            self._turn = turn_of(first)
            self.size = Size(*self._upright(first).shape[:2])
        except BaseException:
            self.close()
            raise

    @property
    def fps(self) -> float | None:
        """Mean frames a second, None where the file does not say."""
        rate = self._opened.stream.average_rate or self._opened.stream.guessed_rate
        return float(rate) if rate else None

    def __len__(self) -> int:
        return len(self._index.shown) + self._index.missing

    def __getitem__(self, index: int) -> UInt8[np.ndarray, "H W 3"]:
        """Frame ``index``, RGB.

        Raises:
            IndexError: there is no such frame.
            MediaError: the file is damaged there, or the frame has another size than the first.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"frame {index} of {self._source}: wanted 0 to {len(self) - 1}")
        if self._closed:
            raise MediaError(f"frame {index} of {self._source}: the video is closed")
        if index >= len(self._index.shown):
            raise MediaError(f"frame {index} of {self._source} is missing: the file is cut short")
        picture = self._upright(self._cache.get(index) or self._decode(index))
        if picture.shape[:2] != self.size:
            came, wanted = _by(picture.shape[0], picture.shape[1]), _by(*self.size)
            raise MediaError(f"frame {index} of {self._source} is {came}, the first one {wanted}")
        return picture

    def time(self, index: int) -> float:
        """Seconds from the showing of the first frame to that of frame ``index``.

        Raises:
            IndexError: the file holds no such frame.
        """
        shown = self._index.shown
        if not 0 <= index < len(shown):
            raise IndexError(f"frame {index} of {self._source}: wanted 0 to {len(shown) - 1}")
        return float(self._seconds(shown[index : index + 1])[0])

    @property
    def times(self) -> Float64[np.ndarray, "N"]:
        """As ``time``, of every frame that the file holds."""
        return self._seconds(self._index.shown)

    def _seconds(self, shown: Int64[np.ndarray, "n"]) -> Float64[np.ndarray, "n"]:
        base = self._opened.stream.time_base
        if self._index.counted or base is None:
            return shown / (self.fps or 25.0)
        return (shown - self._index.shown[0]) * float(base)

    def at_hand(self, index: int) -> bool:
        """Whether frame ``index`` is decoded already."""
        return index in self._cache

    def key_before(self, index: int) -> int:
        """The number of the last frame at or before ``index`` that is decoded alone, so quickly.

        Raises:
            IndexError: the file holds no such frame.
        """
        if not 0 <= index < len(self._index.shown):
            last = len(self._index.shown) - 1
            raise IndexError(f"frame {index} of {self._source}: wanted 0 to {last}")
        return next((self._number_of(key) for key in self._keys_before(index)), 0)

    def close(self) -> None:
        """Frees the file and the frames kept."""
        self._closed = True
        self._cache.clear()
        self._frames = iter(())
        self._opened.container.close()

    def __enter__(self) -> "VideoFile":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _upright(self, frame: av.VideoFrame) -> UInt8[np.ndarray, "H W 3"]:
        """The pixels of a frame as they are to be seen."""
        pixels = self._reformatter.reformat(frame, format="rgb24").to_ndarray()
        return np.ascontiguousarray(turn(pixels, self._turn))

    def _first_frame(self) -> av.VideoFrame:
        """The first frame that can be decoded."""
        for number, frame in self._frames:
            self._last = number
            self._keep(number, frame)
            return frame
        raise MediaError(f"video: {self._source} holds no frame that can be decoded")

    def _decode(self, index: int) -> av.VideoFrame:
        """Frame ``index``, decoded on from here if that is shortest, else from a key picture."""
        ways: list[int | None] = [*self._keys_before(index), None]
        if self._last < index and (ways[0] is None or self._number_of(ways[0]) <= self._last + 1):
            frame = self._run_to(index)
            if frame is not None:
                return frame
        for key in ways:
            self._restart(key)
            frame = self._run_to(index)
            if frame is not None:
                return frame
        raise MediaError(f"frame {index} of {self._source} is damaged and cannot be decoded")

    def _keys_before(self, index: int) -> range:
        """The two key pictures at or before frame ``index``, nearest first.

        The second one serves where the first gives no clean picture at once (open groups of
        pictures, gradual refresh) or the container seeks past it.
        """
        at = int(np.searchsorted(self._index.key_shown, self._index.shown[index], side="right"))
        return range(at - 1, max(at - 3, -1), -1)

    def _number_of(self, key: int) -> int:
        """The frame number of a key picture."""
        return int(np.searchsorted(self._index.shown, self._index.key_shown[key]))

    def _restart(self, key: int | None) -> None:
        """Makes a key picture the next to be decoded; None is the beginning of the file."""
        try:
            if key is None:
                self._opened.container.close()
                self._opened = open_container(self._source)
            else:
                time = int(self._index.key_sought[key])
                self._opened.container.seek(time, stream=self._opened.stream)
        except (FFmpegError, OSError) as error:
            raise MediaError(f"video: {self._source} cannot be read again: {error}") from error
        self._last = -1
        self._frames = self._decoded()

    def _run_to(self, index: int) -> av.VideoFrame | None:
        """Decodes on to frame ``index``; None where it does not come out."""
        for number, frame in self._frames:
            self._last = number
            self._keep(number, frame)
            if number >= index:
                return frame if number == index else None
        self._last = len(self)
        return None

    def _decoded(self) -> Iterator[tuple[int, av.VideoFrame]]:
        """Numbered frames from here on; what cannot be decoded is left out, not renumbered."""
        shown = self._index.shown
        count, begun = 0, self._index.counted
        for packet in packets_of(self._opened):
            begun = begun or packet.is_keyframe or packet.size == 0
            for frame in decode(packet) if begun else ():
                if self._index.counted:
                    yield count, frame
                elif frame.pts is not None and not frame.is_corrupt:
                    number = int(np.searchsorted(shown, frame.pts))
                    if number < len(shown) and shown[number] == frame.pts:
                        yield number, frame
                count += 1

    def _keep(self, number: int, frame: av.VideoFrame) -> None:
        """Remembers a frame, and forgets the oldest beyond the budget."""
        if number in self._cache:
            return
        self._cache[number] = frame
        self._cached_bytes += _bytes_of(frame)
        while self._cached_bytes > self._cache_bytes and len(self._cache) > 1:
            _, oldest = self._cache.popitem(last=False)
            self._cached_bytes -= _bytes_of(oldest)


def _by(height: int, width: int) -> str:
    return f"{width}x{height}"


def _bytes_of(frame: av.VideoFrame) -> int:
    return sum(plane.buffer_size for plane in frame.planes)
