"""What goes out to one connected page: in order, bounded, and masks only as it grants."""

import asyncio
from collections import deque
from enum import Enum

from masklet.studio.errors import ConflictError
from masklet.studio.wire.messages import MOST_CREDIT, Notice, Progress, State
from masklet.studio.wire.views import ChangeView, StateView, View

NOTHING = ChangeView(start=0, stop=-1)
MOST_MASK_BYTES = 2**20
MOST_WAITING = 64


class EndOfPageError(ConflictError):
    """The server ends the connection, and why."""


class _Slot(Enum):
    """A message of which only the newest is of use."""

    STATE = "state"
    PROGRESS = "progress"


class Page:
    """One connection's outgoing messages; to be used on the event loop.

    Attributes:
        name: what the log of edits calls it.
        credit: how many more frames of masks it can take.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.credit = 0
        self._line: deque[str | bytes | _Slot] = deque()
        self._newest: dict[_Slot, View] = {}
        self._mask_bytes = 0
        self._look: int | None = None
        self._span = range(0)
        self._end: str | None = None
        self._change = asyncio.Event()

    def say(self, message: View) -> None:
        """A reply, refusal or notice."""
        self._put(message.model_dump_json())

    def notice(self, text: str) -> None:
        """Something that a person should know."""
        self.say(Notice(text=text))

    def tell_state(self, state: StateView) -> None:
        """The newest state; one that still waits is replaced, and what both changed is named."""
        waiting = self._newest.get(_Slot.STATE)
        if isinstance(waiting, State):
            changed = union(waiting.state.changed, state.changed)
            state = state.model_copy(update={"changed": changed})
        self._put_newest(_Slot.STATE, State(state=state))

    def tell_progress(self, progress: Progress) -> None:
        """How far tracking is; one that still waits is replaced."""
        self._put_newest(_Slot.PROGRESS, progress)

    def push(self, masks: bytes) -> None:
        """Masks that nobody asked for: left out where the page has granted none."""
        if self.credit > 0 and self._has_room():
            self.credit -= 1
            self.send(masks)

    def send(self, masks: bytes) -> None:
        """Masks that were asked for."""
        self._mask_bytes += len(masks)
        self._put(masks)

    def answer(self, masks: bytes) -> None:
        """Masks that answer a prompt: they wait for nothing."""
        self.credit = max(0, self.credit - 1)
        self.send(masks)

    def grant(self, frames: int) -> None:
        """The page can take more."""
        self.credit = min(MOST_CREDIT, self.credit + frames)
        self._change.set()

    def look_at(self, frame: int) -> None:
        """Send this frame's masks before any others."""
        self._look = frame
        self._change.set()

    def want(self, span: range) -> None:
        """Send these frames' masks, in place of those asked for before."""
        self._span = span
        self._change.set()

    def end(self, why: str) -> None:
        """Close the connection when everything said has gone out."""
        self._end = why
        self._change.set()

    def is_full(self) -> bool:
        """Whether so much waits to be sent that no more requests should be read."""
        return len(self._line) > MOST_WAITING or not self._has_room()

    async def next_wanted(self) -> int:
        """The frame whose masks go next, once the page has granted it; uses one credit."""
        while True:
            if self.credit > 0 and self._has_room() and (self._look is not None or self._span):
                self.credit -= 1
                if self._look is not None:
                    frame, self._look = self._look, None
                else:
                    frame, self._span = self._span[0], self._span[1:]
                return frame
            await self._changed()

    async def next_message(self) -> str | bytes:
        """What goes out next. Raises EndOfPageError when there will be nothing more."""
        while not self._line:
            if self._end is not None:
                raise EndOfPageError(self._end)
            await self._changed()
        item = self._line.popleft()
        if isinstance(item, bytes):
            self._mask_bytes -= len(item)
        if isinstance(item, _Slot):
            item = self._newest.pop(item).model_dump_json()
        self._change.set()
        return item

    async def room(self) -> None:
        """Wait until more may be said."""
        while self.is_full():
            await self._changed()

    def _has_room(self) -> bool:
        return self._mask_bytes < MOST_MASK_BYTES

    def _put_newest(self, slot: _Slot, message: View) -> None:
        waits = slot in self._newest
        self._newest[slot] = message
        if not waits:
            self._put(slot)

    def _put(self, item: str | bytes | _Slot) -> None:
        self._line.append(item)
        self._change.set()

    async def _changed(self) -> None:
        """The next change; every waiter wakes and looks for itself."""
        self._change.clear()
        await self._change.wait()


def union(first: ChangeView | None, second: ChangeView | None) -> ChangeView | None:
    """The frames that either names; None is every frame."""
    if first is None or second is None:
        return None
    if first.stop < first.start:
        return second
    if second.stop < second.start:
        return first
    return ChangeView(start=min(first.start, second.start), stop=max(first.stop, second.stop))
