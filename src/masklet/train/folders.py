"""A person's folder of pictures and masks, in any of the usual layouts, split in two.

``x.jpg`` with ``x.png`` or ``x.0.png``, ``x.1.png``, ... or ``x_mask.png`` beside it; the same with
pictures in ``images/`` and masks in ``masks/``, or in a folder ``masks/x/``; or a COCO JSON file
with its pictures. Either in the folder itself, or in its ``train/`` and ``val/``.
"""

import re
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from masklet.data.pack import refuse_evaluation_data
from masklet.errors import FormatError, MediaError
from masklet.media.picture_folder import natural_key
from masklet.media.pictures import read_picture
from masklet.train.coco_photos import annotation_file, coco_photos
from masklet.train.held_out import LabelMap
from masklet.train.label_maps import read_label_map
from masklet.values import Picture, Size

LOSSLESS = frozenset({".png", ".tif", ".tiff", ".bmp"})
READABLE = LOSSLESS | {".jpg", ".jpeg", ".webp"}
VALIDATION = ("val", "valid")
HELD_SHARE, LEAST_HELD = 0.1, 2
LAYOUTS = "x.jpg with x.png beside it, images/ with masks/, or a COCO .json"


@runtime_checkable
class DomainPhoto(Protocol):
    """A picture of the folder with its label maps: a ``HeldPhoto`` that names its files."""

    @property
    def name(self) -> str:
        """The folder's name and the picture's."""
        ...

    @property
    def files(self) -> tuple[Path, ...]:
        """The picture, then what its masks are read from."""
        ...

    def picture(self) -> Picture:
        """RGB. Raises MediaError."""
        ...

    def maps(self) -> list[LabelMap]:
        """Of the picture's size. Raises MediaError, FormatError."""
        ...


@dataclass(frozen=True, kw_only=True)
class MaskedPhoto:
    """A picture file and its mask files; ``parts`` tells connected parts apart."""

    name: str
    files: tuple[Path, ...]
    parts: bool

    def picture(self) -> Picture:
        """RGB, upright. Raises MediaError."""
        return read_picture(self.files[0])

    def maps(self) -> list[LabelMap]:
        """A map a mask file. Raises MediaError, FormatError."""
        size = Size(*self.picture().shape[:2])
        return [read_label_map(path, size, parts=self.parts) for path in self.files[1:]]


@dataclass(frozen=True, kw_only=True)
class Domain:
    """Pictures to train on and pictures to measure on.

    Attributes:
        drawn: the latter were drawn from all by their names, not put aside by the person.
    """

    folder: Path
    train: tuple[DomainPhoto, ...]
    val: tuple[DomainPhoto, ...]
    drawn: bool


def read_domain(folder: Path, *, parts: bool = False) -> Domain:
    """Find the pictures of a folder and their masks; nothing is decoded yet.

    Args:
        parts: take every connected part of a mask as an object of its own.

    Raises:
        MediaError: there is no such folder.
        FormatError: a picture lacks its mask or a mask its picture, or there are too few.
    """
    refuse_evaluation_data(folder)
    if not folder.is_dir():
        raise MediaError(f"data: {folder} is no folder; wanted one with pictures and masks")
    group = folder.resolve().name
    held = next((folder / name for name in VALIDATION if (folder / name).is_dir()), None)
    if (folder / "train").is_dir():
        train = photos_of(folder / "train", group, parts=parts)
        if held is not None:
            val = photos_of(held, group, parts=parts)
            return Domain(folder=folder, train=train, val=val, drawn=False)
        return _split(folder, train)
    if held is not None:
        raise FormatError(f"data: {folder} has {held.name}/ without train/; wanted both or none")
    return _split(folder, photos_of(folder, group, parts=parts))


