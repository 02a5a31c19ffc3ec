"""A folder of pictures as the frames of a video."""

import re
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from masklet.errors import MediaError
from masklet.media.pictures import PICTURE_SUFFIXES, read_picture
from masklet.values import Size


def natural_key(name: str) -> tuple[list[str | int], str]:
    """A sorting key that puts ``frame2`` before ``frame10``, without regard to case.

    Names that differ only in case or in leading zeros keep a fixed order.
    """
    parts = re.split(r"([0-9]+)", name.casefold())
    return [int(part) if number % 2 else part for number, part in enumerate(parts)], name


def pictures_in(folder: str | Path) -> list[Path]:
    """The jpg, jpeg, png and webp files of a folder in natural order; hidden files are no pictures.

    Raises:
        MediaError: there is no such folder, or it cannot be read.
    """
    try:
        files = [
            path
            for path in Path(folder).iterdir()
            if path.suffix.lower() in PICTURE_SUFFIXES
            and not path.name.startswith(".")
            and path.is_file()
        ]
    except OSError as error:
        raise MediaError(f"folder: {folder} cannot be read: {error.strerror}") from error
    return sorted(files, key=lambda path: natural_key(path.name))


class PictureFolder:
    """The pictures of a folder in natural order, each read when it is asked for.

    Raises:
        MediaError: the folder is absent or holds no picture.
    """

    fps = None

    def __init__(self, folder: str | Path) -> None:
        self._paths = pictures_in(folder)
        if not self._paths:
            wanted = ", ".join(sorted(suffix[1:] for suffix in PICTURE_SUFFIXES))
            raise MediaError(f"folder: {folder} holds no pictures ({wanted})")
        self.size = Size(*read_picture(self._paths[0]).shape[:2])

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, index: int) -> UInt8[np.ndarray, "H W 3"]:
        """Frame ``index``, RGB.

        Raises:
            IndexError: there is no such frame.
            MediaError: the file cannot be read or has another size than the first.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"frame {index}: wanted 0 to {len(self) - 1}")
        picture = read_picture(self._paths[index])
        check_size(picture, self.size, str(self._paths[index]))
        return picture

    def close(self) -> None:
        """Nothing is held open."""


def check_size(picture: UInt8[np.ndarray, "H W 3"], size: Size, name: str) -> None:
    """Raises MediaError that names the picture unless it is ``size`` large."""
    height, width = picture.shape[:2]
    if (height, width) != size:
        raise MediaError(
            f"video: {name} is {width}x{height}, the first frame {size.width}x{size.height}; "
            "all frames need one size"
        )
