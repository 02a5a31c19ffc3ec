"""Uploads: files that gather piece by piece in a folder of the library, until they are whole."""

import asyncio
import re
import secrets
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ValidationError

from masklet.errors import MaskletError, MediaError
from masklet.studio.errors import ConflictError, MisplacedError, NotFoundError, TooLargeError
from masklet.studio.locks import Locks
from masklet.studio.pictures.facts import Facts
from masklet.studio.pictures.opening import INDEX
from masklet.studio.projects.library import Library
from masklet.studio.projects.make import Looked
from masklet.studio.settings import Limits
from masklet.studio.uploads.verdict import DATA, THUMBNAIL, Seen
from masklet.studio.wire.views import UploadView

FOLDER, NOTE = ".uploads", "upload.json"
ABANDONED_SECONDS = 600.0
SPARE_BYTES = 256 * 2**20
WRITE_BYTES = 2**20


class _Note(BaseModel):
    """What was said at the beginning."""

    name: str
    size: int


class Arrived(NamedTuple):
    """A file that has come whole: its folder, and the name it came with."""

    folder: Path
    name: str

    def media(self, seen: Seen) -> Path:
        """What is to be kept of it, under a name of ours."""
        media = self.folder / seen.media
        return media.rename(media.with_name(f"video{seen.suffix}"))

    def looked(self, seen: Seen) -> Looked:
        """What the child found."""
        facts = Facts(seen.frames, seen.width, seen.height, seen.fps, seen.steady)
        index = self.folder / INDEX
        thumbnail = (self.folder / THUMBNAIL).read_bytes()
        return Looked(facts, thumbnail, index if index.is_file() else None)


class Uploads:
    """Used on the event loop; what is on its way outlives the server."""

    def __init__(self, library: Library, limits: Limits) -> None:
        self._library, self._limits = library, limits
        self._busy = Locks()

    def begin(self, name: str, size: int) -> UploadView:
        """A new upload.

        Raises:
            TooLargeError: for the limits, or for the disk.
            ConflictError: too many are on their way.
        """
        name = shown_name(name)
        limit = self._limits.upload_bytes
        if size > limit:
            raise TooLargeError(
                f"{name} has {size / 1e9:.1f} GB; this studio takes files up to {limit / 1e9:.1f} "
                "GB: cut it shorter, or start masklet studio with a larger --upload"
            )
        self._library.check_new()
        self.sweep()
        self._make_room()
        folder = self._folder / secrets.token_hex(16)
        folder.mkdir(parents=True)
        if shutil.disk_usage(folder).free < size + SPARE_BYTES:
            folder.rmdir()
            raise TooLargeError(f"the disk of the studio has no room for {size / 1e9:.1f} GB")
        (folder / NOTE).write_text(_Note(name=name, size=size).model_dump_json(), encoding="utf-8")
        (folder / DATA).touch()
        return self.view(folder.name)

    def view(self, upload: str) -> UploadView:
        """How far an upload is. Raises NotFoundError."""
        folder = self.folder(upload)
        try:
            note = _Note.model_validate_json((folder / NOTE).read_bytes())
            received = (folder / DATA).stat().st_size
        except (OSError, ValidationError):
            raise NotFoundError("there is no such upload; it may be finished or given up") from None
        return UploadView(id=upload, name=note.name, size=note.size, received=received)

    async def add(self, upload: str, offset: int, pieces: AsyncIterator[bytes]) -> UploadView:
        """Append what follows ``offset``; whatever came stays, also if the rest does not come.

        Raises:
            NotFoundError: there is no such upload.
            MisplacedError: ``offset`` is not where the next piece begins.
            ConflictError: another piece is on its way.
            TooLargeError: more than was said at the beginning came; nothing of it is kept.
            MaskletError: nothing came.
        """
        view = self.view(upload)
        if self._busy[upload].locked():
            raise ConflictError("another piece of this file is on its way")
        async with self._busy[upload]:
            view = self.view(upload)
            if offset != view.received:
                raise MisplacedError(
                    f"offset: {offset} came, and the next piece begins at {view.received}",
                    view.received,
                )
            await self._append(view, pieces)
        after = self.view(upload)
        if after.received == view.received:
            raise MaskletError("the piece is empty")
        return after

    @asynccontextmanager
    async def taken(self, upload: str) -> AsyncIterator[Arrived]:
        """An upload of which everything has come, for someone who makes something of it.

        It is gone afterwards, also where the file is of no use; any other error leaves it.

        Raises:
            NotFoundError: there is no such upload.
            ConflictError: something is missing, or someone else has taken it.
        """
        view = self.view(upload)
        if view.received != view.size:
            raise ConflictError(f"{view.name} has not arrived whole yet")
        if self._busy[upload].locked():
            raise ConflictError(f"{view.name} is being looked into already")
        folder = self.folder(upload)
        async with self._busy[upload]:
            try:
                yield Arrived(folder, view.name)
            except MediaError:
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
                raise
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    def folder(self, upload: str) -> Path:
        """Where an upload lies. Raises NotFoundError for what is no id."""
        if not re.fullmatch("[0-9a-f]{32}", upload):
            raise NotFoundError("there is no such upload")
        return self._folder / upload

    def give_up(self, upload: str) -> None:
        """Forget an upload. Raises NotFoundError, ConflictError while it is made use of."""
        view = self.view(upload)
        if self._busy[upload].locked():
            raise ConflictError(f"{view.name} is in use now")
        self._forget(self.folder(upload))

    def sweep(self) -> None:
        """Remove what nobody went on with for a day."""
        for folder in self._all():
            if time.time() - _touched(folder) > self._limits.upload_seconds:
                self._forget(folder)

    @property
    def _folder(self) -> Path:
        return self._library.folder / FOLDER

    def _all(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return sorted((path for path in self._folder.iterdir() if path.is_dir()), key=_touched)

    def _make_room(self) -> None:
        """Forget the one that was left alone longest where there are too many."""
        there = self._all()
        if len(there) < self._limits.uploads:
            return
        if time.time() - _touched(there[0]) < ABANDONED_SECONDS:
            raise ConflictError("too many files are on their way to this studio; try again later")
        self._forget(there[0])

    def _forget(self, folder: Path) -> None:
        if not self._busy[folder.name].locked():
            shutil.rmtree(folder, ignore_errors=True)

    async def _append(self, view: UploadView, pieces: AsyncIterator[bytes]) -> None:
        """Written in large steps, off the event loop."""
        path = self.folder(view.id) / DATA
        received, waiting = view.received, bytearray()
        with path.open("ab") as file:
            try:
                async for piece in pieces:
                    received += len(piece)
                    if received > view.size:
                        waiting.clear()
                        raise TooLargeError(f"{view.name} was said to have {view.size} bytes")
                    waiting += piece
                    if len(waiting) >= WRITE_BYTES:
                        await asyncio.to_thread(file.write, bytes(waiting))
                        waiting.clear()
            except TooLargeError:
                file.truncate(view.received)
                raise
            finally:
                file.write(waiting)


def shown_name(name: str) -> str:
    """A file's name as a person reads it: no folders, nothing that cannot be printed."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable()).strip() or "video"


def _touched(folder: Path) -> float:
    """When something last came, in seconds of the clock."""
    try:
        return (folder / DATA).stat().st_mtime
    except OSError:
        return 0.0
