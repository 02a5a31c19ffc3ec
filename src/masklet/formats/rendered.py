"""Edited pictures: effects drawn on every frame, as a video or as PNGs, with their credentials."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import UInt8

from masklet.draw.effects.effect import Effect, is_transparent
from masklet.draw.effects.scene import Scene, Seen
from masklet.draw.effects.stack import apply, fitted
from masklet.draw.effects.trails import trail_length
from masklet.errors import EffectError, FormatError, MediaError
from masklet.formats.provenance import Origin, note_of, write_credentials
from masklet.media.atomic import make_empty_folder
from masklet.media.pictures import write_picture
from masklet.media.timing import Times
from masklet.media.writers import AlphaWriter, VideoWriter
from masklet.values import FrameResult, ObjectId, Picture, Size

ENDINGS = ".mp4, .mov, .webm or a folder"
DEFAULT_FPS = 25.0

Drawn = UInt8[np.ndarray, "H W C"]
AnyPicture = UInt8[np.ndarray, "_ _ 3"]


class EffectsWriter:
    """Frames with effects drawn on them, in the order in which they are added.

    Closing, also by leaving a ``with`` block through an error or an interruption, leaves a valid
    output of what was added, and beside it a record of where it comes from.

    Args:
        path: ``.mp4``, ``.mov`` (ProRes 4444), ``.webm`` (VP9 with alpha) or a folder of PNGs.
        effects: drawn in order.
        size: height and width of the frames.
        fps: frames a second; 25 where nobody knows.
        times: seconds at which each frame of the source is shown, where they are uneven.
        pictures: that effects name.
        origin: what the frames come from: it, and what was done, is said within the output and
            in a record beside it. None says nothing.

    Raises:
        FormatError: the name has another ending, or effects that leave some transparent are to
            go into an mp4.
        EffectError: an effect names a picture that did not come.
        MediaError: the output cannot be written to.
    """

    note: str | None = None

    def __init__(
        self,
        path: str | Path,
        *,
        effects: Sequence[Effect],
        size: Size,
        fps: float | None = None,
        times: Times | None = None,
        pictures: Mapping[str, AnyPicture] | None = None,
        origin: Origin | None = None,
    ) -> None:
        self._path = Path(path)
        self._effects = tuple(effects)
        self._origin = origin
        self._pictures = _fitted_pictures(self._effects, pictures or {}, size)
        self._past = Past(self._effects)
        self._objects: dict[ObjectId, None] = {}
        self._count = 0
        self._closed = False
        note = None if origin is None else note_of(effects)
        self._sink = _open_sink(path, Stream(Size(*size), fps or DEFAULT_FPS, times), effects, note)

    def add(self, result: FrameResult, picture: Picture | None = None) -> None:
        """Adds one frame with its picture. Raises MediaError where one cannot be written."""
        if picture is None or picture.shape[:2] != result.size:
            came = "none" if picture is None else list(picture.shape)
            raise MediaError(
                f"picture: {came} came with frame {result.index}; wanted {list(result.size)}"
            )
        seen = Seen(result.objects, result.masks)
        scene = Scene(
            objects=seen.objects,
            index=result.index,
            earlier=self._past.get,
            pictures=self._pictures,
        )
        self._sink.add(apply(self._effects, picture, seen.masks, scene=scene), result.index)
        self._past.keep(result.index, seen)
        self._objects.update(dict.fromkeys(result.objects))
        self._count += 1

    def close(self) -> None:
        """Finishes the output and writes its record. Raises MediaError where that fails."""
        if self._closed:
            return
        self._closed = True
        self._sink.close()
        if self._origin is not None and self._count:
            write_credentials(
                self._path,
                origin=self._origin,
                effects=self._effects,
                objects=tuple(self._objects),
            )

    def __enter__(self) -> "EffectsWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        try:
            self.close()
        except MediaError:
            if kind is None:
                raise


class Packed(NamedTuple):
    """The masks of one frame, eight pixels a byte."""

    objects: tuple[ObjectId, ...]
    size: Size
    bits: UInt8[np.ndarray, "B"]


class Past:
    """The masks of as many frames as trails are long, one bit a pixel.

    Args:
        effects: that may need them.
    """

    def __init__(self, effects: Sequence[Effect]) -> None:
        lengths = [trail_length(effect.strength) for effect in effects if effect.kind == "trails"]
        self._length = max(lengths, default=0)
        self._frames: OrderedDict[int, Packed] = OrderedDict()

    def keep(self, index: int, seen: Seen) -> None:
        """Remembers a frame's masks, and forgets the oldest."""
        if self._length == 0:
            return
        size = Size(*seen.masks.shape[1:])
        self._frames[index] = Packed(seen.objects, size, np.packbits(seen.masks))
        self._frames.move_to_end(index)
        while len(self._frames) > self._length:
            self._frames.popitem(last=False)

    def get(self, index: int) -> Seen | None:
        """A frame's masks, None where they are not remembered."""
        held = self._frames.get(index)
        if held is None:
            return None
        shape = (len(held.objects), *held.size)
        bits = np.unpackbits(held.bits, count=int(np.prod(shape)))
        return Seen(held.objects, bits.view(bool).reshape(shape))


