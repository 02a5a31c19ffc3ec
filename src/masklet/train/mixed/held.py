"""Photos and videos of datasets as they lie on disk, held out to see how good a run is."""

from dataclasses import dataclass

from masklet.data.mixing.mix import Mix, OpenedSets
from masklet.data.mixing.order import Pick
from masklet.train.held_out import HeldFrame, HeldOut, LabelMap, evenly, layered
from masklet.values import Picture

MOST = 32


@dataclass(frozen=True, eq=False)
class SetPhoto:
    """A photo of a set; files are read when they are asked for."""

    sets: OpenedSets
    pick: Pick

    @property
    def name(self) -> str:
        """The set's kind and the photo."""
        return name_in(self.sets, self.pick)

    def picture(self) -> Picture:
        """RGB. Raises MediaError, FormatError."""
        return self._frame().picture

    def maps(self) -> list[LabelMap]:
        """As few as hold its masks without overlap. Raises MediaError, FormatError."""
        truth = self._frame().truth
        return layered(truth.masks.values(), truth.size)

    def _frame(self) -> HeldFrame:
        return read_frame(self.sets, self.pick, 0)


@dataclass(frozen=True, eq=False)
class SetClip:
    """The annotated frames of a video of a set."""

    sets: OpenedSets
    pick: Pick

    @property
    def name(self) -> str:
        """The set's kind and the video."""
        return name_in(self.sets, self.pick)

    def __len__(self) -> int:
        return len(self.sets.annotated(self.pick))

    def frame(self, number: int) -> HeldFrame:
        """One of them. Raises MediaError, FormatError."""
        return read_frame(self.sets, self.pick, number)


def held_sets(mix: Mix, *, clips: bool, most: int = MOST) -> HeldOut:
    """As many photos of every set of photos, and, with ``clips``, videos of every set of videos.

    Args:
        most: of each sort are needed; a set gives its share of them, rounded up.
    """
    videos = mix.videos if clips else OpenedSets()
    return HeldOut(
        photos=tuple(SetPhoto(mix.photos, pick) for pick in spread(mix.photos, most)),
        clips=tuple(SetClip(videos, pick) for pick in spread(videos, most)),
    )


def spread(sets: OpenedSets, most: int) -> list[Pick]:
    """The clips that are taken, set by set, evenly spread over each."""
    share = -(-most // max(len(sets), 1))
    return [
        Pick(number, item)
        for number, found in enumerate(sets.sets)
        for item in evenly(range(len(found)), share)
    ]


def name_in(sets: OpenedSets, pick: Pick) -> str:
    """What reports call a clip."""
    return f"{sets.specs[pick.set].kind}/{sets.sets[pick.set].name(pick.item)}"


def read_frame(sets: OpenedSets, pick: Pick, number: int) -> HeldFrame:
    """An annotated frame of a clip, counted from 0. Raises MediaError, FormatError."""
    clip = sets.read(pick, [sets.annotated(pick)[number]])
    return HeldFrame(clip.pictures[0], clip.truths[0])
