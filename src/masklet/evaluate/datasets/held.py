"""An annotated video held in memory: made by joining or cutting others, or drawn for a test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from masklet.data.readers.annotated import Truth
from masklet.errors import FormatError
from masklet.values import Picture


@dataclass(frozen=True, kw_only=True, eq=False)
class HeldVideo:
    """Pictures and the annotation of some or all of them.

    Attributes:
        name: of the video.
        pictures: one a frame, all of one size.
        truths: by frame number.

    Raises:
        FormatError: an annotation of a frame that does not exist, or of another size.
    """

    name: str
    pictures: Sequence[Picture]
    truths: Mapping[int, Truth]

    def __post_init__(self) -> None:
        for frame, truth in self.truths.items():
            if not 0 <= frame < len(self.pictures):
                raise FormatError(f"truths: frame {frame} of {self.name}, which has none such")
            if self.pictures[frame].shape[:2] != truth.size:
                came, wanted = tuple(truth.size), self.pictures[frame].shape[:2]
                raise FormatError(f"truths: {came} came for {self.name}; wanted {wanted}")

    @property
    def source(self) -> Sequence[Picture]:
        """The pictures."""
        return self.pictures

    @property
    def annotated(self) -> tuple[int, ...]:
        """Frames that have an annotation, increasing."""
        return tuple(sorted(self.truths))

    def __len__(self) -> int:
        return len(self.pictures)

    def picture(self, frame: int) -> Picture:
        """Frame ``frame``."""
        return self.pictures[frame]

    def truth(self, frame: int) -> Truth:
        """The annotation of an annotated frame. Raises KeyError for others."""
        return self.truths[frame]
