"""Tar files on this machine as a dataset: clips by number, in any order."""

import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from masklet.data.readers.clip_set import Clip, check_annotated
from masklet.data.readers.listing import files_below
from masklet.data.tars.samples import MASKS, Sample, clip_of, frame_of, key_of
from masklet.data.tars.whole import check_end
from masklet.errors import FormatError, MediaError
from masklet.media.pictures import picture_size
from masklet.values import Size


class Extent(NamedTuple):
    """Where the bytes of a file lie in its tar."""

    start: int
    length: int


@dataclass(frozen=True, kw_only=True, eq=False)
class TarClip:
    """The files of one name in a tar.

    Attributes:
        extents: by what follows the name.
    """

    tar: Path
    name: str
    extents: dict[str, Extent]

    def size(self) -> Size:
        """Of every frame, from the head of the first. Raises MediaError, FormatError."""
        first = self.annotated()[0]
        rest = next(rest for rest in self.extents if frame_of(rest) == first)
        try:
            return picture_size(BytesIO(self._read([rest])[rest]))
        except MediaError as error:
            raise MediaError(f"{self.tar}: {self.name}.{rest} is not an image") from error

    def annotated(self) -> Sequence[int]:
        """The frames that there are pictures of, increasing."""
        return sorted(n for rest in self.extents if (n := frame_of(rest)) is not None)

    def read(self, frames: Sequence[int]) -> Clip:
        """These frames. Raises MediaError, FormatError."""
        check_annotated(f"{self.tar}: {self.name}", self.annotated(), frames)
        wanted = [rest for rest in self.extents if rest == MASKS or frame_of(rest) in frames]
        return clip_of(Sample(f"{self.tar}: {self.name}", self._read(wanted)), frames)

    def _read(self, names: Sequence[str]) -> dict[str, bytes]:
        try:
            with self.tar.open("rb") as file:
                found = {}
                for name in names:
                    file.seek(self.extents[name].start)
                    found[name] = file.read(self.extents[name].length)
                return found
        except OSError as error:
            raise MediaError(f"{self.tar} cannot be read: {error.strerror}") from error


def tar_clips(root: str | Path) -> tuple[TarClip, ...]:
    """The clips of a tar file, or of every one in a folder. Reads the heads of their files alone.

    Raises:
        MediaError: a file or the folder cannot be read.
        FormatError: a file is no tar, a name has no masks or no pictures, or there are none.
    """
    root = Path(root)
    paths = [root] if root.is_file() else files_below(root, (".tar",))
    clips = [clip for path in paths for clip in _clips_in(path)]
    if not clips:
        raise FormatError(f"{root}: no clips in it; wanted x.json with x.00000.jpg in a .tar")
    return tuple(clips)


def _clips_in(path: Path) -> list[TarClip]:
    """Every clip of one file, in its order."""
    extents: dict[str, dict[str, Extent]] = {}
    try:
        with path.open("rb") as file, tarfile.open(fileobj=file, mode="r:") as tar:
            for member in tar:
                if member.isfile():
                    key, rest = key_of(member.name)
                    extents.setdefault(key, {})[rest] = Extent(member.offset_data, member.size)
            file.seek(tar.offset)
            check_end(file.read(tarfile.BLOCKSIZE), str(path))
    except tarfile.TarError as error:
        raise FormatError(f"{path}: no tar file, or cut short ({error})") from error
    except OSError as error:
        raise MediaError(f"{path} cannot be read: {error.strerror}") from error
    for key, found in extents.items():
        if MASKS not in found or not any(frame_of(rest) is not None for rest in found):
            raise FormatError(f"{path}: {key}: wanted .{MASKS} and pictures such as .00000.jpg")
    return [TarClip(tar=path, name=key, extents=found) for key, found in extents.items()]