class Stream(NamedTuple):
    """What pictures a sink will get, and when they are shown."""

    size: Size
    fps: float
    times: Times | None


class VideoSink:
    """A video; opaque pictures get an alpha channel where it has one."""

    def __init__(self, video: VideoWriter | AlphaWriter, note: str | None) -> None:
        self._video = video
        if note is not None:
            video.annotate("comment", note)

    def add(self, picture: Drawn, frame: int) -> None:
        """Appends one picture."""
        if isinstance(self._video, AlphaWriter) and picture.shape[2] == 3:
            opaque = np.full(picture.shape[:2], 255, dtype=np.uint8)
            picture = np.dstack([picture, opaque])
        self._video.add(picture, frame)

    def close(self) -> None:
        """Finishes the video."""
        self._video.close()


class FolderSink:
    """A folder of PNGs, ``00000.png`` and so on by frame number."""

    def __init__(self, folder: Path, note: str | None) -> None:
        self._folder = folder
        self._notes = {} if note is None else {"Comment": note}
        make_empty_folder(folder)

    def add(self, picture: Drawn, frame: int) -> None:
        """Writes one picture."""
        write_picture(self._folder / f"{frame:05d}.png", picture, notes=self._notes)

    def close(self) -> None:
        """Every picture is in its place already."""


def check_target(path: str | Path, effects: Sequence[Effect]) -> str:
    """The ending of an output, empty for a folder.

    Raises:
        FormatError: no effects can be rendered to it.
    """
    name = str(path)
    is_folder = name.endswith(("/", "\\")) or Path(name).is_dir() or not Path(name).suffix
    ending = "" if is_folder else Path(name).suffix.lower()
    if ending not in ("", ".mp4", ".mov", ".webm"):
        raise FormatError(f"output: {name} came; wanted a name that ends in {ENDINGS}")
    if ending == ".mp4" and is_transparent(effects):
        raise FormatError(
            f"output: {name} came; an mp4 has no transparency, and cut-out needs it: "
            "wanted .mov, .webm or a folder"
        )
    return ending


def _open_sink(
    path: str | Path, stream: Stream, effects: Sequence[Effect], note: str | None
) -> "VideoSink | FolderSink":
    size, fps, times = stream
    match check_target(path, effects):
        case "":
            return FolderSink(Path(path), note)
        case ".mp4":
            return VideoSink(VideoWriter(path, size, fps, times=times), note)
        case ending:
            web = ending == ".webm"
            return VideoSink(AlphaWriter(path, size, fps, times=times, web=web), note)


def _fitted_pictures(
    effects: Sequence[Effect], pictures: Mapping[str, AnyPicture], size: Size
) -> dict[str, AnyPicture]:
    """The pictures that effects name, scaled to cover the frames once and for all."""
    names = {effect.picture for effect in effects if effect.picture is not None}
    for name in sorted(names):
        if name not in pictures:
            raise EffectError(f"effect: the picture {name!r} is not at hand")
    return {name: fitted(pictures[name], *size) for name in names}
