"""A video with its annotation, as every evaluation sees it, whatever files it lies in."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool

from masklet.values import Picture, Size

Mask = Bool[np.ndarray, "H W"]


class Truth(NamedTuple):
    """The annotation of one frame: its size, and the mask of every object that is visible in it.

    Labels number the objects from 1. Masks may overlap where the dataset lets them.
    """

    size: Size
    masks: Mapping[int, Mask]

    def mask(self, label: int) -> Mask:
        """The mask of an object, empty where it is not visible."""
        found = self.masks.get(label)
        return np.zeros(self.size, dtype=bool) if found is None else found


@runtime_checkable
class AnnotatedVideo(Protocol):
    """One video; files are read when a frame is asked for."""

    @property
    def name(self) -> str:
        """What its dataset calls it; unique there."""
        ...

    @property
    def source(self) -> Path | Sequence[Picture]:
        """What a method opens: a folder of pictures and nothing else, or the pictures."""
        ...

    @property
    def annotated(self) -> tuple[int, ...]:
        """Frames that have an annotation, increasing; in some datasets not all have."""
        ...

    def __len__(self) -> int:
        """How many frames."""
        ...

    def picture(self, frame: int) -> Picture:
        """Frame ``frame``. Raises MediaError."""
        ...

    def truth(self, frame: int) -> Truth:
        """The annotation of an annotated frame.

        Raises:
            KeyError: that frame has none.
            MediaError, FormatError: a file cannot be read, or has another size than its picture.
        """
        ...


def appearances(video: AnnotatedVideo) -> dict[int, tuple[int, ...]]:
    """For every object, by label, the annotated frames in which it is visible.

    Reads the whole annotation.
    """
    found: dict[int, list[int]] = {}
    for frame in video.annotated:
        for label in video.truth(frame).masks:
            found.setdefault(label, []).append(frame)
    return {label: tuple(found[label]) for label in sorted(found)}


def truth_of_labels(labels: np.ndarray, *, ignored: Iterable[int] = (0,)) -> Truth:
    """A label picture [H, W] as masks; ``ignored`` labels are no objects."""
    left = set(ignored)
    values = [int(value) for value in np.unique(labels) if int(value) not in left]
    return Truth(Size(*labels.shape), {value: labels == value for value in values})