def photos_of(folder: Path, group: str, *, parts: bool) -> tuple[DomainPhoto, ...]:
    """The pictures of one folder with their masks, in natural order. Raises FormatError."""
    annotations = annotation_file(folder)
    if annotations is not None:
        return coco_photos(annotations, folder, group)
    if (folder / "images").is_dir():
        if not (folder / "masks").is_dir():
            raise FormatError(f"data: {folder} has images/ without masks/; wanted both")
        beside = folder / "masks"
        pictures, masks = _listed(folder / "images"), _listed(beside, deep=True)
    else:
        beside, files = folder, _listed(folder)
        masks = _masks_among(files)
        pictures = [path for path in files if path not in set(masks)]
    if not pictures:
        raise FormatError(f"data: {folder} holds no pictures; wanted {LAYOUTS}")
    named = {mask: mask.stem if mask.parent == beside else mask.parent.name for mask in masks}
    return _paired(pictures, named, group, parts=parts)


def owner_of(stem: str, stems: Collection[str]) -> str | None:
    """The picture that a mask's name points at: its own name, or less ``.0`` or ``_mask``."""
    bare = (stem, re.sub(r"\.\d+$", "", stem), re.sub(r"[_-](mask|masks|label|labels)$", "", stem))
    return next((name for name in bare if name in stems), None)


def _masks_among(files: Sequence[Path]) -> list[Path]:
    """Files beside pictures that are masks by their names."""
    others = {path.stem for path in files if path.suffix.lower() != ".png"}
    stems = {path.stem for path in files}
    masks = []
    for path in files:
        same = path.suffix.lower() == ".png" and path.stem in others
        owner = owner_of(path.stem, stems - {path.stem})
        if path.suffix.lower() in LOSSLESS and (same or owner is not None):
            masks.append(path)
    return masks


def _paired(
    pictures: Iterable[Path], masks: Mapping[Path, str], group: str, *, parts: bool
) -> tuple[DomainPhoto, ...]:
    """Every picture with its masks. Raises FormatError that names the one left over."""
    by_stem: dict[str, Path] = {}
    for path in pictures:
        if path.stem in by_stem:
            raise FormatError(f"{path}: {by_stem[path.stem].name} has the same name; wanted one")
        by_stem[path.stem] = path
    own: dict[str, list[Path]] = {stem: [] for stem in by_stem}
    for mask, name in masks.items():
        owner = owner_of(name, own)
        if owner is None:
            raise FormatError(f"{mask}: no picture of that name came with it")
        if mask.suffix.lower() not in LOSSLESS:
            raise FormatError(f"{mask}: {mask.suffix} blurs labels; wanted a mask as .png")
        own[owner].append(mask)
    for stem, path in by_stem.items():
        if not own[stem]:
            wanted = f"{stem}.png, {stem}.0.png or {stem}_mask.png"
            raise FormatError(f"{path}: no mask came with it; wanted {wanted}")
    return tuple(
        MaskedPhoto(name=f"{group}/{stem}", files=(by_stem[stem], *own[stem]), parts=parts)
        for stem in by_stem
    )


def _split(folder: Path, photos: tuple[DomainPhoto, ...]) -> Domain:
    """A tenth, two at least, put aside by a hash of the names: the same ones every time."""
    held = max(LEAST_HELD, round(HELD_SHARE * len(photos)))
    if len(photos) <= held:
        raise FormatError(
            f"data: {folder} holds {len(photos)} pictures; wanted {held + 1} or more, of which "
            f"{held} are put aside to measure on"
        )
    order = sorted(photos, key=lambda photo: (zlib.crc32(photo.name.encode()), photo.name))
    val = set(order[:held])
    return Domain(
        folder=folder,
        train=tuple(photo for photo in photos if photo not in val),
        val=tuple(photo for photo in photos if photo in val),
        drawn=True,
    )


def _listed(folder: Path, *, deep: bool = False) -> list[Path]:
    """Picture files in natural order, also those one folder further down if ``deep``."""
    found = [*folder.iterdir(), *(folder.glob("*/*") if deep else ())]
    files = [
        path
        for path in found
        if path.suffix.lower() in READABLE and not path.name.startswith(".") and path.is_file()
    ]
    for path in files:
        refuse_evaluation_data(path)
    return sorted(files, key=lambda path: natural_key(str(path.relative_to(folder))))
