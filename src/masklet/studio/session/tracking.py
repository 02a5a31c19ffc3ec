"""The handle of a tracking run: what the scheduler steps through."""

from typing import Protocol, runtime_checkable

from masklet.studio.session.running import Running
from masklet.studio.wire.frames import FrameAnswers
from masklet.studio.wire.views import PassView


@runtime_checkable
class Tracks(Protocol):
    """Who carries out the steps of a run."""

    def step(self, running: Running) -> FrameAnswers | None:
        """One frame; None when the run is over."""
        ...

    def end(self, running: Running) -> None:
        """No more frames."""
        ...


class Pass:
    """A tracking run that was begun: do its frames one by one, or end it."""

    def __init__(self, owner: Tracks, running: Running) -> None:
        self._owner, self._running = owner, running

    @property
    def view(self) -> PassView:
        """The pass that is going on; a run both ways is two, one after the other."""
        way = self._running.way
        return PassView(
            id=way.id,
            start=way.start,
            stop=way.stop,
            last=self._running.last,
            reverse=way.reverse,
            objects=self._running.begun.objects,
        )

    def step(self) -> FrameAnswers | None:
        """Do one frame and give its answers, which are on disk; None when the run is over.

        Raises:
            MaskletError: a frame cannot be read or kept; the run is over, and what came before
                stays.
        """
        return self._owner.step(self._running)

    def end(self) -> None:
        """Stop; what was tracked is kept. Nothing happens where the run is over already.

        Raises:
            MaskletError: the end cannot be written.
        """
        self._owner.end(self._running)
