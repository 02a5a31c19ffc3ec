"""Video files written frame by frame: H.264 to look at, ProRes 4444 to carry alpha."""

import math
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import av
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from av.video.stream import VideoStream
from jaxtyping import UInt8

from masklet.errors import MediaError
from masklet.media.atomic import part_of, put_in_place, writing
from masklet.values import Size

BT709 = 1
LIMITED_RANGE = 1


@dataclass(frozen=True)
class Encoding:
    """How pictures become a file.

    Attributes:
        container: FFmpeg's name of the file format.
        codec: FFmpeg's name of the encoder.
        stored: pixel format in the file.
        given: pixel format of the pictures that are added.
        channels: of those.
        step: width and height in the file are multiples of it.
        threads: for the change of pixel format, 0 for one a core. One alone writes 10-bit alpha:
            of several, each writes over the beginning of the next one's rows (FFmpeg 8).
        options: of the encoder.
    """

    container: str
    codec: str
    stored: str
    given: str
    channels: int
    step: int
    threads: int
    options: tuple[tuple[str, str], ...]


H264 = Encoding(
    "mp4", "libx264", "yuv420p", "rgb24", 3, 2, 0, (("crf", "18"), ("preset", "veryfast"))
)
PRORES_4444 = Encoding(
    "mov", "prores_ks", "yuva444p10le", "rgba", 4, 1, 1, (("profile", "4444"), ("alpha_bits", "16"))
)


Writer = TypeVar("Writer", bound="_Writer")


class _Writer:
    """One video stream written under a temporary name, and given its name when it is closed.

    Leaving the ``with`` block early, by an error or an interruption, closes what was written so
    far into a valid file under the final name; nothing is left where no picture was added.
    """

    def __init__(self, path: str | Path, size: Size, fps: float, encoding: Encoding) -> None:
        if not (math.isfinite(fps) and 0 < fps <= 1000) or min(size) < 1:
            raise MediaError(f"output: a video of {tuple(size)} at {fps} frames a second; no such")
        self._path = Path(path)
        self._size = Size(*size)
        self._encoding = encoding
        self._reformatter = VideoReformatter()
        self._count = 0
        self._part = part_of(self._path)
        with self._writing():
            self._container = av.open(f"file:{self._part}", "w", format=encoding.container)
            self._stream = self._add_stream(self._container, fps)
        self._closed = False

    def add(self, picture: UInt8[np.ndarray, "H W C"]) -> None:
        """Appends one picture.

        Raises:
            MediaError: it has another size or kind than agreed, the writer is closed, or it
                cannot be written, as on a full disk.
        """
        wanted = (*self._size, self._encoding.channels)
        if picture.shape != wanted or picture.dtype != np.uint8:
            came = f"{picture.dtype} {list(picture.shape)}"
            raise MediaError(f"picture: {came} came; wanted uint8 {list(wanted)}")
        if self._closed:
            raise MediaError(f"output: {self._path} is closed")
        with self._writing():
            self._container.mux(self._stream.encode(self._frame_of(picture)))
        self._count += 1

    def close(self) -> None:
        """Finishes the file and gives it its name; the second time, does nothing.

        Raises:
            MediaError: it cannot be written, as on a full disk; nothing is left then.
        """
        if self._closed:
            return
        self._closed = True
        try:
            with self._writing():
                if self._count:
                    self._container.mux(self._stream.encode())
                self._container.close()
            if self._count:
                put_in_place(self._part, self._path)
        finally:
            self._part.unlink(missing_ok=True)

    def __enter__(self: Writer) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        try:
            self.close()
        except MediaError:
            if kind is None:
                raise

    def _add_stream(self, container: OutputContainer, fps: float) -> VideoStream:
        """The stream, tagged with the colours that every player expects."""
        rate = Fraction(fps).limit_denominator(1001)
        options = dict(self._encoding.options)
        stream = container.add_stream(self._encoding.codec, rate=rate, options=options)
        assert isinstance(stream, VideoStream)
        step = self._encoding.step
        stream.height = math.ceil(self._size.height / step) * step
        stream.width = math.ceil(self._size.width / step) * step
        stream.pix_fmt = self._encoding.stored
        context = stream.codec_context
        context.colorspace = context.color_primaries = context.color_trc = BT709
        context.color_range = LIMITED_RANGE
        return stream

    def _frame_of(self, picture: UInt8[np.ndarray, "H W C"]) -> VideoFrame:
        """The picture in the file's pixel format, its last row and column repeated to fit."""
        below = self._stream.height - self._size.height
        beside = self._stream.width - self._size.width
        if below or beside:
            picture = np.pad(picture, ((0, below), (0, beside), (0, 0)), mode="edge")
        whole = np.ascontiguousarray(picture)
        frame = self._reformatter.reformat(
            VideoFrame.from_ndarray(whole, format=self._encoding.given),
            format=self._encoding.stored,
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
            threads=self._encoding.threads,
        )
        frame.pts = self._count
        frame.time_base = 1 / Fraction(self._stream.codec_context.framerate)
        return frame

    def _writing(self) -> AbstractContextManager[None]:
        return writing(self._path)


class VideoWriter(_Writer):
    """An H.264 mp4 that plays everywhere; an odd side is made even by repeating its last line.

    Args:
        path: where the video will be.
        size: height and width of the pictures, RGB, that will be added.
        fps: frames a second.

    Raises:
        MediaError: the folder cannot be written to, or the size or rate cannot be used.
    """

    def __init__(self, path: str | Path, size: Size, fps: float) -> None:
        super().__init__(path, size, fps, H264)


class AlphaWriter(_Writer):
    """A ProRes 4444 mov of RGBA pictures, alpha kept, for editing programs.

    Args:
        path: where the video will be.
        size: height and width of the pictures, RGBA, that will be added.
        fps: frames a second.

    Raises:
        MediaError: the folder cannot be written to, or the size or rate cannot be used.
    """

    def __init__(self, path: str | Path, size: Size, fps: float) -> None:
        super().__init__(path, size, fps, PRORES_4444)
