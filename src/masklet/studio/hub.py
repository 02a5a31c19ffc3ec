"""The projects that are open in memory: opened when they are asked for, closed when idle."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

from masklet.studio.errors import ConflictError
from masklet.studio.locks import Locks
from masklet.studio.pictures.opening import open_media
from masklet.studio.pictures.pool import SourcePool
from masklet.studio.projects.library import Library
from masklet.studio.projects.live import LiveProject, Opened
from masklet.studio.projects.models import Models
from masklet.studio.projects.video import video_path, video_view
from masklet.studio.scheduler import Scheduler
from masklet.studio.session.session import Session
from masklet.studio.settings import Limits
from masklet.studio.store.project import ProjectStore
from masklet.studio.uploads.kinds import check_container

SECONDS_TO_SETTLE = 5.0


class Hub:
    """Used on the event loop."""

    def __init__(
        self, library: Library, models: Models, scheduler: Scheduler, limits: Limits
    ) -> None:
        self._library, self._models = library, models
        self._scheduler, self._limits = scheduler, limits
        self._live: dict[str, LiveProject] = {}
        self._opening = Locks()
        self._ended = False

    @asynccontextmanager
    async def use(self, project: str) -> AsyncIterator[LiveProject]:
        """The project of that id, open for as long as the block lasts.

        Raises:
            MaskletError: there is none, or it cannot be opened.
        """
        live = await self._opened(project)
        live.users += 1
        try:
            yield live
        finally:
            live.users -= 1
            live.used = time.monotonic()

    @property
    def open(self) -> tuple[str, ...]:
        """Ids of the projects in memory."""
        return tuple(self._live)

    async def rename(self, project: str, name: str) -> None:
        """Give a project another name."""
        async with self._opening[project]:
            live = self._live.get(project)
            if live is not None:
                await live.rename(name)
                return
            with await asyncio.to_thread(self._stored, project) as store:
                await asyncio.to_thread(store.rename, name)

    async def choose_model(self, project: str, model: str) -> None:
        """Go on with another model, keeping everything that people said.

        Raises:
            MaskletError: there is no such model, or the project is being tracked.
        """
        await asyncio.to_thread(self._models.get, model)
        async with self._opening[project]:
            live = self._live.get(project)
            if live is not None:
                try:
                    await live.replace(lambda: self._open(project, model))
                except BaseException:
                    if live.is_closed:
                        del self._live[project]
                        await live.close()
                    raise
                return
            with await asyncio.to_thread(self._stored, project) as store:
                await asyncio.to_thread(store.choose_model, model)

    async def close(self, project: str) -> None:
        """Take a project out of memory.

        Raises:
            ConflictError: someone looks at it.
        """
        async with self._opening[project]:
            live = self._live.get(project)
            if live is None:
                return
            await live.settle(SECONDS_TO_SETTLE)
            if live.users:
                raise ConflictError("this project is open in a page; close that first")
            del self._live[project]
            await live.close()

    async def tidy(self) -> None:
        """Close idle projects, until cancelled."""
        while True:
            await asyncio.sleep(min(5.0, self._limits.idle_seconds / 4))
            await self._close_idle()

    async def end(self) -> None:
        """Close everything; nothing can be opened any more."""
        self._ended = True
        for project in self.open:
            async with self._opening[project]:
                live = self._live.pop(project, None)
                if live is not None:
                    await live.close()

    async def _opened(self, project: str) -> LiveProject:
        async with self._opening[project]:
            if self._ended:
                raise ConflictError("the studio is ending")
            live = self._live.get(project)
            if live is None:
                opened = await asyncio.to_thread(self._open, project)
                live = LiveProject(project, opened, self._scheduler)
                self._live[project] = live
            live.used = time.monotonic()
            return live

    def _stored(self, project: str) -> closing[ProjectStore]:
        return closing(ProjectStore.open(self._library.find(project).folder))

    def _open(self, project: str, model: str | None = None) -> Opened:
        """Open a project, or open it with another model from now on."""
        folder = self._library.find(project).folder
        store = ProjectStore.open(folder)
        try:
            if model is not None:
                store.choose_model(model)
            info = store.info
            path = video_path(folder, info.video)
            if path.is_file():
                check_container(path, self._limits)
            network = self._models.get(info.model)
            session = Session(store=store, model=network, source=open_media(path, folder))
        except BaseException:
            store.close()
            raise
        return Opened(store, session, SourcePool(path, folder), video_view(info.video))

    async def _close_idle(self) -> None:
        now = time.monotonic()
        idle = [live for live in self._live.values() if not (live.users or live.is_tracked)]
        idle.sort(key=lambda live: live.used)
        over = len(self._live) - self._limits.projects
        for place, live in enumerate(idle):
            if place < over or now - live.used > self._limits.idle_seconds:
                await self._close_if_unused(live)

    async def _close_if_unused(self, live: LiveProject) -> None:
        async with self._opening[live.id]:
            if not live.users and not live.is_tracked and self._live.get(live.id) is live:
                del self._live[live.id]
                await live.close()
