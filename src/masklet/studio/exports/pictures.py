"""Pictures that people bring as backgrounds: looked into by a child process, kept by their hash."""

import asyncio
import hashlib
import re
import secrets
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.requests import ClientDisconnect

from masklet.errors import MediaError
from masklet.media.atomic import put_in_place, writing
from masklet.studio.errors import ConflictError, NotFoundError
from masklet.studio.uploads.check import Checker
from masklet.studio.uploads.kinds import kind_of
from masklet.studio.uploads.verdict import DATA

FOLDER, PART = "pictures", ".part-"
MOST = 200
TYPES = {".jpg": "image/jpeg", ".png": "image/png"}


class Pictures:
    """Of one project.

    Args:
        folder: of the project.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def path(self, picture: str) -> Path:
        """Where a picture lies. Raises NotFoundError."""
        if re.fullmatch(r"[0-9a-f]{32}", picture):
            for suffix in TYPES:
                path = self._folder / f"{picture}{suffix}"
                if path.is_file():
                    return path
        raise NotFoundError("there is no such picture in this project; choose it again")

    async def add(self, pieces: AsyncIterator[bytes], checker: Checker) -> str:
        """Keep a picture; the same one again has the same id.

        Raises:
            MediaError: it is no PNG or JPEG that can be read.
            ConflictError: there are too many already.
        """
        if len(list(self._folder.glob("*.*"))) >= MOST:
            raise ConflictError(f"this project has {MOST} pictures; that is the most")
        folder = self._folder / f"{PART}{secrets.token_hex(8)}"
        try:
            with writing(folder):
                folder.mkdir(parents=True)
            digest = await save(pieces, folder / DATA)
            suffix = await asyncio.to_thread(_suffix_of, folder / DATA)
            await checker.check(folder, "the picture")
            target = self._folder / f"{digest}{suffix}"
            put_in_place(folder / DATA, target)
            return digest
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def save(pieces: AsyncIterator[bytes], path: Path) -> str:
    """Write what comes to a file.

    Returns:
        its SHA-256, the first half of it.

    Raises:
        MediaError: nothing came, or not all of it, or the disk cannot be written to.
    """
    whole, received = hashlib.sha256(), 0
    try:
        with writing(path), path.open("wb") as file:
            async for piece in pieces:
                whole.update(piece)
                received += len(piece)
                await asyncio.to_thread(file.write, piece)
    except ClientDisconnect:
        raise MediaError("the file did not come whole") from None
    if not received:
        raise MediaError("an empty file came")
    return whole.hexdigest()[:32]


def _suffix_of(path: Path) -> str:
    kind = kind_of(path)
    if kind.is_video or kind.is_zip or kind.suffix not in TYPES:
        raise MediaError("the picture cannot be used: wanted a PNG or a JPEG")
    return kind.suffix
