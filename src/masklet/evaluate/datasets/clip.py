"""One object's clip: a video from the first frame that shows the object on, with that object alone.

Source: Ravi et al., 2024, appendix F: objects that are absent at first are clips of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import overload

from masklet.data.readers.annotated import AnnotatedVideo, Mask, Truth, appearances
from masklet.errors import FormatError
from masklet.evaluate.scores.convention import Convention
from masklet.evaluate.scores.scoring import UNION, ObjectScores, united
from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.values import Picture


@dataclass(frozen=True, kw_only=True, eq=False)
class Rest(Sequence[Picture]):
    """The pictures of a video from frame ``start`` on, read when asked for."""

    video: AnnotatedVideo
    start: int

    def __len__(self) -> int:
        return len(self.video) - self.start

    @overload
    def __getitem__(self, index: int) -> Picture: ...
    @overload
    def __getitem__(self, index: slice) -> list[Picture]: ...
    def __getitem__(self, index: int | slice) -> Picture | list[Picture]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        if not 0 <= index < len(self):
            raise IndexError(f"frame {index}: wanted 0 to {len(self) - 1}")
        return self.video.picture(self.start + index)


@dataclass(frozen=True, kw_only=True, eq=False)
class ObjectClip:
    """An annotated video of one object, which its first frame shows.

    Frame 0 is frame ``start`` of the whole video. An annotation once read is kept as run lengths,
    as it is read again for every round.

    Attributes:
        video: the whole.
        label: the object; where all are one, what they are called together.
        start: first frame of the clip.
        union: all objects of the video are one.
    """

    video: AnnotatedVideo
    label: int
    start: int
    union: bool = False
    _read: dict[int, Rle] = field(default_factory=dict, repr=False, init=False)

    @property
    def name(self) -> str:
        """The whole video's, as methods may look for files by it."""
        return self.video.name

    @property
    def source(self) -> Path | Sequence[Picture]:
        """What a method opens."""
        return self.video.source if self.start == 0 else Rest(video=self.video, start=self.start)

    @property
    def annotated(self) -> tuple[int, ...]:
        """Frames that have an annotation, increasing."""
        return tuple(frame - self.start for frame in self.video.annotated if frame >= self.start)

    def __len__(self) -> int:
        return len(self.video) - self.start

    def picture(self, frame: int) -> Picture:
        """Frame ``frame``. Raises MediaError."""
        return self.video.picture(self.start + frame)

    def truth(self, frame: int) -> Truth:
        """The object's mask on an annotated frame.

        Raises:
            KeyError: that frame has none.
            MediaError, FormatError: its file cannot be used.
        """
        if frame not in self._read:
            whole = self.video.truth(self.start + frame)
            mask = united(whole.masks, whole) if self.union else whole.mask(self.label)
            self._read[frame] = rle.encode(mask)
        code = self._read[frame]
        mask = rle.decode(code)
        return Truth(code.size, {self.label: mask} if mask.any() else {})

    def mask(self, frame: int) -> Mask:
        """Its mask on an annotated frame, empty where it is hidden. Raises as ``truth``."""
        return self.truth(frame).mask(self.label)

    def in_video(self, scores: ObjectScores) -> ObjectScores:
        """Scores under the frame numbers of the whole video."""
        return scores._replace(frames=tuple(frame + self.start for frame in scores.frames))


def first_frames(video: AnnotatedVideo) -> dict[int, int]:
    """The first annotated frame that shows each object, by label.

    Raises:
        FormatError: the annotation shows no object at all.
        MediaError: an annotation cannot be read.
    """
    found = {label: frames[0] for label, frames in appearances(video).items()}
    if not found:
        raise FormatError(f"{video.name}: its annotation shows no object; wanted one or more")
    return found


def clips_of(video: AnnotatedVideo, convention: Convention) -> tuple[ObjectClip, ...]:
    """Every object's clip, by label. Where all objects count as one there is one clip.

    Raises:
        FormatError, MediaError: as ``first_frames``.
    """
    first = first_frames(video)
    if convention.union:
        return (ObjectClip(video=video, label=UNION, start=min(first.values()), union=True),)
    return tuple(ObjectClip(video=video, label=label, start=first[label]) for label in first)
