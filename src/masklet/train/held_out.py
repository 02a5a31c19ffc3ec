"""Pictures and clips that are never trained on, to see on the way how good a run is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar, runtime_checkable

import numpy as np
from jaxtyping import Integer

from masklet.data.readers.annotated import Mask, Truth, truth_of_labels
from masklet.data.shards import Record, decode_map, decode_picture, read_shard
from masklet.predict.clicking import is_asked_for
from masklet.values import Picture, Size

LabelMap = Integer[np.ndarray, "H W"]
T = TypeVar("T")


@runtime_checkable
class HeldPhoto(Protocol):
    """A picture with label maps, 0 where nothing is labelled."""

    @property
    def name(self) -> str:
        """Says which objects are drawn."""
        ...

    def picture(self) -> Picture:
        """RGB. Raises MediaError."""
        ...

    def maps(self) -> list[LabelMap]:
        """One or more, of the picture's size. Raises MediaError, FormatError."""
        ...


@dataclass(frozen=True, eq=False)
class PackedPhoto:
    """A photo of a shard."""

    record: Record

    @property
    def name(self) -> str:
        """The set and the photo."""
        return f"{self.record.source}/{self.record.name}"

    def picture(self) -> Picture:
        """RGB, as it was packed: squashed to a square."""
        return unfolded(self.record.pictures[0])

    def maps(self) -> list[LabelMap]:
        """As they were packed."""
        return [decode_map(blob) for blob in self.record.maps]


class HeldFrame(NamedTuple):
    """A frame of a clip; a label stands for the same object in all of them."""

    picture: Picture
    truth: Truth


@runtime_checkable
class HeldClip(Protocol):
    """A video with masks on every frame that it has here."""

    @property
    def name(self) -> str:
        """What its dataset calls it."""
        ...

    def __len__(self) -> int:
        """How many frames."""
        ...

    def frame(self, number: int) -> HeldFrame:
        """One of them, counted from 0. Raises MediaError, FormatError."""
        ...


@dataclass(frozen=True, eq=False)
class PackedClip:
    """A video of a shard."""

    record: Record

    @property
    def name(self) -> str:
        """The sequence."""
        return self.record.name

    def __len__(self) -> int:
        return len(self.record.pictures)

    def frame(self, number: int) -> HeldFrame:
        """As it was packed: squashed to a square."""
        labels = decode_map(self.record.maps[number])
        return HeldFrame(unfolded(self.record.pictures[number]), truth_of_labels(labels))


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """What a run is measured on."""

    photos: tuple[HeldPhoto, ...]
    clips: tuple[HeldClip, ...] = ()


def unfolded(encoded: bytes) -> Picture:
    """A packed picture with its channels last."""
    return np.ascontiguousarray(decode_picture(encoded).transpose(1, 2, 0))


def objects_in(photo: HeldPhoto) -> list[Mask]:
    """Every label of every map that covers 0.1 % to 90 % of the picture, map by map."""
    masks = [labels == value for labels in photo.maps() for value in np.unique(labels) if value]
    return [mask for mask in masks if is_asked_for(mask)]


def layered(masks: Iterable[Mask], size: Size) -> list[LabelMap]:
    """As few label maps as hold the masks without overlap: each in the first with a free place."""
    maps: list[LabelMap] = [np.zeros(size, dtype=np.int64)]
    for number, mask in enumerate(masks, start=1):
        free = next((labels for labels in maps if not labels[mask].any()), None)
        if free is None:
            free = np.zeros(size, dtype=np.int64)
            maps.append(free)
        free[mask] = number
    return maps


def read_held_out(shards: Path, *, clips: bool) -> HeldOut | None:
    """The ``val`` shards beside those of training, or None where there are none.

    Args:
        shards: the folder.
        clips: also its videos.

    Raises:
        FormatError: a shard is damaged.
    """
    records = [r for path in sorted(shards.glob("val-*.safetensors")) for r in read_shard(path)]
    photos = tuple(PackedPhoto(record) for record in records if record.kind == "photo")
    videos = tuple(PackedClip(record) for record in records if clips and record.kind == "clip")
    return HeldOut(photos=photos, clips=videos) if photos or videos else None


def evenly(items: Sequence[T], most: int) -> list[T]:
    """``most`` of the items, evenly spread over their order; all if there are fewer."""
    if len(items) <= most:
        return list(items)
    return [items[number * len(items) // most] for number in range(most)]
