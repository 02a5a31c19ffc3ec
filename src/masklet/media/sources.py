"""What a video can be made of, and the one function that chooses."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import UInt8

from masklet.errors import MediaError
from masklet.media.container import is_address
from masklet.media.picture_folder import PictureFolder, check_size
from masklet.media.pictures import PICTURE_SUFFIXES, read_picture
from masklet.media.video_file import VideoFile
from masklet.values import Size


@runtime_checkable
class FrameSource(Protocol):
    """Frames of one size that can be asked for by number, in any order."""

    @property
    def size(self) -> Size:
        """Height and width of every frame."""
        ...

    @property
    def fps(self) -> float | None:
        """Mean frames a second, None where nobody knows."""
        ...

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> UInt8[np.ndarray, "H W 3"]: ...

    def close(self) -> None:
        """Frees what is held open."""
        ...


class ArraySequence:
    """Pictures that are in memory already, or made when asked for by any sequence.

    Raises:
        MediaError: there are none, or the first is no picture.
    """

    fps = None

    def __init__(self, arrays: Sequence[np.ndarray] | np.ndarray) -> None:
        if len(arrays) == 0:
            raise MediaError("video: an empty list came; wanted at least one picture")
        self._arrays = arrays
        self.size = Size(*read_picture(self._array(0)).shape[:2])

    def __len__(self) -> int:
        return len(self._arrays)

    def __getitem__(self, index: int) -> UInt8[np.ndarray, "H W 3"]:
        """Frame ``index``, RGB.

        Raises:
            IndexError: there is no such frame.
            MediaError: it is no picture or has another size than the first.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"frame {index}: wanted 0 to {len(self) - 1}")
        picture = read_picture(self._array(index))
        check_size(picture, self.size, f"frame {index}")
        return picture

    def close(self) -> None:
        """Nothing is held open."""

    def _array(self, index: int) -> np.ndarray:
        array = self._arrays[index]
        if not isinstance(array, np.ndarray):
            kind = type(array).__name__
            raise MediaError(f"video: frame {index} is {kind}; wanted a uint8 array [H, W, 3]")
        return array


def open_source(
    source: str | Path | Sequence[np.ndarray] | np.ndarray | FrameSource,
) -> FrameSource:
    """The frames of a video file, a URL, a folder of pictures or a list of arrays.

    Args:
        source: a path or URL of a video; a folder, taken in natural order; uint8 arrays
            [H, W, 3], in a sequence or stacked; or a frame source, returned as it is.

    Raises:
        MediaError: there is nothing to read frames from, with the reason.
    """
    if isinstance(source, (str, Path)):
        return _open_path(source)
    if isinstance(source, np.ndarray) and source.ndim != 4:
        raise MediaError(
            f"video: one array {list(source.shape)} came; wanted a sequence of [H, W, 3]"
        )
    if isinstance(source, FrameSource):
        return source
    if isinstance(source, (Sequence, np.ndarray)) and not isinstance(source, (bytes, bytearray)):
        return ArraySequence(source)
    kind = type(source).__name__
    raise MediaError(f"video: {kind} came; wanted a path, a URL, a list of arrays or a source")


def _open_path(source: str | Path) -> FrameSource:
    """A source for what lies at a path or address."""
    if is_address(source):
        return VideoFile(source)
    path = Path(source).expanduser()
    if path.is_dir():
        return PictureFolder(path)
    if path.is_file() and path.suffix.lower() in PICTURE_SUFFIXES:
        raise MediaError(f"video: {path} is a single picture; use `masklet segment`")
    return VideoFile(path)
