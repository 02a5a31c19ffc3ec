"""What is kept of one object: its answers on prompted frames, and those of the last tracked ones.

Shapes: h w decoder grid at stride 4, C channels, D memory channels, p q grid at stride 16.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NamedTuple

from jaxtyping import Float
from torch import Tensor

from masklet.stream.plan import POINTERS, RECENT


class Entry(NamedTuple):
    """One object's answer on one frame.

    Attributes:
        logits: [h, w] as answered; -1024 where the object is absent.
        score: predicted IoU.
        presence: object logit, > 0 where the object is in the frame.
        pointer: [C].
        memory: [D, p, q], or None while it is not encoded or no longer kept.
    """

    logits: Float[Tensor, "h w"]
    score: Float[Tensor, ""]
    presence: Float[Tensor, ""]
    pointer: Float[Tensor, "C"]
    memory: Float[Tensor, "D p q"] | None = None


def _none() -> Mapping[int, Entry]:
    return MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Bank:
    """An object's memory bank.

    Attributes:
        prompted: answers on prompted frames; each costs a fixed amount and stays.
        recent: answers on the frames tracked last, the oldest forgotten first.
        pending: prompts not yet part of memory; they join it when tracking goes on, so that clicks
            on one frame do not read each other's memory.
    """

    prompted: Mapping[int, Entry] = field(default_factory=_none)
    recent: Mapping[int, Entry] = field(default_factory=_none)
    pending: Mapping[int, Entry] = field(default_factory=_none)

    def with_pending(self, frame: int, entry: Entry) -> "Bank":
        """The bank after a prompt on ``frame``."""
        return replace(self, pending={**self.pending, frame: entry})

    def with_prompted(self, frame: int, entry: Entry) -> "Bank":
        """The bank after the prompt on ``frame`` has become part of memory."""
        return replace(
            self,
            prompted={**self.prompted, frame: entry},
            recent=without(self.recent, frame),
            pending=without(self.pending, frame),
        )

    def with_recent(self, frame: int, entry: Entry) -> "Bank":
        """The bank after tracking ``frame``.

        Beside it, memories of the 6 frames before it stay (a correction of it reads them), pointers
        of 15; the others go.
        """
        recent = {frame: entry}
        for t, kept in self.recent.items():
            distance = abs(t - frame)
            if 0 < distance <= RECENT:
                recent[t] = kept
            elif RECENT < distance < POINTERS:
                recent[t] = kept._replace(memory=None)
        return replace(self, recent=recent)

    def with_held(self, frame: int, entries: Mapping[int, Entry]) -> "Bank":
        """The bank with answers of tracked frames held again, for prompts on ``frame``.

        Those of frames that are not near it go.
        """
        recent = {**self.recent, **entries}
        near = {t: entry for t, entry in recent.items() if abs(t - frame) < POINTERS}
        return replace(self, recent=near)

    def without_frame(self, frame: int) -> "Bank":
        """The bank with nothing of ``frame``."""
        return Bank(
            without(self.prompted, frame),
            without(self.recent, frame),
            without(self.pending, frame),
        )


def without(entries: Mapping[int, Entry], frame: int) -> Mapping[int, Entry]:
    """The entries but for that of ``frame``."""
    return {t: entry for t, entry in entries.items() if t != frame}
