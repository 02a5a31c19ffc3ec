"""The one form in which training reads any dataset: clips by number, some of their frames at once.

A photo is a clip of one frame.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

from masklet.data.readers.annotated import Mask, Truth
from masklet.data.readers.layout_files import LabelVideo, ObjectsVideo
from masklet.errors import FormatError
from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.values import Picture, Size


class Clip(NamedTuple):
    """Some annotated frames of a video, in the order in which they were asked for.

    Attributes:
        frames: their numbers in the video.
        pictures: one a frame, all of one size.
        truths: one a frame; a label stands for the same object in all.
    """

    name: str
    frames: tuple[int, ...]
    pictures: tuple[Picture, ...]
    truths: tuple[Truth, ...]


@runtime_checkable
class ClipItem(Protocol):
    """One photo or video of a dataset; nothing is held open between calls."""

    @property
    def name(self) -> str:
        """What the dataset calls it; unique there."""
        ...

    def size(self) -> Size:
        """Of every frame, found without decoding one. Raises MediaError."""
        ...

    def annotated(self) -> Sequence[int]:
        """Numbers of the frames that have masks, increasing; 0 alone for a photo."""
        ...

    def read(self, frames: Sequence[int]) -> Clip:
        """These frames.

        Raises:
            FormatError: a frame has no annotation, or an annotation cannot be used.
            MediaError: a file cannot be read. Either message names the file.
        """
        ...


@runtime_checkable
class ClipSet(Protocol):
    """A dataset: clips by number, in an order that does not change."""

    def __len__(self) -> int:
        """How many clips."""
        ...

    def name(self, index: int) -> str:
        """What the dataset calls a clip."""
        ...

    def size(self, index: int) -> Size:
        """Of a clip's frames. Raises MediaError."""
        ...

    def annotated(self, index: int) -> Sequence[int]:
        """The frames of a clip that can be read, increasing. Raises MediaError."""
        ...

    def read(self, index: int, frames: Sequence[int]) -> Clip:
        """Some frames of a clip. Raises as ``ClipItem.read``."""
        ...


@dataclass(frozen=True, eq=False)
class Items:
    """A dataset out of its items, which may be made when they are asked for."""

    items: Sequence[ClipItem]

    def __len__(self) -> int:
        return len(self.items)

    def name(self, index: int) -> str:
        """What the dataset calls a clip."""
        return self.items[index].name

    def size(self, index: int) -> Size:
        """Of a clip's frames. Raises MediaError."""
        return self.items[index].size()

    def annotated(self, index: int) -> Sequence[int]:
        """The frames of a clip that can be read, increasing. Raises MediaError."""
        return self.items[index].annotated()

    def read(self, index: int, frames: Sequence[int]) -> Clip:
        """Some frames of a clip. Raises as ``ClipItem.read``."""
        return self.items[index].read(frames)


@dataclass(frozen=True, eq=False)
class VideoItem:
    """An annotated video that hands out frames one by one."""

    video: LabelVideo | ObjectsVideo

    @property
    def name(self) -> str:
        """What the dataset calls it."""
        return self.video.name

    def size(self) -> Size:
        """Of every frame. Raises MediaError."""
        return self.video.size

    def annotated(self) -> Sequence[int]:
        """Frames that have masks, increasing."""
        return self.video.annotated

    def read(self, frames: Sequence[int]) -> Clip:
        """These frames. Raises as ``ClipItem.read``."""
        check_annotated(self.name, self.annotated(), frames)
        return Clip(
            self.name,
            tuple(frames),
            tuple(self.video.picture(frame) for frame in frames),
            tuple(self.video.truth(frame) for frame in frames),
        )


@dataclass(frozen=True, eq=False)
class CodedMasks(Mapping[int, Mask]):
    """Masks kept as run lengths, each decoded when it is asked for."""

    codes: Mapping[int, Rle]

    def __getitem__(self, label: int) -> Mask:
        return rle.decode(self.codes[label])

    def __contains__(self, label: object) -> bool:
        return label in self.codes

    def __iter__(self) -> Iterator[int]:
        return iter(self.codes)

    def __len__(self) -> int:
        return len(self.codes)


def check_annotated(name: str, annotated: Sequence[int], frames: Sequence[int]) -> None:
    """Raises FormatError for a frame without an annotation."""
    for frame in frames:
        if frame not in annotated:
            raise FormatError(f"{name}: frame {frame} has no annotation")
