"""Cut-outs and black-and-white mattes read back: one object, inside where it can be seen."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool
from PIL import Image

from masklet.errors import FormatError, MediaError
from masklet.formats.checked import Node, parse
from masklet.formats.mask_video import NOTE as MASKS_NOTE
from masklet.formats.mask_video import MaskVideo
from masklet.formats.track import FrameMasks, MaskTrack
from masklet.media.planes import PlaneFile, has_alpha, notes_of
from masklet.media.video_file import VideoFile
from masklet.values import ObjectId, Size

NOTE = "masklet-cutout"
CUTOUT = "cut-out"
MATTE = "matte"
CLEAR, NEUTRAL = 64, 24
MOST_GREY = 0.02


def first_frame_note(first: int) -> str:
    """What a cut-out says of itself: the number of its first frame."""
    return json.dumps({"first": first})


@runtime_checkable
class _Alphas(Protocol):
    """Masks by place."""

    size: Size

    def __len__(self) -> int: ...

    def mask(self, at: int) -> Bool[np.ndarray, "H W"]:
        """Where the object is."""
        ...


class MatteTrack:
    """One object, decoded when a frame is asked for; best read in order."""

    def __init__(self, mattes: _Alphas, frames: tuple[int, ...], name: str) -> None:
        self._mattes = mattes
        self._places = {frame: at for at, frame in enumerate(frames)}
        self.frames = frames
        self.size = mattes.size
        self.objects: tuple[ObjectId, ...] = (name,)

    def __getitem__(self, index: int) -> FrameMasks:
        """The mask on one frame.

        Raises:
            KeyError: there is no such frame.
            MediaError, FormatError: it is damaged, or no matte.
        """
        mask = self._mattes.mask(self._places[index])
        return FrameMasks(index=index, objects=self.objects, masks=mask[None])

    def __iter__(self) -> Iterator[FrameMasks]:
        return (self[index] for index in self.frames)

    def __len__(self) -> int:
        return len(self.frames)


def read_video_masks(path: str | Path) -> MaskTrack:
    """Reads a mask video of ours, a cut-out with alpha, or a black-and-white matte.

    A cut-out or matte is one object; its frames follow one another from the one that it notes,
    else from 0. Memory is a few frames.

    Raises:
        MediaError: there is no video at ``path``.
        FormatError: it is a video of another kind.
    """
    notes = notes_of(path)
    if MASKS_NOTE in notes:
        return MaskVideo(path)
    first = _first_of(path, notes.get(NOTE))
    alpha = has_alpha(path)
    mattes = _AlphaVideo(path) if alpha else _GreyVideo(path)
    frames = tuple(range(first, first + len(mattes)))
    return MatteTrack(mattes, frames, CUTOUT if alpha else MATTE)


def read_cutouts(files: dict[int, Path]) -> MatteTrack:
    """Reads pictures with alpha, by their frame numbers.

    Raises:
        MediaError: the first cannot be read.
        FormatError: it has no alpha.
    """
    frames = tuple(sorted(files))
    return MatteTrack(_AlphaPictures([files[frame] for frame in frames]), frames, CUTOUT)


class _AlphaVideo:
    """Inside where alpha is more than half."""

    def __init__(self, path: str | Path) -> None:
        self._planes = PlaneFile(path, alpha=True)
        self.size = self._planes.size

    def __len__(self) -> int:
        return len(self._planes)

    def mask(self, at: int) -> Bool[np.ndarray, "H W"]:
        return self._planes[at] > self._planes.most // 2


class _GreyVideo:
    """Inside where the picture is white; anything but black and white is refused."""

    def __init__(self, path: str | Path) -> None:
        self._path = path
        self._video = VideoFile(path)
        self.size = self._video.size
        self.mask(0)

    def __len__(self) -> int:
        return len(self._video)

    def mask(self, at: int) -> Bool[np.ndarray, "H W"]:
        picture = self._video[at]
        low, high = picture.min(axis=2), picture.max(axis=2)
        between = (low >= CLEAR) & (high < 256 - CLEAR)
        coloured = high - low > NEUTRAL
        if np.count_nonzero(between | coloured) > MOST_GREY * between.size:
            raise FormatError(
                f"{self._path}: frame {at} is not black and white; wanted a mask video, a cut-out "
                "with alpha or a black-and-white matte"
            )
        return low > 127


class _AlphaPictures:
    """Inside where alpha is more than half."""

    def __init__(self, paths: list[Path]) -> None:
        self._paths = paths
        self.size = Size(*_alpha_of(paths[0]).shape)

    def __len__(self) -> int:
        return len(self._paths)

    def mask(self, at: int) -> Bool[np.ndarray, "H W"]:
        alpha = _alpha_of(self._paths[at])
        if alpha.shape != self.size:
            came, wanted = alpha.shape, tuple(self.size)
            raise FormatError(f"{self._paths[at]}: {came} came; wanted {wanted} as the first one")
        return alpha > 127


def _alpha_of(path: Path) -> np.ndarray:
    """The alpha of a picture. Raises MediaError or FormatError."""
    try:
        with Image.open(path) as image:
            if image.mode not in ("RGBA", "LA"):
                raise FormatError(f"{path}: a picture in {image.mode} came; wanted one with alpha")
            return np.asarray(image.getchannel("A"))
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise MediaError(f"{path} cannot be read: {error}") from error


def _first_of(path: str | Path, note: str | None) -> int:
    """The number of a cut-out's first frame."""
    if note is None:
        return 0
    way = f"{path}: {NOTE}"
    return Node(parse(note, way), way).key("first").frame()
