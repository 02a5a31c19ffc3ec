"""Masks read back from a file: which frames and objects there are, decoded frame by frame."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool

from masklet.formats.objects import JsonId, json_id
from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.values import FrameResult, ObjectId, Size

UNSCORED = 1.0


@dataclass(frozen=True, kw_only=True)
class FrameLine:
    """One frame's masks as run-length codes.

    Attributes:
        index: frame number.
        objects: ids as JSON holds them.
        codes: one an object.
        scores: predicted IoU, one an object.
    """

    index: int
    objects: tuple[JsonId, ...]
    codes: tuple[Rle, ...]
    scores: tuple[float, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class FrameMasks:
    """The masks of every object of a file on one frame, empty where the object is absent.

    Attributes:
        index: frame number.
        objects: ids as in the file, N of them.
        masks: bool [N, H, W].
        scores: predicted IoU, N of them, 1 where the file does not say; none where it says of no
            object.
    """

    index: int
    objects: tuple[ObjectId, ...]
    masks: Bool[np.ndarray, "N H W"]
    scores: tuple[float, ...] = ()

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
    """Masks kept as run-length codes in memory and decoded when they are asked for.

    Args:
        size: height and width of every mask.
        objects: every object of the file.
        codes: of each frame the codes of the objects that are there.
        scores: predicted IoU of some of them.
    """

    def __init__(
        self,
        size: Size,
        objects: Sequence[ObjectId],
        codes: Mapping[int, Mapping[ObjectId, Rle]],
        scores: Mapping[int, Mapping[ObjectId, float]] | None = None,
    ) -> None:
        self.size = size
        self.objects = tuple(objects)
        self.frames = tuple(sorted(codes))
        self._codes = codes
        self._scores = scores or {}
        self._empty = rle.empty(size)

    def __getitem__(self, index: int) -> FrameMasks:
        """The masks on one frame.

        Raises:
            KeyError: the file does not hold that frame.
        """
        line = self.line(index)
        masks = np.zeros((len(self.objects), *self.size), dtype=bool)
        for mask, code in zip(masks, line.codes, strict=True):
            if code is not self._empty:
                mask[:] = rle.decode(code)
        scores = line.scores if index in self._scores else ()
        return FrameMasks(index=index, objects=self.objects, masks=masks, scores=scores)

    def line(self, index: int) -> FrameLine:
        """The codes of every object on one frame, undecoded.

        Raises:
            KeyError: the file does not hold that frame.
        """
        codes, scores = self._codes[index], self._scores.get(index, {})
        return FrameLine(
            index=index,
            objects=tuple(json_id(key) for key in self.objects),
            codes=tuple(codes.get(key, self._empty) for key in self.objects),
            scores=tuple(scores.get(key, UNSCORED) for key in self.objects),
        )

    def __iter__(self) -> Iterator[FrameMasks]:
        return (self[index] for index in self.frames)

    def __len__(self) -> int:
        return len(self.frames)


def as_result(found: FrameMasks) -> FrameResult:
    """Masks of a file as a result whose ``masks`` equal them; what is empty is not visible."""
    count = len(found.objects)
    seen = found.masks.reshape(count, -1).any(axis=1)
    return FrameResult(
        index=found.index,
        objects=found.objects,
        logits=np.where(found.masks, np.float32(1), np.float32(-1)),
        scores=np.array(found.scores or [UNSCORED] * count, dtype=np.float32),
        presence=np.where(seen, np.float32(1), np.float32(-1)),
        size=Size(*found.masks.shape[1:]),
    )
