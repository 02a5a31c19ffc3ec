"""Masks read back from a file: which frames and objects there are, decoded frame by frame."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool

from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.values import ObjectId, Size


@dataclass(frozen=True, eq=False, kw_only=True)
class FrameMasks:
    """The masks of every object of a file on one frame, empty where the object is absent.

    Attributes:
        index: frame number.
        objects: ids as in the file, N of them.
        masks: bool [N, H, W].
    """

    index: int
    objects: tuple[ObjectId, ...]
    masks: Bool[np.ndarray, "N H W"]

    def mask(self, object: ObjectId) -> Bool[np.ndarray, "H W"]:  # noqa: A002 - the public word
        """The mask of one object. Raises KeyError for an id not in ``objects``."""
        if object not in self.objects:
            raise KeyError(object)
        return self.masks[self.objects.index(object)]


@runtime_checkable
class MaskTrack(Protocol):
    """The frames of a file in order; ``track[frame number]`` decodes one."""

    @property
    def size(self) -> Size:
        """Height and width of every mask."""
        ...

    @property
    def objects(self) -> tuple[ObjectId, ...]:
        """Every object of the file."""
        ...

    @property
    def frames(self) -> tuple[int, ...]:
        """Numbers of the frames that the file holds, increasing."""
        ...

    def __getitem__(self, index: int, /) -> FrameMasks: ...

    def __iter__(self) -> Iterator[FrameMasks]: ...

    def __len__(self) -> int: ...


class RleTrack:
    """Masks kept as run-length codes in memory and decoded when they are asked for."""

    def __init__(
        self,
        size: Size,
        objects: Sequence[ObjectId],
        codes: Mapping[int, Mapping[ObjectId, Rle]],
    ) -> None:
        self.size = size
        self.objects = tuple(objects)
        self.frames = tuple(sorted(codes))
        self._codes = codes

    def __getitem__(self, index: int) -> FrameMasks:
        """The masks on one frame.

        Raises:
            KeyError: the file does not hold that frame.
        """
        masks = np.zeros((len(self.objects), *self.size), dtype=bool)
        codes = self._codes[index]
        for mask, key in zip(masks, self.objects, strict=True):
            if key in codes:
                mask[:] = rle.decode(codes[key])
        return FrameMasks(index=index, objects=self.objects, masks=masks)

    def __iter__(self) -> Iterator[FrameMasks]:
        return (self[index] for index in self.frames)

    def __len__(self) -> int:
        return len(self.frames)
