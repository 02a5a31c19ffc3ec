"""One object of a video session as a frozen value: its id, its prompts, its memory bank."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from masklet.predict.asking import Turn
from masklet.predict.records import Keeping
from masklet.stream.plan import Clock, Plan, plan_reads
from masklet.stream.prompts import Said
from masklet.stream.state import Bank, Entry
from masklet.values import ObjectId


@dataclass(frozen=True, eq=False, kw_only=True)
class Track:
    """What is known of one object.

    Attributes:
        said: clicks and boxes of every prompted frame; empty ones where only a mask was given.
        records: answers on tracked frames, of the last pass over each. Edits of a session share
            them.
    """

    id: ObjectId
    records: Keeping
    bank: Bank = field(default_factory=Bank)
    said: Mapping[int, Said] = field(default_factory=dict)

    @property
    def prompted(self) -> frozenset[int]:
        """Every frame with a prompt."""
        return frozenset(self.bank.prompted) | frozenset(self.bank.pending)

    def stored(self, frame: int) -> Entry | None:
        """The prompt's answer on a prompted frame, or None."""
        return self.bank.pending.get(frame, self.bank.prompted.get(frame))

    def asked(self, frame: int, turn: Turn) -> "Track":
        """After a prompt and its answer."""
        assert turn.entry is not None
        bank = self.bank.with_pending(frame, turn.entry)
        return replace(self, bank=bank, said={**self.said, frame: turn.said})

    def cleared(self, frame: int) -> "Track":
        """Without the prompts of one frame."""
        return replace(
            self, bank=self.bank.without_frame(frame), said=without_key(self.said, frame)
        )

    def settled(self) -> "Track":
        """Without the answers held in memory that the records hold too."""
        return replace(self, bank=replace(self.bank, recent={}))

    def plan(self, frame: int, clock: Clock, *, leave_out: frozenset[int] = frozenset()) -> Plan:
        """What this object reads on ``frame``."""
        prompted = tuple(t for t in self.bank.prompted if t not in leave_out)
        return plan_reads(frame, prompted, self._tracked, clock)

    def _tracked(self, frame: int) -> bool:
        return frame not in self.bank.prompted and self.records.kept(frame)


def without_key(said: Mapping[int, Said], frame: int) -> Mapping[int, Said]:
    """What was said, but for one frame."""
    return {t: words for t, words in said.items() if t != frame}
