"""Video files written frame by frame: to look at, to carry alpha, and exact grey ones."""

import math
from contextlib import AbstractContextManager
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import av
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from av.video.stream import VideoStream
from jaxtyping import UInt8, UInt16

from masklet.errors import MediaError
from masklet.media.atomic import part_of, put_in_place, writing
from masklet.media.encodings import (
    FFV1_GREY,
    FFV1_GREY_16,
    H264,
    PRORES_4444,
    VP9_ALPHA,
    Encoding,
)
from masklet.media.timing import EvenClock, SourceClock, Times
from masklet.values import Size

BT709 = 1
LIMITED_RANGE, FULL_RANGE = 1, 2

Pixels = UInt8[np.ndarray, "H W C"] | UInt8[np.ndarray, "H W"] | UInt16[np.ndarray, "H W"]
Writer = TypeVar("Writer", bound="_Writer")


class _Writer:
    """One video stream written under a temporary name, and given its name when it is closed.

    Leaving the ``with`` block early, by an error or an interruption, closes what was written so
    far into a valid file under the final name; nothing is left where no picture was added.
    """

    def __init__(
        self,
        path: str | Path,
        size: Size,
        fps: float,
        encoding: Encoding,
        times: Times | None = None,
    ) -> None:
        if not (math.isfinite(fps) and 0 < fps <= 1000) or min(size) < 1:
            raise MediaError(f"output: a video of {tuple(size)} at {fps} frames a second; no such")
        self._path = Path(path)
        self._size = Size(*size)
        self._encoding = encoding
        self._reformatter = VideoReformatter()
        rate = Fraction(fps).limit_denominator(1001)
        self._clock = EvenClock(rate) if times is None else SourceClock(times)
        self._count = 0
        self._part = part_of(self._path)
        with self._writing():
            self._container = av.open(
                f"file:{self._part}",
                "w",
                format=encoding.container,
                container_options=dict(encoding.muxer),
            )
            self._stream = self._add_stream(self._container, rate)
        self._closed = False

    def annotate(self, key: str, text: str) -> None:
        """Says something in the file's metadata.

        Raises:
            MediaError: a picture was added already.
        """
        if self._count or self._closed:
            raise MediaError(f"output: {self._path} takes no {key!r} after its first picture")
        self._container.metadata[key] = text

    def add(self, picture: Pixels, frame: int | None = None) -> None:
        """Appends one picture.

        Args:
            picture: of the agreed size and kind.
            frame: which frame of the source it is; needed where ``times`` were given.

        Raises:
            MediaError: it has another size or kind than agreed, the writer is closed, or it
                cannot be written, as on a full disk.
        """
        self._check(picture)
        if self._closed:
            raise MediaError(f"output: {self._path} is closed")
        moment = self._clock.next(frame)
        with self._writing():
            stored = self._frame_of(picture)
            stored.pts, stored.duration = moment
            stored.time_base = self._clock.base
            self._container.mux(self._stream.encode(stored))
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

    def _check(self, picture: Pixels) -> None:
        """Raises MediaError unless the picture is as agreed."""
        channels = self._encoding.channels
        wanted = (*self._size, channels) if channels else tuple(self._size)
        kind = np.dtype(np.uint8 if self._encoding.bits == 8 else np.uint16)
        if picture.shape != wanted or picture.dtype != kind:
            came = f"{picture.dtype} {list(picture.shape)}"
            raise MediaError(f"picture: {came} came; wanted {kind} {list(wanted)}")

    def _add_stream(self, container: OutputContainer, rate: Fraction) -> VideoStream:
        """The stream, tagged with the colours that every player expects."""
        options = dict(self._encoding.options)
        stream = container.add_stream(self._encoding.codec, rate=rate, options=options)
        assert isinstance(stream, VideoStream)
        step = self._encoding.step
        stream.height = math.ceil(self._size.height / step) * step
        stream.width = math.ceil(self._size.width / step) * step
        stream.pix_fmt = self._encoding.stored
        context = stream.codec_context
        context.time_base = self._clock.base
        if self._encoding.channels:
            context.colorspace = context.color_primaries = context.color_trc = BT709
            context.color_range = LIMITED_RANGE
        else:
            context.color_range = FULL_RANGE
        return stream

    def _frame_of(self, picture: Pixels) -> VideoFrame:
        """The picture in the file's pixel format, its last row and column repeated to fit."""
        below = self._stream.height - self._size.height
        beside = self._stream.width - self._size.width
        if below or beside:
            picture = np.pad(picture, ((0, below), (0, beside), (0, 0)), mode="edge")
        given = VideoFrame.from_ndarray(np.ascontiguousarray(picture), format=self._encoding.given)
        if self._encoding.given == self._encoding.stored:
            return given
        return self._reformatter.reformat(
            given,
            format=self._encoding.stored,
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
            threads=self._encoding.threads,
        )

    def _writing(self) -> AbstractContextManager[None]:
        return writing(self._path)


class VideoWriter(_Writer):
    """An H.264 mp4 that plays everywhere; an odd side is made even by repeating its last line.

    Args:
        path: where the video will be.
        size: height and width of the pictures, RGB, that will be added.
        fps: frames a second, a mean where ``times`` are given.
        times: seconds at which each frame of the source is shown, where they are uneven: the
            video keeps its timing.

    Raises:
        MediaError: the folder cannot be written to, or the size or rate cannot be used.
    """

    def __init__(
        self, path: str | Path, size: Size, fps: float, *, times: Times | None = None
    ) -> None:
        super().__init__(path, size, fps, H264, times)


class AlphaWriter(_Writer):
    """RGBA pictures as a video, alpha kept: ProRes 4444 for editing programs, VP9 for the web.

    Args:
        path: where the video will be.
        size: height and width of the pictures, RGBA, that will be added.
        fps: frames a second, a mean where ``times`` are given.
        times: as for ``VideoWriter``.
        web: a VP9 webm instead of a ProRes 4444 mov.

    Raises:
        MediaError: the folder cannot be written to, or the size or rate cannot be used.
    """

    def __init__(
        self,
        path: str | Path,
        size: Size,
        fps: float,
        *,
        times: Times | None = None,
        web: bool = False,
    ) -> None:
        super().__init__(path, size, fps, VP9_ALPHA if web else PRORES_4444, times)


class GreyWriter(_Writer):
    """An FFV1 mkv of grey pictures, every sample kept as it is.

    Args:
        path: where the video will be.
        size: height and width of the pictures, grey [H, W], that will be added.
        fps: frames a second, a mean where ``times`` are given.
        times: as for ``VideoWriter``.
        bits: 8 for uint8 pictures, 16 for uint16.

    Raises:
        MediaError: the folder cannot be written to, or the size or rate cannot be used.
    """

    def __init__(
        self,
        path: str | Path,
        size: Size,
        fps: float,
        *,
        times: Times | None = None,
        bits: int = 8,
    ) -> None:
        super().__init__(path, size, fps, FFV1_GREY if bits == 8 else FFV1_GREY_16, times)
