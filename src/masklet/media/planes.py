"""One plane of a video's pictures, grey or alpha, sample for sample as it is stored."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import VideoReformatter
from jaxtyping import UInt8, UInt16

from masklet.errors import MediaError
from masklet.media.container import open_container
from masklet.media.frame_index import decode, index_frames, packets_of
from masklet.values import Size

Plane = UInt8[np.ndarray, "H W"] | UInt16[np.ndarray, "H W"]
ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}


class PlaneFile:
    """The grey or alpha plane of each picture of a video, in order.

    Reading in order decodes every picture once; going back starts again at the beginning.

    Args:
        source: path of a video.
        alpha: the alpha plane; the only plane of grey pictures otherwise.

    Attributes:
        size: height and width of the pictures.
        notes: the file's metadata, its keys in small letters.
        most: the highest value that a sample can have.

    Raises:
        MediaError: there is no video at ``source``, or it has no such plane.
    """

    def __init__(self, source: str | Path, *, alpha: bool) -> None:
        self._source = source
        self._alpha = alpha
        index = index_frames(source)
        self._length = len(index.shown) + index.missing
        self.notes: Mapping[str, str] = notes_of(source)
        self._reformatter = VideoReformatter()
        self._next = 0
        self._frames = self._decoded()
        first = next(self._frames, None)
        if first is None:
            raise MediaError(f"video: {source} holds no frame that can be decoded")
        self._held, self._next = first, 1
        self.size = Size(first.height, first.width)
        self.most = self._most(first)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int) -> Plane:
        """The plane of picture ``index``.

        Raises:
            IndexError: there is no such picture.
            MediaError: the file is damaged there, or the picture has another size.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"frame {index} of {self._source}: wanted 0 to {len(self) - 1}")
        if index < self._next - 1:
            self._frames, self._next = self._decoded(), 0
        while self._next <= index:
            frame = next(self._frames, None)
            if frame is None:
                raise MediaError(f"frame {index} of {self._source} is damaged or missing")
            self._held = frame
            self._next += 1
        if (self._held.height, self._held.width) != self.size:
            raise MediaError(f"frame {index} of {self._source} has another size than the first")
        return self._plane_of(self._held)

    def _decoded(self) -> Iterator[av.VideoFrame]:
        """Every picture from the beginning."""
        opened = open_container(self._source)
        with opened.container:
            context = opened.stream.codec_context
            decoder = ALPHA_DECODERS.get(context.name) if self._alpha else None
            if decoder is None:
                for packet in packets_of(opened):
                    yield from decode(packet)
                return
            other = av.CodecContext.create(decoder, "r")
            assert isinstance(other, VideoCodecContext)
            other.extradata = context.extradata
            for packet in packets_of(opened):
                yield from _decode_with(other, packet)

    def _most(self, frame: av.VideoFrame) -> int:
        """The highest value of the wanted plane's samples."""
        kind = frame.format
        if self._alpha:
            alphas = [part.bits for part in kind.components if part.is_alpha]
            if not alphas:
                raise MediaError(f"video: {self._source} has no alpha")
            return 2 ** alphas[0] - 1 if kind.is_planar else 255
        if kind.name not in ("gray", "gray16le"):
            raise MediaError(f"video: {self._source} holds {kind.name}; wanted grey pictures")
        return 2 ** kind.components[0].bits - 1

    def _plane_of(self, frame: av.VideoFrame) -> Plane:
        if self._alpha and not frame.format.is_planar:
            whole = self._reformatter.reformat(frame, format="rgba", threads=1)
            return np.ascontiguousarray(whole.to_ndarray()[..., 3])
        plane = frame.planes[len(frame.planes) - 1 if self._alpha else 0]
        kind = np.dtype(np.uint8 if self.most <= 255 else np.uint16)
        row = plane.line_size // kind.itemsize
        samples = np.frombuffer(bytes(plane), dtype=kind).reshape(-1, row)
        return samples[: frame.height, : frame.width]


def notes_of(source: str | Path) -> dict[str, str]:
    """A video's metadata, its keys in small letters. Raises MediaError where it is no video."""
    opened = open_container(source)
    with opened.container:
        return {key.lower(): text for key, text in opened.container.metadata.items()}


def has_alpha(source: str | Path) -> bool:
    """Whether a video's pictures carry alpha. Raises MediaError where it is no video."""
    opened = open_container(source)
    with opened.container:
        stored = opened.stream.codec_context.format
        told = opened.stream.metadata.get("alpha_mode") == "1"
        return told or (stored is not None and any(part.is_alpha for part in stored.components))


def _decode_with(decoder: VideoCodecContext, packet: av.Packet) -> list[av.VideoFrame]:
    """The pictures that come out of another decoder than the stream's own."""
    try:
        return decoder.decode(packet if packet.size else None)
    except (FFmpegError, EOFError):
        return []
