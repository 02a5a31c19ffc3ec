"""Annotated videos whose files lie in folders; each file is read when its frame is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from masklet.data.readers.annotated import Mask, Truth
from masklet.data.readers.label_files import (
    NO_OBJECTS,
    check_labels_size,
    read_label_file,
    truth_in,
)
from masklet.data.readers.listing import label_files_in
from masklet.errors import FormatError
from masklet.media.picture_folder import check_size, pictures_in
from masklet.media.pictures import picture_size, read_picture
from masklet.values import Picture, Size


@dataclass(frozen=True, kw_only=True, eq=False)
class _Pictures:
    """The pictures of a video.

    Attributes:
        name: of the video.
        source: the folder of its pictures.
        pictures: a file a frame, in natural order.
    """

    name: str
    source: Path
    pictures: tuple[Path, ...]

    @cached_property
    def size(self) -> Size:
        """Of every frame. Raises MediaError where the first is no picture."""
        return picture_size(self.pictures[0])

    def __len__(self) -> int:
        return len(self.pictures)

    def picture(self, frame: int) -> Picture:
        """Frame ``frame``. Raises MediaError, also for another size than the first one's."""
        picture = read_picture(self.pictures[frame])
        check_size(picture, self.size, str(self.pictures[frame]))
        return picture


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelVideo(_Pictures):
    """A video annotated with one label picture a frame, on all frames or on some.

    Attributes:
        annotations: the label picture of every annotated frame.
        ignored: labels that name no object.
    """

    annotations: Mapping[int, Path]
    ignored: frozenset[int] = field(default=NO_OBJECTS)

    @property
    def annotated(self) -> tuple[int, ...]:
        """Frames that have an annotation, increasing."""
        return tuple(sorted(self.annotations))

    def truth(self, frame: int) -> Truth:
        """The annotation of an annotated frame.

        Raises:
            KeyError: that frame has none.
            MediaError, FormatError: a file cannot be read, or has another size than its picture.
        """
        path = self.annotations[frame]
        labels = read_label_file(path)
        check_labels_size(labels, self.size, path)
        return truth_in(labels, self.ignored)


@dataclass(frozen=True, kw_only=True, eq=False)
class ObjectsVideo(_Pictures):
    """A video annotated with one picture a frame and object, so that objects may overlap.

    Attributes:
        annotations: of every annotated frame, the picture of each object by label; whatever is
            not 0 is inside.
    """

    annotations: Mapping[int, Mapping[int, Path]]

    @property
    def annotated(self) -> tuple[int, ...]:
        """Frames that have an annotation, increasing."""
        return tuple(sorted(self.annotations))

    def truth(self, frame: int) -> Truth:
        """The annotation of an annotated frame. Raises as a ``LabelVideo`` does."""
        masks: dict[int, Mask] = {}
        for label, path in self.annotations[frame].items():
            labels = read_label_file(path)
            check_labels_size(labels, self.size, path)
            mask = labels != 0
            if mask.any():
                masks[label] = mask
        return Truth(self.size, masks)


def label_video(
    pictures: Path, annotations: Path, *, ignored: frozenset[int] = NO_OBJECTS
) -> LabelVideo:
    """A video from a folder of pictures and one of label pictures, matched by name.

    Args:
        pictures: jpg, png or webp, one a frame; the folder's name is the video's.
        annotations: PNG files, all of frames that there are.
        ignored: labels that name no object.

    Raises:
        MediaError: a folder cannot be read.
        FormatError: a folder holds none, or an annotation belongs to no picture.
    """
    paths = _pictures(pictures)
    numbers = _numbers(paths)
    files = label_files_in(annotations)
    return LabelVideo(
        name=annotations.name,
        source=pictures,
        pictures=paths,
        annotations={_frame_of(path, numbers, pictures): path for path in files.values()},
        ignored=ignored,
    )


def objects_video(pictures: Path, objects: Mapping[int, Path]) -> ObjectsVideo:
    """A video from a folder of pictures and one of PNG files for every object, by label.

    Raises:
        MediaError, FormatError: as for ``label_video``.
    """
    paths = _pictures(pictures)
    numbers = _numbers(paths)
    found: dict[int, dict[int, Path]] = {}
    for label, folder in objects.items():
        for path in label_files_in(folder).values():
            found.setdefault(_frame_of(path, numbers, pictures), {})[label] = path
    return ObjectsVideo(name=pictures.name, source=pictures, pictures=paths, annotations=found)


def _pictures(folder: Path) -> tuple[Path, ...]:
    paths = tuple(pictures_in(folder))
    if not paths:
        raise FormatError(f"{folder}: no pictures in it; wanted a frame a file, jpg, png or webp")
    return paths


def _numbers(pictures: tuple[Path, ...]) -> dict[str, int]:
    return {path.stem: frame for frame, path in enumerate(pictures)}


def _frame_of(annotation: Path, numbers: Mapping[str, int], pictures: Path) -> int:
    if annotation.stem not in numbers:
        raise FormatError(f"{annotation}: no picture of that name in {pictures}")
    return numbers[annotation.stem]
