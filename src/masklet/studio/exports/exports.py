"""The exports of all projects: one is made at a time, in a thread that gives way to everything."""

import asyncio
import logging
import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path

from masklet.errors import MaskletError
from masklet.studio.errors import ConflictError, NotFoundError
from masklet.studio.exports.asking import check_ask, container_of
from masklet.studio.exports.frames import Frames
from masklet.studio.exports.job import Cancelled, Job
from masklet.studio.exports.making import Task, make, steps_of
from masklet.studio.exports.names import file_name, stem_of
from masklet.studio.exports.pictures import Pictures
from masklet.studio.exports.shelf import Shelf
from masklet.studio.exports.spec import ExportAsk
from masklet.studio.hub import Hub
from masklet.studio.projects.library import Library
from masklet.studio.projects.video import video_path
from masklet.studio.wire.views import JobView

MOST_AT_ONCE = 32
MOST_TOLD = 20
NICE = 10
BUG = "a fault of the studio; the terminal says more"
_log = logging.getLogger("masklet.studio")


class Exports:
    """Used on the event loop.

    Args:
        hub: opens projects.
        library: where they lie.
    """

    def __init__(self, hub: Hub, library: Library) -> None:
        self._hub, self._library = hub, library
        self._jobs: dict[str, Job] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="exports", initializer=give_way)

    async def begin(self, project: str, ask: ExportAsk) -> JobView:
        """A new export of what the project shows now; edits that follow are not in it.

        Raises:
            MaskletError: it cannot be; the sentence says why.
        """
        if sum(not job.is_over for job in self._jobs.values()) >= MOST_AT_ONCE:
            raise ConflictError("too many exports are waiting already; let some of them finish")
        self._forget_oldest()
        known = await asyncio.to_thread(self._library.find, project)
        async with AsyncExitStack() as stack:
            live = await stack.enter_async_context(self._hub.use(project))
            snapshot = await live.read(lambda session: session.snapshot())
            frames = Frames(snapshot, ask.options)
            check_ask(ask, frames)
            if known.video is None:
                raise NotFoundError("the project has no video")
            stem = stem_of(known.view.name, frames, snapshot.length)
            name = file_name(stem, ask, container=container_of(ask))
            job = Job(project=project, kind=ask.kind, name=name, total=steps_of(ask, frames))
            shelf = self._shelf(known.folder, project)
            await asyncio.to_thread(shelf.sweep, [*self._jobs])
            task = Task(
                ask=ask,
                frames=frames,
                video=video_path(known.folder, known.video),
                title=known.video.name,
                folder=await asyncio.to_thread(shelf.part, job.id),
                stem=stem,
                picture=Pictures(known.folder).path,
            )
            self._jobs[job.id] = job
            self._begin(job, task, shelf, stack.pop_all())
        return job.view()

    async def views(self, project: str) -> list[JobView]:
        """The project's exports, those on their way first; none that is being stopped."""
        shelf = await self._shelf_of(project)
        mine = [job for job in self._jobs.values() if job.project == project]
        going = {job.id: job.view() for job in reversed(mine) if job.state != "done"}
        ready = await asyncio.to_thread(shelf.views)
        stopped = {job.id for job in mine if job.is_stopped}
        told = [*going.values(), *(view for view in ready if view.id not in going)]
        return [view for view in told if view.id not in stopped]

    async def view(self, project: str, job: str) -> JobView:
        """One export. Raises NotFoundError."""
        for view in await self.views(project):
            if view.id == job:
                return view
        raise NotFoundError("there is no such export; it may have been deleted")

    async def remove(self, project: str, job: str) -> None:
        """Stop an export that is going on, or delete one that is over. Raises NotFoundError."""
        shelf = await self._shelf_of(project)
        known = self._jobs.get(job)
        going = known if known is not None and known.project == project else None
        if going is not None and going.stop():
            return
        if going is not None and going.state != "done":
            del self._jobs[job]
        else:
            await asyncio.to_thread(shelf.remove, job)

    async def file(self, project: str, job: str, name: str) -> Path:
        """Where a finished file lies. Raises NotFoundError."""
        return await asyncio.to_thread((await self._shelf_of(project)).file, job, name)

    async def forget(self, project: str) -> None:
        """Stop all that goes on about a project, and wait until it has ended."""
        mine = [job for job in self._jobs.values() if job.project == project]
        for job in mine:
            job.stop()
        while not all(job.is_over for job in mine):
            await asyncio.sleep(0.02)
        for job in mine:
            self._jobs.pop(job.id, None)

    async def end(self) -> None:
        """Stop everything and wait."""
        for job in self._jobs.values():
            job.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._worker.shutdown)

    def _forget_oldest(self) -> None:
        """Failures that nobody waved away are told for a while only."""
        over = [job.id for job in self._jobs.values() if job.is_over]
        for job in over[:-MOST_TOLD]:
            del self._jobs[job]

    def _begin(self, job: Job, task: Task, shelf: Shelf, held: AsyncExitStack) -> None:
        """Runs it with the project held open."""

        async def run() -> None:
            async with held:
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(self._worker, _run, job, task, shelf)
            if job.state == "done" or job.is_stopped:
                self._jobs.pop(job.id, None)

        running = asyncio.create_task(run())
        self._tasks.add(running)
        running.add_done_callback(self._tasks.discard)

    async def _shelf_of(self, project: str) -> Shelf:
        known = await asyncio.to_thread(self._library.find, project)
        return self._shelf(known.folder, project)

    def _shelf(self, folder: Path, project: str) -> Shelf:
        return Shelf(folder, f"/api/projects/{project}/exports")


def give_way() -> None:
    """Let every other thread of this process go first, where the system can do that for one."""
    if hasattr(os, "setpriority") and os.uname().sysname == "Linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


def _run(job: Job, task: Task, shelf: Shelf) -> None:
    """In the worker's thread: make it and put it on the shelf, or leave nothing."""
    job.state = "running"
    try:
        job.tick()
        made = make(task, job.tick)
        shelf.put(job.id, job.kind, made)
        _finish(job, shelf)
    except Cancelled:
        job.state = "cancelled"
    except (MaskletError, OSError) as error:
        job.note, job.state = " ".join(str(error).split()), "failed"
    except Exception:
        _log.exception("export %s", job.name)
        job.note, job.state = BUG, "failed"
    finally:
        shutil.rmtree(task.folder, ignore_errors=True)


def _finish(job: Job, shelf: Shelf) -> None:
    """Nothing is left either of one that was stopped while its file was put in its place."""
    try:
        job.finish()
    except Cancelled:
        shelf.remove(job.id)
        raise
