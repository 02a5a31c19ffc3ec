"""YOLO-seg: a folder with a text file a frame, a polygon a line, and ``data.yaml`` about them."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float64

from masklet.errors import FormatError, MediaError
from masklet.formats.checked import read_text
from masklet.formats.objects import ObjectNumbers
from masklet.formats.track import FrameMasks
from masklet.formats.yolo_sheet import Sheet, read_sheet, write_sheet, write_text
from masklet.masks.polygons import Polygon, mask_of_polygons, outlines_of
from masklet.media.atomic import make_empty_folder
from masklet.media.picture_folder import natural_key, pictures_in
from masklet.media.pictures import read_picture, write_picture
from masklet.values import FrameResult, ObjectId, Picture, Size

BEYOND = 0.02


class YoloWriter:
    """Writes ``labels/00000.txt`` and so on, and ``data.yaml``; each object is a class.

    A line is a class and the corners of one polygon, as shares of width and height. The parts of
    an object in several pieces are lines of their own; a hole is joined to the outside by a line
    there and back, which training programs fill as the hole that it is, and others may not. Given
    pictures, it writes them too, as ``images/00000.jpg``. Every file is written whole or not at
    all, so that an interruption leaves a valid folder.

    Args:
        folder: made where it does not exist.
        size: height and width of the frames.

    Raises:
        MediaError: the folder holds labels already, or cannot be written to.
    """

    def __init__(self, folder: str | Path, *, size: Size) -> None:
        self._folder = Path(folder)
        self._size = Size(*size)
        self._numbers = ObjectNumbers()
        self._holes = self._parts = 0
        make_empty_folder(self._folder)
        if any(self._folder.glob("labels/*.txt")):
            raise MediaError(f"output: {folder} holds labels already; wanted a new or empty folder")

    @property
    def note(self) -> str | None:
        """What polygons cannot say of what was added."""
        said = []
        if self._holes:
            said.append(f"{self._holes} holes are joined to the outside by a line")
        if self._parts:
            said.append(f"{self._parts} times an object is in several pieces, a polygon each")
        return f"YOLO has only polygons: {'; '.join(said)}." if said else None

    def add(self, result: FrameResult, picture: Picture | None = None) -> None:
        """Adds one frame, and its picture where it is given.

        Raises:
            MediaError: it cannot be written, as on a full disk.
            FormatError: the frame has another size.
        """
        if result.size != self._size:
            came, wanted = tuple(result.size), tuple(self._size)
            raise FormatError(f"frame {result.index}: {came} came; wanted {wanted}")
        known = len(self._numbers)
        numbers = self._numbers.see(result.objects)
        if len(self._numbers) > known or not known:
            self._describe()
        lines = []
        for number, mask in zip(numbers, result.masks, strict=True):
            outlines = outlines_of(mask)
            self._holes += outlines.holes
            self._parts += len(outlines.polygons) > 1
            lines += [self._line(number - 1, polygon) for polygon in outlines.polygons]
        write_text(self._folder / "labels" / f"{result.index:05d}.txt", "".join(lines))
        if picture is not None:
            write_picture(self._folder / "images" / f"{result.index:05d}.jpg", picture)

    def close(self) -> None:
        """Every file is in its place already."""

    def __enter__(self) -> "YoloWriter":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _describe(self) -> None:
        write_sheet(self._folder, Sheet(dict(enumerate(self._numbers.ids)), self._size))

    def _line(self, number: int, polygon: Polygon) -> str:
        """One polygon, its corners in the middle of their pixels; three of them at least."""
        while len(polygon) < 3:
            polygon = np.concatenate([polygon, polygon[-1:]])
        shares = (polygon + 0.5) / (self._size.width, self._size.height)
        return f"{number} " + " ".join(f"{share:.6f}" for share in shares.ravel()) + "\n"


class YoloTrack:
    """A folder of label files, each read when it is asked for.

    Raises:
        MediaError: the folder cannot be read.
        FormatError: there are no labels in it, or nothing says how large the frames are.
    """

    def __init__(self, folder: Path, size: Size | None) -> None:
        sheet = read_sheet(folder)
        self._files = _numbered_files(folder)
        self.frames = tuple(sorted(self._files))
        self.size = size or sheet.size or _size_of_pictures(folder)
        classes = sheet.classes or _classes_of(self._files.values())
        self.objects: tuple[ObjectId, ...] = tuple(classes.values())
        self._rows = {number: row for row, number in enumerate(classes)}

    def __getitem__(self, index: int) -> FrameMasks:
        """The masks on one frame.

        Raises:
            KeyError: the folder does not hold that frame.
            MediaError, FormatError: its file cannot be read, or a line is no polygon.
        """
        masks = np.zeros((len(self.objects), *self.size), dtype=bool)
        for line in _lines_of(self._files[index]):
            if line.number not in self._rows:
                raise FormatError(f"{line.way}: class {line.number} came; it has no name")
            polygon = np.floor(line.shares * (self.size.width, self.size.height))
            corners = polygon.clip(0, (self.size.width - 1, self.size.height - 1))
            drawn = mask_of_polygons([corners.astype(np.int32)], self.size)
            masks[self._rows[line.number]] |= drawn
        return FrameMasks(index=index, objects=self.objects, masks=masks)

    def __iter__(self) -> Iterator[FrameMasks]:
        return (self[index] for index in self.frames)

    def __len__(self) -> int:
        return len(self.frames)


def read_yolo(folder: str | Path, *, size: Size | None = None) -> YoloTrack:
    """Reads a folder of YOLO-seg labels, this package's own or another's, as one clip.

    Labels lie in ``labels`` or in the folder itself. Each class is an object, under the name that
    ``data.yaml`` or ``classes.txt`` gives it. Frames are numbered by the names of their files
    where those are numbers, and else in natural order.

    Args:
        folder: the folder.
        size: height and width of the frames, where neither ``data.yaml`` nor a picture in
            ``images`` tells.

    Raises:
        MediaError: a file cannot be read.
        FormatError: there are no labels, or nothing says how large the frames are.
    """
    return YoloTrack(Path(folder), size)


def is_yolo(folder: Path) -> bool:
    """Whether a folder holds YOLO labels."""
    return any(folder.glob("labels/*.txt")) or any(
        path.suffix == ".txt" and path.name != "classes.txt" for path in folder.iterdir()
    )


class _Line(NamedTuple):
    """One polygon as it stands in a file, corners as shares of width and height."""

    way: str
    number: int
    shares: Float64[np.ndarray, "P 2"]


def _lines_of(path: Path) -> Iterator[_Line]:
    """The polygons of a file. Raises FormatError that names the line that is none."""
    for at, text in enumerate(read_text(path).splitlines(), start=1):
        way = f"{path}: line {at}"
        words = text.split()
        if not words:
            continue
        if len(words) < 7 or len(words) % 2 == 0:
            raise FormatError(f"{way}: {len(words)} words came; wanted a class and three corners")
        number = words[0]
        if not (number.isdecimal() and len(number) < 7):
            raise FormatError(f"{way}: {number[:20]!r} came; wanted the number of a class")
        try:
            shares = np.array([float(word) for word in words[1:]]).reshape(-1, 2)
        except ValueError as error:
            raise FormatError(f"{way}: {error}") from error
        if not (np.isfinite(shares).all() and (np.abs(shares - 0.5) <= 0.5 + BEYOND).all()):
            raise FormatError(f"{way}: corners outside the frame; wanted shares from 0 to 1")
        yield _Line(way, int(number), shares)


def _numbered_files(folder: Path) -> dict[int, Path]:
    """Label files by frame numbers: their names, or their places where a name is no number."""
    inner = folder / "labels"
    place = inner if inner.is_dir() else folder
    paths = [path for path in place.glob("*.txt") if path.name != "classes.txt"]
    if not paths:
        raise FormatError(f"{folder}: no labels (labels/*.txt) in it")
    paths.sort(key=lambda path: natural_key(path.name))
    numbered = all(path.stem.isdecimal() and len(path.stem) < 10 for path in paths)
    return {int(path.stem) if numbered else at: path for at, path in enumerate(paths)}


def _classes_of(files: Iterable[Path]) -> dict[int, int]:
    """Every class that occurs, under its own number."""
    numbers = {line.number for path in files for line in _lines_of(path)}
    return {number: number for number in sorted(numbers)}


def _size_of_pictures(folder: Path) -> Size:
    """The size of the first picture beside the labels."""
    images = folder / "images"
    pictures = pictures_in(images) if images.is_dir() else []
    if not pictures:
        raise FormatError(
            f"{folder}: YOLO labels do not say how large the frames are; give their size"
        )
    return Size(*read_picture(pictures[0]).shape[:2])
