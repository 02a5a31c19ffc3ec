"""A project open in memory: its session, the pages that look at it, and the run that tracks it."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from masklet.errors import MaskletError
from masklet.studio.errors import ConflictError, NotFoundError
from masklet.studio.pictures.pool import SourcePool
from masklet.studio.projects.page import NOTHING, Page
from masklet.studio.projects.run import Run
from masklet.studio.scheduler import Scheduler, Track, Urgency
from masklet.studio.session.session import Session
from masklet.studio.store.project import ProjectStore
from masklet.studio.wire.frames import FrameAnswers, pack
from masklet.studio.wire.messages import Propagate
from masklet.studio.wire.views import StateView, VideoView

T = TypeVar("T")
_log = logging.getLogger("masklet.studio")


class Read(NamedTuple):
    """What is known of a frame, and at which revision."""

    known: FrameAnswers
    revision: int


class Opened(NamedTuple):
    """What opening a project gives."""

    store: ProjectStore
    session: Session
    pictures: SourcePool
    video: VideoView


class LiveProject:
    """Made by the hub; used on the event loop, while its session works in the lanes.

    Attributes:
        id: by which pages know it.
        pictures: its frames.
        video: what is known of the video.
        users: requests that use it now, pages included; the hub counts them.
        used: when it was last used, on the monotonic clock.
        is_closed: nothing can be asked of it any more.
    """

    def __init__(
        self,
        project: str,
        opened: Opened,
        scheduler: Scheduler,
    ) -> None:
        self.id, self.pictures, self.video = project, opened.pictures, opened.video
        self.users, self.used, self.is_closed = 0, time.monotonic(), False
        self._store, self._session, self._scheduler = opened.store, opened.session, scheduler
        self._pages: list[Page] = []
        self._revision = 0
        self._state: StateView | None = None
        self._ready, self._quiet, self._reading = asyncio.Event(), asyncio.Event(), 0
        self._ready.set()
        self._beginning = False
        self._run: Run | None = None
        self._loop = asyncio.get_running_loop()

    @property
    def is_tracked(self) -> bool:
        """Whether a run is going on."""
        return self._run is not None or self._beginning

    async def read(self, work: Callable[[Session], T]) -> T:
        """Ask the session what needs neither the network nor its turn."""
        await self._ready.wait()
        self._reading += 1
        try:
            return await self._scheduler.read(lambda: work(self._session))
        finally:
            self._reading -= 1
            if self._reading == 0:
                self._quiet.set()

    async def run(self, work: Callable[[Session], T], *, urgency: Urgency = Urgency.EDIT) -> T:
        """Have the session do something that changes nothing, when its turn has come."""
        return await self._scheduler.run(self.id, lambda: work(self._session), urgency=urgency)

    async def edit(
        self,
        work: Callable[[Session], T],
        *,
        first: Callable[[T, int], None] | None = None,
        ends_run: bool = True,
    ) -> T:
        """Change something, and tell every page.

        Args:
            first: called before the pages are told, with what ``work`` gave and the revision.
            ends_run: the session ends tracking before it does this.
        """
        done, state = await self._scheduler.run(self.id, lambda: self._edited(work))
        if ends_run and self._run is not None:
            self._end_run(self._run)
        if first is not None:
            first(done, state.revision)
        self._announce(state)
        return done

    async def answers(self, frame: int) -> Read:
        """What is known of a frame; of this revision, or newer."""

        def known(session: Session) -> Read:
            revision = self._revision
            return Read(session.answers(frame), revision)

        return await self.read(known)

    def check_span(self, start: int, stop: int) -> None:
        """See that frames ``start`` to ``stop``, both included, exist.

        Raises:
            NotFoundError: they do not, or stand the wrong way round.
        """
        if not 0 <= start <= stop < self.video.frames:
            last = self.video.frames - 1
            raise NotFoundError(f"frames {start} to {stop}: wanted two in order from 0 to {last}")

    async def join(self, page: Page) -> None:
        """A page begins to look; it gets the state first."""
        state = await self.read(self._stated)
        if self._state is None or state.revision > self._state.revision:
            self._state = state
        self._pages.append(page)
        self._tell(page, self._state.model_copy(update={"changed": None}))
        self._tell_others(page)

    def leave(self, page: Page) -> None:
        """A page has gone."""
        if page in self._pages:
            self._pages.remove(page)
            self._tell_others(page)

    def notice(self, text: str) -> None:
        """Tell every page something."""
        for page in self._pages:
            page.notice(text)

    async def propagate(self, ask: Propagate, *, by: str) -> None:
        """Begin to track.

        Raises:
            ConflictError: that is going on already.
            PromptError: there is nothing to track, or a frame that does not exist.
        """
        if self._run is not None and self._run.ending:
            await self._run.over.wait()
        if self.is_tracked:
            raise ConflictError("this project is being tracked already; stop that first")
        self._beginning = True
        try:
            passing = await self._scheduler.run(self.id, lambda: self._session.begin(ask, by=by))
            track = Track(self.id, self._step, self._ended)
            self._run = Run(passing, track)
            self._scheduler.track(track)
        finally:
            self._beginning = False
        self._tell_all()

    async def stop(self) -> None:
        """End tracking, and wait until it has ended; what was tracked is kept."""
        run = self._run
        if run is not None:
            self._end_run(run)
            await run.over.wait()

    async def rename(self, name: str) -> None:
        """Give the project another name."""
        await self._scheduler.run(self.id, lambda: self._store.rename(name))

    async def replace(self, make: Callable[[], Opened]) -> None:
        """Close everything and go on with the same project opened anew; the pages stay.

        Raises:
            ConflictError: the project is being tracked.
        """
        if self.is_tracked:
            raise ConflictError("this project is being tracked; stop that first")

        def replaced() -> StateView:
            self._close_session()
            opened = make()
            self._store, self._session, self.pictures = (
                opened.store,
                opened.session,
                opened.pictures,
            )
            return self._stated(self._session)

        self._ready.clear()
        try:
            while self._reading:
                self._quiet.clear()
                await self._quiet.wait()
            state = await self._scheduler.run(self.id, replaced)
        finally:
            self._ready.set()
        self._announce(state.model_copy(update={"changed": None}))

    async def settle(self, seconds: float) -> None:
        """Wait so long for requests to end; pages do not end by themselves."""
        until = time.monotonic() + seconds
        while self.users > len(self._pages) and time.monotonic() < until:
            await asyncio.sleep(0.02)

    async def close(self) -> None:
        """End tracking and leave memory; everything is on disk. Pages that look are told to go."""
        await self.stop()
        for page in self._pages:
            page.end("this project was closed; open it again")
        await self._scheduler.run(self.id, self._close_session)
        await asyncio.to_thread(self.pictures.close)

    def _end_run(self, run: Run) -> None:
        run.ending = True
        self._scheduler.stop(run.track)

    def _close_session(self) -> None:
        self.is_closed = True
        self._session.close()
        self._store.close()

    def _edited(self, work: Callable[[Session], T]) -> tuple[T, StateView]:
        done = work(self._session)
        return done, self._stated(self._session)

    def _stated(self, session: Session) -> StateView:
        state = session.state()
        self._revision = max(self._revision, state.revision)
        return state

    def _step(self) -> bool:
        """One frame, in the background lane."""
        run = self._run
        assert run is not None
        answers = run.passing.step()
        if answers is None:
            return False
        self._loop.call_soon_threadsafe(self._stepped, run, answers, self._revision)
        return True

    def _stepped(self, run: Run, known: FrameAnswers, revision: int) -> None:
        run.stepped(known.frame)
        progress, masks = run.progress(known.frame), pack(known, tag=revision)
        for page in self._pages:
            page.push(masks)
            page.tell_progress(progress)

    def _ended(self, error: Exception | None) -> None:
        """The run is over, in the background lane."""
        run = self._run
        assert run is not None
        try:
            run.passing.end()
            state = self._stated(self._session)
        except Exception as raised:
            error, state = raised, None
        self._loop.call_soon_threadsafe(self._over, run, error, state)

    def _over(self, run: Run, error: Exception | None, state: StateView | None) -> None:
        self._run = None
        self.used = time.monotonic()
        if state is not None:
            self._announce(state)
        else:
            self._tell_all()
        if error is not None:
            if not isinstance(error, MaskletError):
                _log.error("tracking %s", self.id, exc_info=error)
            self.notice(f"Tracking stopped: {error}" if isinstance(error, MaskletError) else BUG)
        run.over.set()

    def _announce(self, state: StateView) -> None:
        """Tell every page the state after an edit."""
        self._state = state
        for page in self._pages:
            self._tell(page, state)

    def _tell_all(self) -> None:
        for page in self._pages:
            self._tell_unchanged(page)

    def _tell_others(self, page: Page) -> None:
        for other in self._pages:
            if other is not page:
                self._tell_unchanged(other)

    def _tell_unchanged(self, page: Page) -> None:
        """The state, after something else than an edit."""
        if self._state is not None:
            self._tell(page, self._state.model_copy(update={"changed": NOTHING}))

    def _tell(self, page: Page, state: StateView) -> None:
        running = None if self._run is None else self._run.view()
        page.tell_state(state.model_copy(update={"running": running, "people": len(self._pages)}))


BUG = "Tracking stopped by a fault of the studio; the terminal says more."
