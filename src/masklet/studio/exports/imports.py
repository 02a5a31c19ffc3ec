"""Bringing masks into a project: a child process reads the file, the session takes what it read."""

import asyncio
import secrets
import shutil
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from masklet.errors import FormatError
from masklet.studio.exports.arrived import DATA, LINES, ArrivedTrack, read_verdict
from masklet.studio.exports.child import Ask
from masklet.studio.exports.pictures import save
from masklet.studio.exports.shelf import FOLDER
from masklet.studio.hub import Hub
from masklet.studio.projects.library import Library
from masklet.studio.projects.live import LiveProject
from masklet.studio.settings import Limits
from masklet.studio.uploads.uploads import shown_name
from masklet.studio.wire.views import ImportedView
from masklet.values import Size

PART = ".import-"
BY = "import"
OLD_SECONDS = 3600.0
LOOK_SECONDS = 0.25

GivenUp = Callable[[], Awaitable[bool]]


class Imports:
    """Used on the event loop; one file is read at a time.

    Args:
        hub: opens projects.
        library: where they lie.
        limits: of time and memory.
    """

    def __init__(self, hub: Hub, library: Library, limits: Limits) -> None:
        self._hub, self._library, self._limits = hub, library, limits
        self._turn = asyncio.Semaphore(1)

    async def bring(
        self, project: str, name: str, pieces: AsyncIterator[bytes], given_up: GivenUp
    ) -> ImportedView:
        """New objects with the masks of a file.

        Args:
            project: that gets them.
            name: of the file; its ending says what it is.
            pieces: of the file.
            given_up: whether nobody waits for this any more.

        Raises:
            MaskletError: it cannot be used; the sentence says why.
        """
        name = shown_name(name)[:120]
        known = await asyncio.to_thread(self._library.find, project)
        place = known.folder / FOLDER
        await asyncio.to_thread(_sweep, place)
        folder = place / f"{PART}{secrets.token_hex(8)}"
        await asyncio.to_thread(folder.mkdir, parents=True)
        try:
            await save(pieces, folder / DATA)
            async with self._hub.use(project) as live, self._turn:
                return await self._brought(live, folder, name, given_up)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _brought(
        self, live: LiveProject, folder: Path, name: str, given_up: GivenUp
    ) -> ImportedView:
        video = live.video
        ask = Ask(
            name=name,
            height=video.height,
            width=video.width,
            frames=video.frames,
            seconds=int(self._limits.import_seconds),
            memory=self._limits.check_bytes,
            written=self._limits.import_bytes,
        )
        await self._read(folder, ask, given_up)
        verdict = await asyncio.to_thread(read_verdict, folder)
        if verdict is None:
            raise FormatError(
                f"{name} cannot be used: it is damaged, or needs more time or memory than this "
                "studio gives it"
            )
        if verdict.why is not None:
            raise FormatError(f"{name} cannot be used: {verdict.why}")
        size = Size(video.height, video.width)
        track = await asyncio.to_thread(ArrivedTrack, folder / LINES, size)
        view = await live.read(lambda session: session.import_masks(track, by=BY))
        await live.edit(lambda _: None)
        notes = [note for note in (verdict.note, view.note) if note is not None]
        return view.model_copy(update={"note": "; ".join(notes) or None})

    async def _read(self, folder: Path, ask: Ask, given_up: GivenUp) -> None:
        """Wait for the child, as long as it may run and someone waits for it."""
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "masklet.studio.exports.child"),
            *(str(folder), ask.text()),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        until = time.monotonic() + ask.seconds
        ended = asyncio.ensure_future(child.wait())
        try:
            while not ended.done():
                await asyncio.wait([ended], timeout=LOOK_SECONDS)
                if not ended.done() and time.monotonic() > until:
                    raise FormatError(f"{ask.name} takes longer than {ask.seconds} s to read")
                if not ended.done() and await given_up():
                    raise FormatError("the import was given up")
        finally:
            if not ended.done():
                child.kill()
                await ended


def _sweep(place: Path) -> None:
    """Remove what a server that was killed left."""
    for left in place.glob(f"{PART}*"):
        if time.time() - left.stat().st_mtime > OLD_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
