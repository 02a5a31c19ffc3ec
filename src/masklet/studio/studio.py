"""A studio: everything that the routes work with, made once for a server."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from masklet.demo import CLIP
from masklet.studio.exports.exports import Exports
from masklet.studio.exports.imports import Imports
from masklet.studio.hub import Hub
from masklet.studio.pictures.jpeg import Jpegs
from masklet.studio.projects.library import Library
from masklet.studio.projects.make import NewProject, Place, make_project, place_for
from masklet.studio.projects.models import Chosen, Models
from masklet.studio.projects.same import find_project_of
from masklet.studio.scheduler import Scheduler
from masklet.studio.settings import Settings
from masklet.studio.store.project import read_info
from masklet.studio.tasks import ended
from masklet.studio.uploads.check import Checker
from masklet.studio.uploads.uploads import Uploads
from masklet.studio.wire.views import ProjectView

SECONDS_BETWEEN_SWEEPS = 3600.0


class Studio:
    """Its parts do the work; here is what needs several of them.

    Attributes:
        settings, library, models, scheduler, hub, jpegs, uploads, checker, exports, imports: those
            parts.
        pages: how many are connected.
    """

    def __init__(self, settings: Settings, chosen: Chosen, *, device: str | None = None) -> None:
        self.settings = settings
        self.library = Library(settings)
        self.models = Models(chosen, device=device)
        self.scheduler = Scheduler(background_threads=max(1, (os.cpu_count() or 2) - 1))
        self.hub = Hub(self.library, self.models, self.scheduler, settings.limits)
        self.jpegs = Jpegs(settings.limits.jpeg_bytes)
        self.uploads = Uploads(self.library, settings.limits)
        self.checker = Checker(settings.limits)
        self.exports = Exports(self.hub, self.library)
        self.imports = Imports(self.hub, self.library, settings.limits)
        self.pages = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keeps house while the server runs, and closes everything at its end."""
        await asyncio.to_thread(self.library.sweep)
        chores = [asyncio.create_task(self.hub.tidy()), asyncio.create_task(self._sweep_uploads())]
        try:
            yield
        finally:
            await ended(chores)
            await self.exports.end()
            await self.hub.end()
            await asyncio.to_thread(self.scheduler.close)

    async def _sweep_uploads(self) -> None:
        while not self.library.is_single:
            self.uploads.sweep()
            await asyncio.sleep(SECONDS_BETWEEN_SWEEPS)

    def check(self) -> None:
        """See before the start that the model can be used and the one project can be read.

        Raises:
            MaskletError: not so.
        """
        self.models.get(self.models.default)
        if self.settings.project is not None:
            read_info(self.settings.project)

    def project_of(self, video: Path) -> str:
        """The id of the project of a video on this machine, which is made if there is none.

        Raises:
            MaskletError: it cannot be read as a video.
        """
        video = video.expanduser()
        known = find_project_of(video, self.library)
        if known is not None:
            return known.id
        new = NewProject(
            name=video.stem or video.name,
            video=video,
            video_name=video.name,
            model=self.models.default,
            place=place_for(video, self.settings.limits),
        )
        return make_project(self.library, new).id

    def new_sample(self) -> ProjectView:
        """A project of the bundled clip."""
        new = NewProject(
            name="Sample clip", video=CLIP, video_name="sample.mp4", model=self.models.default
        )
        return make_project(self.library, new)

    async def new_from_upload(self, upload: str, *, name: str | None) -> ProjectView:
        """A project of a file that has come whole, once a child process has found it fit.

        Raises:
            MaskletError: something is missing, or the file cannot be used.
        """
        async with self.uploads.taken(upload) as arrived:
            self.library.check_new()
            seen = await self.checker.check(arrived.folder, arrived.name)
            new = NewProject(
                name=name or Path(arrived.name).stem or arrived.name,
                video=arrived.media(seen),
                video_name=arrived.name,
                model=self.models.default,
                place=Place.MOVE,
                looked=arrived.looked(seen),
            )
            return await asyncio.to_thread(make_project, self.library, new)

    async def change(self, project: str, *, name: str | None, model: str | None) -> ProjectView:
        """Rename a project or give it another model."""
        if name is not None:
            await self.hub.rename(project, name)
        if model is not None:
            await self.hub.choose_model(project, model)
        return (await asyncio.to_thread(self.library.find, project)).view

    async def delete(self, project: str) -> None:
        """Delete a project that no page looks at."""
        await self.exports.forget(project)
        await self.hub.close(project)
        await asyncio.to_thread(self.library.delete, project)
