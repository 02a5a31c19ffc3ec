"""Two lanes for the network: what people wait for, and tracking, which never blocks it.

Each lane is one thread. All work on a project goes through them under the project's id, and the
two never work on one project at once: a click on a project that is being tracked waits for the
step that is going on, and no other click waits for it. While clicks wait anywhere, tracking pauses
for a moment before its next step: both share processors. What only reads goes beside them.
"""

import asyncio
import threading
import time
from bisect import insort
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from enum import Enum
from typing import Any, NamedTuple, TypeVar

import torch

from masklet.studio.errors import ConflictError

T = TypeVar("T")
READERS = 4
LONGEST_PAUSE = 0.25


class Urgency(Enum):
    """Seconds by which work stands back behind clicks; so it comes later, and always comes."""

    EDIT = 0.0
    HOVER = 0.1
    AHEAD = 0.4


class _Job(NamedTuple):
    """Work on a project that someone waits for."""

    due: float
    number: int
    key: str
    urgency: Urgency
    work: Callable[[], Any]
    answer: Future[Any]


class Track:
    """A tracking run in the background lane.

    Attributes:
        key: the project.
        step: does one frame and says whether there is more.
        ended: called once by the lane, before anyone else may work on the project, with the
            error that ended the run, if any.
    """

    def __init__(
        self,
        key: str,
        step: Callable[[], bool],
        ended: Callable[[Exception | None], None],
    ) -> None:
        self.key, self.step, self.ended = key, step, ended
        self.stopped = False


class Scheduler:
    """Made before the server starts and closed after it has ended.

    Args:
        background_threads: torch's threads for a tracking step; a click always has one.
    """

    def __init__(self, *, background_threads: int) -> None:
        self._change = threading.Condition()
        self._jobs: list[_Job] = []
        self._tracks: deque[Track] = deque()
        self._clicked: _Job | None = None
        self._tracked: str | None = None
        self._stepped_last: set[str] = set()
        self._stepped_at = 0.0
        self._count = 0
        self._closed = False
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reading")
        self._threads = (
            threading.Thread(target=self._interactive, args=(1,), name="clicks"),
            threading.Thread(target=self._background, args=(background_threads,), name="tracking"),
        )
        for thread in self._threads:
            thread.daemon = True
            thread.start()

    async def read(self, work: Callable[[], T]) -> T:
        """Do something that needs no network and no turn, in one of a few threads of its own."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, work)

    async def run(self, key: str, work: Callable[[], T], *, urgency: Urgency = Urgency.EDIT) -> T:
        """Do ``work`` on a project in the interactive lane.

        If the caller is cancelled before its turn has come, the work is not done.

        Raises:
            ConflictError: the server is ending.
        """
        return await asyncio.wrap_future(self.put(key, work, urgency=urgency))

    def put(self, key: str, work: Callable[[], T], *, urgency: Urgency = Urgency.EDIT) -> Future[T]:
        """Line up ``work``; as ``run``, for callers without an event loop."""
        answer: Future[T] = Future()
        with self._change:
            if self._closed:
                raise ConflictError("the studio is ending")
            self._count += 1
            due = time.monotonic() + urgency.value
            insort(self._jobs, _Job(due, self._count, key, urgency, work, answer))
            self._change.notify_all()
        return answer

    def track(self, track: Track) -> None:
        """Begin a run; runs take turns, a frame each.

        Raises:
            ConflictError: the server is ending.
        """
        with self._change:
            if self._closed:
                raise ConflictError("the studio is ending")
            self._tracks.append(track)
            self._change.notify_all()

    def stop(self, track: Track) -> None:
        """End a run after the step that is going on; ``ended`` is called by the lane."""
        with self._change:
            track.stopped = True
            self._change.notify_all()

    def close(self) -> None:
        """Refuse new work, end the runs, do what is lined up, and wait for the threads."""
        with self._change:
            self._closed = True
            for track in self._tracks:
                track.stopped = True
            self._change.notify_all()
        for thread in self._threads:
            thread.join()
        self._readers.shutdown()

    def _interactive(self, threads: int) -> None:
        torch.set_num_threads(threads)
        while (job := self._next_job()) is not None:
            if job.answer.set_running_or_notify_cancel():
                _answer(job)
            with self._change:
                self._clicked = None
                self._stepped_last.discard(job.key)
                self._change.notify_all()

    def _next_job(self) -> _Job | None:
        """The one that is due first among projects that are not in a step; None at the end."""
        with self._change:
            while True:
                for place, job in enumerate(self._jobs):
                    if job.key != self._tracked and not self._owes_step(job.key):
                        self._clicked = job
                        return self._jobs.pop(place)
                if self._closed and not self._jobs:
                    return None
                self._change.wait()

    def _owes_step(self, key: str) -> bool:
        """Whether it is tracking's turn on a project, and tracking can take it at once."""
        waits = self._tracked is None and any(track.key == key for track in self._tracks)
        return waits and key not in self._stepped_last and self._pause() <= 0

    def _background(self, threads: int) -> None:
        torch.set_num_threads(threads)
        while (track := self._next_track()) is not None:
            error, more = None, False
            if not track.stopped:
                try:
                    more = track.step()
                except Exception as raised:
                    error = raised
            if not more:
                track.ended(error)
            with self._change:
                self._tracked = None
                self._stepped_at = time.monotonic()
                if more:
                    self._tracks.append(track)
                    self._stepped_last.add(track.key)
                else:
                    self._stepped_last.discard(track.key)
                self._change.notify_all()

    def _next_track(self) -> Track | None:
        """The run whose turn it is; None at the end."""
        with self._change:
            while True:
                pause = self._pause()
                for track in self._tracks:
                    if self._may_step(track, paused=pause > 0):
                        self._tracks.remove(track)
                        self._tracked = track.key
                        return track
                if self._closed and not self._tracks:
                    return None
                self._change.wait(pause if pause > 0 and self._tracks else None)

    def _pause(self) -> float:
        """Seconds for which tracking still makes way for clicks."""
        clicks = (self._clicked, *self._jobs)
        if not any(job is not None and job.urgency is Urgency.EDIT for job in clicks):
            return 0.0
        return self._stepped_at + LONGEST_PAUSE - time.monotonic()

    def _may_step(self, track: Track, *, paused: bool) -> bool:
        """Whether nobody works on the project, nor has waited during its last step."""
        if self._clicked is not None and track.key == self._clicked.key:
            return False
        if track.stopped:
            return True
        waits = track.key in self._stepped_last and any(job.key == track.key for job in self._jobs)
        return not paused and not waits


def _answer(job: _Job) -> None:
    try:
        result = job.work()
    except BaseException as error:
        job.answer.set_exception(error)
    else:
        job.answer.set_result(result)
