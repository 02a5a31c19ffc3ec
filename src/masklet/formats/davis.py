"""Label pictures as in DAVIS: a folder with a palette PNG a frame, or a folder an object."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from jaxtyping import Int64, UInt8
from PIL import Image

from masklet.errors import FormatError, MediaError
from masklet.formats.objects import ObjectNumbers
from masklet.formats.track import FrameMasks
from masklet.masks.palette import davis_palette
from masklet.media.atomic import make_empty_folder
from masklet.media.picture_folder import pictures_in
from masklet.media.pictures import write_picture
from masklet.values import FrameResult, ObjectId, Picture, Size

NOTE = "masklet-objects"
MAX_OBJECTS = 255


class DavisWriter:
    """Writes ``00000.png`` and so on; pixel values number the objects from 1.

    One picture holds one object a pixel: where masks overlap, the object added first keeps the
    pixel; ``overlaps`` counts the pixels that later ones lost, and ``note`` tells of it. With
    ``per_object`` there is a folder ``001``, ``002``, ... for each object, as in SA-V's validation
    set, and nothing is lost. Every PNG is written whole or not at all and notes the ids as they
    were given, so that an interruption leaves a valid folder; a frame added again replaces its
    picture.

    Args:
        folder: made where it does not exist.
        size: height and width of the frames.
        per_object: a folder an object.

    Raises:
        MediaError: the folder holds pictures already, or cannot be written to.
    """

    def __init__(self, folder: str | Path, *, size: Size, per_object: bool = False) -> None:
        self._folder = Path(folder)
        self._size = Size(*size)
        self._per_object = per_object
        self._numbers = ObjectNumbers()
        self.overlaps = 0
        self._overlapping = 0
        make_empty_folder(self._folder)

    @property
    def note(self) -> str | None:
        """That objects overlapped, where they did."""
        if not self.overlaps:
            return None
        return (
            f"Objects overlap on {self._overlapping} frames: one label picture holds one object a "
            f"pixel, and {self.overlaps} pixels went to the object added first. A folder for "
            "each object keeps them all."
        )

    def add(self, result: FrameResult, picture: Picture | None = None) -> None:  # noqa: ARG002
        """Adds one frame; pictures are not needed.

        Raises:
            MediaError: it cannot be written, as on a full disk.
            FormatError: the frame has another size, or there are more than 255 objects.
        """
        if result.size != self._size:
            came, wanted = tuple(result.size), tuple(self._size)
            raise FormatError(f"frame {result.index}: {came} came; wanted {wanted}")
        numbers = self._numbers.see(result.objects)
        name = f"{result.index:05d}.png"
        if self._per_object:
            for number, mask in zip(numbers, result.masks, strict=True):
                self._write(self._folder / f"{number:03d}" / name, mask.astype(np.uint8))
            return
        if len(self._numbers) > MAX_OBJECTS:
            raise FormatError(f"objects: {len(self._numbers)} came; DAVIS holds {MAX_OBJECTS}")
        labels = np.zeros(self._size, dtype=np.uint8)
        before = self.overlaps
        for number, mask in zip(numbers, result.masks, strict=True):
            self.overlaps += int(np.count_nonzero(labels[mask]))
            labels[mask & (labels == 0)] = number
        self._overlapping += self.overlaps > before
        self._write(self._folder / name, labels)

    def close(self) -> None:
        """Every picture is in its place already."""

    def __enter__(self) -> "DavisWriter":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _write(self, path: Path, labels: UInt8[np.ndarray, "H W"]) -> None:
        image = Image.fromarray(labels)
        image.putpalette(davis_palette().tobytes())
        write_picture(path, image, notes={NOTE: json.dumps(self._numbers.ids)})


class LabelTrack:
    """A folder of label pictures, each read when it is asked for."""

    def __init__(self, files: dict[int, Path]) -> None:
        self._files = files
        self.frames = tuple(sorted(files))
        self.size = Size(*read_labels(files[self.frames[0]]).shape)
        self._labels: dict[ObjectId, int] = _objects_of([files[index] for index in self.frames])
        self.objects = tuple(self._labels)

    def __getitem__(self, index: int) -> FrameMasks:
        """The masks on one frame.

        Raises:
            KeyError: the folder does not hold that frame.
            MediaError, FormatError: its file cannot be read, is no label picture or has another
                size than the first.
        """
        labels = _labels_of(self._files[index], self.size)
        wanted = np.array(list(self._labels.values()), dtype=np.int64)
        masks = labels[None] == wanted[:, None, None]
        return FrameMasks(index=index, objects=self.objects, masks=masks)

    def __iter__(self) -> Iterator[FrameMasks]:
        return (self[index] for index in self.frames)

    def __len__(self) -> int:
        return len(self.frames)


class ObjectFolders:
    """A folder of pictures for each object; whatever is not 0 is inside."""

    def __init__(self, files: dict[ObjectId, dict[int, Path]]) -> None:
        self._files = files
        self.objects = tuple(files)
        self.frames = tuple(sorted({frame for pictures in files.values() for frame in pictures}))
        first = next(iter(next(iter(files.values())).values()))
        self.size = Size(*read_labels(first).shape)

    def __getitem__(self, index: int) -> FrameMasks:
        """The masks on one frame, empty for an object that has no picture of it.

        Raises:
            KeyError: no folder holds that frame.
            MediaError, FormatError: as for a single folder.
        """
        if index not in self.frames:
            raise KeyError(index)
        masks = np.zeros((len(self.objects), *self.size), dtype=bool)
        for mask, pictures in zip(masks, self._files.values(), strict=True):
            if index in pictures:
                mask[:] = _labels_of(pictures[index], self.size) != 0
        return FrameMasks(index=index, objects=self.objects, masks=masks)

    def __iter__(self) -> Iterator[FrameMasks]:
        return (self[index] for index in self.frames)

    def __len__(self) -> int:
        return len(self.frames)


def read_davis(folder: str | Path) -> LabelTrack | ObjectFolders:
    """Reads a folder of label pictures, or one with such a folder for each object.

    Ids are those noted in the pictures, else the labels or the names of the objects' folders.

    Raises:
        MediaError: the folder or a picture cannot be read.
        FormatError: there are no label pictures in it.
    """
    folder = Path(folder)
    if any(path.suffix.lower() == ".png" for path in pictures_in(folder)):
        return LabelTrack(numbered_pictures(folder))
    parts = sorted(path for path in folder.iterdir() if path.is_dir() and path.name[0] != ".")
    if not parts:
        raise FormatError(f"{folder}: no label pictures (png) in it")
    files = {part: numbered_pictures(part) for part in parts}
    return ObjectFolders({_id_of_folder(part): numbered for part, numbered in files.items()})


def read_labels(path: str | Path) -> Int64[np.ndarray, "H W"]:
    """The labels in a palette, grey or one-bit picture, 8 or 16 bits.

    Raises:
        MediaError: the file cannot be read.
        FormatError: it is a picture in colours.
    """
    try:
        with Image.open(path) as image:
            if image.mode not in ("P", "L", "1") and not image.mode.startswith("I"):
                raise FormatError(f"{path}: a picture in {image.mode} came; wanted labels")
            return np.asarray(image).astype(np.int64)
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise MediaError(f"{path} cannot be read: {error}") from error


def numbered_pictures(folder: Path) -> dict[int, Path]:
    """PNGs by frame numbers: their names, or their places where a name is no number."""
    paths = [path for path in pictures_in(folder) if path.suffix.lower() == ".png"]
    if not paths:
        raise FormatError(f"{folder}: no label pictures (png) in it")
    numbered = all(path.stem.isdecimal() for path in paths)
    return {int(path.stem) if numbered else at: path for at, path in enumerate(paths)}


def _labels_of(path: Path, size: Size) -> Int64[np.ndarray, "H W"]:
    """The labels in a picture that has to be ``size`` large."""
    labels = read_labels(path)
    if labels.shape != size:
        raise FormatError(f"{path}: {labels.shape} came; wanted {tuple(size)} as the first one")
    return labels


def _objects_of(files: list[Path]) -> dict[ObjectId, int]:
    """Labels by object ids: as noted in the pictures, else every label that occurs."""
    noted = [_noted(path) for path in files]
    known = max((ids for ids in noted if ids is not None), key=len, default=None)
    if known is not None:
        return {key: number for number, key in enumerate(known, start=1)}
    labels = sorted({int(label) for path in files for label in np.unique(read_labels(path))} - {0})
    return {label: label for label in labels}


def _noted(path: Path) -> list[ObjectId] | None:
    """The ids that a picture notes, without decoding it."""
    with Image.open(path) as image:
        note = image.info.get(NOTE)
    try:
        ids = json.loads(note) if isinstance(note, str) else None
    except ValueError:
        return None
    return ids if isinstance(ids, list) and all(isinstance(i, (int, str)) for i in ids) else None


def _id_of_folder(folder: Path) -> ObjectId:
    """The id noted for an object's folder, else its name."""
    if not folder.name.isdecimal():
        return folder.name
    number = int(folder.name)
    noted = _noted(min(folder.glob("*.png"))) or []
    return noted[number - 1] if 1 <= number <= len(noted) else number
