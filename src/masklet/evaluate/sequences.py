"""Annotated videos in the layout of DAVIS: a folder of pictures and one of label pictures each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Int64

from masklet.errors import FormatError, MediaError
from masklet.formats.davis import read_labels
from masklet.media.picture_folder import pictures_in
from masklet.media.pictures import read_picture
from masklet.values import Picture

RESOLUTION = "480p"
FEWEST_FRAMES = 3


class LabelledFrame(NamedTuple):
    """A picture and which object each of its pixels belongs to, 0 being none."""

    picture: Picture
    labels: Int64[np.ndarray, "H W"]


@dataclass(frozen=True, kw_only=True)
class LabelledVideo:
    """One video whose every frame is annotated; files are read when a frame is asked for.

    Attributes:
        folder: where its pictures lie, and nothing else.
        pictures: a file a frame, in order.
        annotations: the label picture of each.
    """

    name: str
    folder: Path
    pictures: tuple[Path, ...]
    annotations: tuple[Path, ...]

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, index: int) -> LabelledFrame:
        """Frame ``index``.

        Raises:
            IndexError: there is no such frame.
            MediaError, FormatError: a file cannot be read, or the two differ in size.
        """
        picture, labels = read_picture(self.pictures[index]), self.labels(index)
        if picture.shape[:2] != labels.shape:
            raise FormatError(
                f"{self.annotations[index]}: {labels.shape} came; wanted {picture.shape[:2]} as "
                "its picture"
            )
        return LabelledFrame(picture, labels)

    def __iter__(self) -> Iterator[LabelledFrame]:
        return (self[index] for index in range(len(self)))

    def labels(self, index: int) -> Int64[np.ndarray, "H W"]:
        """The annotation of frame ``index`` alone. Raises as indexing does."""
        return read_labels(self.annotations[index])

    def objects(self) -> tuple[int, ...]:
        """The labels on the first frame; what only comes later is no object to follow."""
        return tuple(int(label) for label in np.unique(self.labels(0)) if label)


def sequence_names(root: str | Path) -> list[str]:
    """Names of the videos under ``root``, sorted.

    Raises:
        MediaError: there is no such data.
    """
    folder = Path(root) / "Annotations" / RESOLUTION
    if not folder.is_dir():
        raise MediaError(f"root: {folder} is not there; wanted annotated videos as in DAVIS")
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


def read_sequence(root: str | Path, name: str) -> LabelledVideo:
    """One video of ``root``: ``JPEGImages/480p/<name>`` and ``Annotations/480p/<name>``.

    Raises:
        MediaError: a folder is absent.
        FormatError: fewer than three frames, or one without its annotation.
    """
    folder = Path(root) / "JPEGImages" / RESOLUTION / name
    pictures = pictures_in(folder)
    annotations = pictures_in(Path(root) / "Annotations" / RESOLUTION / name)
    if len(pictures) < FEWEST_FRAMES:
        raise FormatError(f"{folder}: {len(pictures)} frames came; wanted {FEWEST_FRAMES} or more")
    if _stems(pictures) != _stems(annotations):
        raise FormatError(f"{folder}: its pictures and annotations do not have the same names")
    return LabelledVideo(
        name=name, folder=folder, pictures=tuple(pictures), annotations=tuple(annotations)
    )


def _stems(paths: Sequence[Path]) -> list[str]:
    return [path.stem for path in paths]
