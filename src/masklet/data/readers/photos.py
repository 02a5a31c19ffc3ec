"""Photos with masks: SA-1B's files, and label maps beside pictures; each a clip of one frame."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from PIL import Image

from masklet.data.readers.annotated import Mask, Truth
from masklet.data.readers.clip_set import Clip, CodedMasks, check_annotated
from masklet.data.readers.listing import files_below
from masklet.errors import FormatError, MediaError
from masklet.formats.checked import Node, read_json
from masklet.media.pictures import PICTURE_SUFFIXES, picture_size, read_picture
from masklet.values import Picture, Size

MAP_SHIFT = 16


@runtime_checkable
class Photo(Protocol):
    """A picture with masks, its files read when they are asked for."""

    @property
    def name(self) -> str:
        """Unique in its dataset."""
        ...

    def size(self) -> Size:
        """Found without decoding the picture. Raises MediaError."""
        ...

    def picture(self) -> Picture:
        """Raises MediaError."""
        ...

    def truth(self, size: Size) -> Truth:
        """Its masks, of the picture's size. Raises MediaError, FormatError."""
        ...


@dataclass(frozen=True, eq=False)
class PhotoItem:
    """A photo as a clip of one frame."""

    photo: Photo

    @property
    def name(self) -> str:
        """Unique in its dataset."""
        return self.photo.name

    def size(self) -> Size:
        """Of the picture. Raises MediaError."""
        return self.photo.size()

    def annotated(self) -> Sequence[int]:
        """Frame 0."""
        return (0,)

    def read(self, frames: Sequence[int]) -> Clip:
        """The picture, once for every 0 in ``frames``. Raises MediaError, FormatError."""
        check_annotated(self.name, self.annotated(), frames)
        picture = self.photo.picture()
        truth = self.photo.truth(Size(*picture.shape[:2]))
        return Clip(self.name, tuple(frames), (picture,) * len(frames), (truth,) * len(frames))


@dataclass(frozen=True, kw_only=True)
class Sa1bPhoto:
    """A picture of SA-1B and the JSON file of its masks."""

    path: Path
    json: Path

    @property
    def name(self) -> str:
        """Such as sa_1."""
        return self.path.stem

    def size(self) -> Size:
        """Of the picture. Raises MediaError."""
        return picture_size(self.path)

    def picture(self) -> Picture:
        """Raises MediaError."""
        return read_picture(self.path)

    def truth(self, size: Size) -> Truth:
        """Masks numbered from 1 in the order of the file. Raises MediaError, FormatError."""
        return sa1b_truth(read_json(self.json), size)


def sa1b_truth(root: Node, size: Size) -> Truth:
    """The masks in a JSON file of SA-1B. Raises FormatError that names file and key."""
    nodes = root.key("annotations").items()
    codes = {label: node.key("segmentation").rle(size) for label, node in enumerate(nodes, start=1)}
    return Truth(size, CodedMasks(codes))


def sa1b(root: str | Path) -> tuple[PhotoItem, ...]:
    """SA-1B unpacked: ``sa_1.jpg`` and ``sa_1.json`` side by side, also one folder further down.

    Raises:
        MediaError: there is no such folder.
        FormatError: a picture without its JSON file, or none at all.
    """
    items = []
    for path in files_below(Path(root), (".jpg",)):
        json = path.with_suffix(".json")
        if not json.exists():
            raise FormatError(f"{json} is missing; {path.name} came without its masks")
        items.append(PhotoItem(Sa1bPhoto(path=path, json=json)))
    if not items:
        raise FormatError(f"{root}: no pictures in it; wanted sa_1.jpg with sa_1.json and so on")
    return tuple(items)


@dataclass(frozen=True, kw_only=True)
class MappedPhoto:
    """A picture with label maps, of which there may be several."""

    path: Path
    maps: tuple[Path, ...]

    @property
    def name(self) -> str:
        """The file's."""
        return self.path.stem

    def size(self) -> Size:
        """Of the picture. Raises MediaError."""
        return picture_size(self.path)

    def picture(self) -> Picture:
        """Raises MediaError."""
        return read_picture(self.path)

    def truth(self, size: Size) -> Truth:
        """Value v of map number k has the label ``k << 16 | v``. Raises MediaError, FormatError."""
        masks: dict[int, Mask] = {}
        for number, path in enumerate(self.maps):
            labels = read_wide_labels(path)
            if labels.shape != size:
                raise FormatError(
                    f"{path}: {labels.shape[1]}x{labels.shape[0]} pixels came; "
                    f"wanted {size.width}x{size.height}, as its picture"
                )
            values = np.unique(labels)
            masks |= {
                number << MAP_SHIFT | int(value): labels == value for value in values if value
            }
        return Truth(size, masks)


def read_wide_labels(path: Path) -> np.ndarray:
    """A label map of 8 or 16 bits, [H, W]. Raises MediaError, FormatError."""
    try:
        with Image.open(path, formats=("PNG",)) as image:
            if image.mode not in ("P", "L", "1") and not image.mode.startswith("I"):
                raise FormatError(
                    f"{path}: a picture in {image.mode} came; wanted labels of 8 or 16 bits"
                )
            return np.asarray(image).astype(np.uint16)
    except (OSError, SyntaxError, ValueError) as error:
        if isinstance(error, FormatError):
            raise
        raise MediaError(f"{path} cannot be read as a label map: {error}") from error


def mapped_photos(root: str | Path) -> tuple[PhotoItem, ...]:
    """A folder of pictures ``x.jpg`` or ``x.webp`` with label maps ``x.png`` or ``x.0.png``, ...

    0 is no object, any other value one object each.

    Raises:
        MediaError: there is no such folder.
        FormatError: a picture without a map, a map without a picture, or none at all.
    """
    files = files_below(Path(root), PICTURE_SUFFIXES, deep=False)
    pictures = {path.stem: path for path in files if path.suffix.lower() != ".png"}
    maps: dict[str, list[Path]] = {stem: [] for stem in pictures}
    for path in files:
        if path.suffix.lower() == ".png":
            maps[_owner_of(path, pictures)].append(path)
    for stem, path in pictures.items():
        if not maps[stem]:
            raise FormatError(f"{path}: no label map {stem}.0.png came with it")
    if not pictures:
        raise FormatError(f"{root}: no pictures in it; wanted x.jpg with x.0.png and so on")
    return tuple(
        PhotoItem(MappedPhoto(path=path, maps=tuple(maps[stem]))) for stem, path in pictures.items()
    )


def _owner_of(label_map: Path, pictures: Collection[str]) -> str:
    """The name of a label map's picture. Raises FormatError where there is none."""
    name, _, number = label_map.stem.rpartition(".")
    if number.isdecimal() and name in pictures:
        return name
    if label_map.stem in pictures:
        return label_map.stem
    raise FormatError(f"{label_map}: no picture of that name came with it")
