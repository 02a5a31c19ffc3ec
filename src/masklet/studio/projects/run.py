"""A tracking run that is going on."""

import asyncio
import time
from collections import deque

from masklet.studio.scheduler import Track
from masklet.studio.session.session import Pass
from masklet.studio.wire.messages import Progress
from masklet.studio.wire.views import RunView

RATE_STEPS = 20


class Run:
    """Its pass through the frames, and how fast it goes.

    Attributes:
        frame: the last one tracked.
        ending: it has been told to stop.
        over: set once everything of it is on disk.
    """

    def __init__(self, passing: Pass, track: Track) -> None:
        self.passing, self.track = passing, track
        self.frame: int | None = None
        self.ending = False
        self.over = asyncio.Event()
        self._times: deque[float] = deque([time.monotonic()], maxlen=RATE_STEPS + 1)

    def stepped(self, frame: int) -> None:
        """A frame was tracked."""
        self.frame = frame
        self._times.append(time.monotonic())

    @property
    def rate(self) -> float | None:
        """Frames a second, lately."""
        seconds = self._times[-1] - self._times[0]
        return round((len(self._times) - 1) / seconds, 2) if seconds > 0 else None

    def view(self) -> RunView:
        """The run, for a page."""
        view = self.passing.view
        return RunView(
            start=view.start,
            stop=view.stop,
            frame=self.frame,
            reverse=view.reverse,
            objects=view.objects,
            rate=self.rate,
        )

    def progress(self, frame: int) -> Progress:
        """How far it is, for a page."""
        view = self.view()
        return Progress(
            frame=frame, start=view.start, stop=view.stop, reverse=view.reverse, rate=view.rate
        )
