"""Photos and videos of datasets as they lie on disk, held out to see how good a run is."""

from dataclasses import dataclass

from masklet.data.mixing.mix import Mix, OpenedSets
from masklet.data.mixing.order import Pick
from masklet.train.held_out import HeldFrame, HeldOut, LabelMap, evenly, layered
from masklet.values import Picture

MOST = 32


@dataclass(frozen=True, eq=False)
class SetItem:
    """A photo or a video of a set, of which the annotated frames count; read when asked for."""

    sets: OpenedSets
    pick: Pick

    @property
    def name(self) -> str:
        """The set's kind, and what the set calls it."""
        number, item = self.pick
        return f"{self.sets.specs[number].kind}/{self.sets.sets[number].name(item)}"

    def __len__(self) -> int:
        return len(self.sets.annotated(self.pick))

    def frame(self, number: int) -> HeldFrame:
        """An annotated frame, counted from 0. Raises MediaError, FormatError."""
        clip = self.sets.read(self.pick, [self.sets.annotated(self.pick)[number]])
        return HeldFrame(clip.pictures[0], clip.truths[0])

    def picture(self) -> Picture:
        """RGB, of a photo. Raises MediaError, FormatError."""
        return self.frame(0).picture

    def maps(self) -> list[LabelMap]:
        """As few as hold a photo's masks without overlap. Raises MediaError, FormatError."""
        truth = self.frame(0).truth
        return layered(truth.masks.values(), truth.size)


def held_sets(mix: Mix, *, clips: bool, most: int = MOST) -> HeldOut:
    """As many photos of every set of photos, and, with ``clips``, videos of every set of videos.

    Args:
        most: of each sort are needed; a set gives its share of them, rounded up.
    """
    videos = mix.videos if clips else OpenedSets()
    return HeldOut(
        photos=tuple(SetItem(mix.photos, pick) for pick in spread(mix.photos, most)),
        clips=tuple(SetItem(videos, pick) for pick in spread(videos, most)),
    )


def spread(sets: OpenedSets, most: int) -> list[Pick]:
    """The clips that are taken, set by set, evenly spread over each."""
    share = -(-most // max(len(sets), 1))
    return [
        Pick(number, item)
        for number, found in enumerate(sets.sets)
        for item in evenly(range(len(found)), share)
    ]
