"""Several opened datasets to train from at once, photos apart from videos."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from masklet.data.mixing.order import Order, Pick, Share
from masklet.data.mixing.spec import SetSpec
from masklet.data.readers.clip_set import Clip, ClipSet
from masklet.errors import FormatError


@dataclass(frozen=True, eq=False)
class OpenedSets:
    """Datasets of one sort, with what was asked of each."""

    specs: tuple[SetSpec, ...] = ()
    sets: tuple[ClipSet, ...] = ()

    def __len__(self) -> int:
        return len(self.sets)

    def order(self, seed: int) -> Order:
        """The endless row of their clips."""
        shares = [
            Share(len(found), spec.repeat, spec.weight)
            for spec, found in zip(self.specs, self.sets, strict=True)
        ]
        return Order(seed, shares)

    def annotated(self, pick: Pick) -> Sequence[int]:
        """The frames of a clip that can be read. Raises MediaError."""
        return self.sets[pick.set].annotated(pick.item)

    def read(self, pick: Pick, frames: Sequence[int]) -> Clip:
        """Some frames of a clip. Raises MediaError, FormatError."""
        return self.sets[pick.set].read(pick.item, frames)


@dataclass(frozen=True, eq=False, kw_only=True)
class Mix:
    """What to train from.

    Attributes:
        photos: the sets whose clips have one frame.
        videos: the others.
        side: clips are squashed to squares of that side before they are warped.
        device: where batches go.
    """

    photos: OpenedSets
    videos: OpenedSets
    side: int = 320
    device: torch.device = torch.device("cpu")  # noqa: RUF009 - immutable


def open_mix(
    specs: Sequence[SetSpec], *, side: int = 320, device: torch.device | str = "cpu"
) -> Mix:
    """Open the sets of a mix. A set is one of photos where its first clip has one frame.

    Raises:
        MediaError, FormatError: a set cannot be opened, or only some of them have a weight.
    """
    if not specs:
        raise FormatError("data: no sets came; wanted one or more")
    weighted = [spec for spec in specs if spec.weight is not None]
    if weighted and len(weighted) < len(specs):
        lacking = next(spec for spec in specs if spec.weight is None)
        raise FormatError(f"weight: {lacking.name} has none; wanted one for every set, or for none")
    opened = [(spec, spec.open()) for spec in specs]
    photos = [pair for pair in opened if len(pair[1].annotated(0)) == 1]
    videos = [pair for pair in opened if pair not in photos]
    return Mix(
        photos=OpenedSets(tuple(s for s, _ in photos), tuple(f for _, f in photos)),
        videos=OpenedSets(tuple(s for s, _ in videos), tuple(f for _, f in videos)),
        side=side,
        device=torch.device(device),
    )
