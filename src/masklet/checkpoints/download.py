"""Fetch a file whole: go on where an earlier try stopped, check what came, move it into place."""

import errno
import hashlib
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from masklet.checkpoints.part import Part, Tag, sole_owner
from masklet.checkpoints.request import (
    Answer,
    ChangedError,
    DroppedError,
    NoConnectionError,
    ask,
)
from masklet.errors import CheckpointError, DownloadError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Progress(NamedTuple):
    """Bytes here so far and in all; ``total`` is None where the server does not say."""

    done: int
    total: int | None


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long to bear a bad line.

    Attributes:
        attempts: tries in a row that bring no new byte before giving up.
        pause: seconds before the second try; doubles with each further one, to 30 at most.
        timeout: seconds without a byte after which a connection counts as dropped.
    """

    attempts: int = 5
    pause: float = 1.0
    timeout: float = 30.0


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A file to fetch.

    Attributes:
        name: the model it holds, for messages.
        address: where it is published, http or https.
        target: where it shall lie.
        sha256: its digest; empty where unknown.
    """

    name: str
    address: str
    target: Path
    sha256: str = ""

    @property
    def command(self) -> str:
        """What a person types to fetch it."""
        layout = " --safetensors" if self.target.suffix == ".safetensors" else ""
        return f"masklet weights get {self.name}{layout}"


def download(
    wanted: Wanted,
    *,
    verify: Callable[[Path], None],
    progress: Callable[[Progress], None] = lambda _: None,
    patience: Patience | None = None,
) -> Path:
    """Fetch a file unless it is there, and return its path.

    What arrived of an unfinished try is kept and gone on from, if the server still has the very
    same file. The file appears under its name only when it is whole and ``verify`` accepts it.

    Args:
        wanted: what to fetch.
        verify: called with the path of the whole file; raises CheckpointError for a wrong one.
        progress: called as bytes arrive.
        patience: how long to bear a bad line.

    Raises:
        DownloadError: it could not be fetched; the message says what to do.
    """
    if urlsplit(wanted.address).scheme not in ("http", "https"):
        raise DownloadError(f"address={wanted.address!r}: it must begin with http:// or https://")
    try:
        wanted.target.parent.mkdir(parents=True, exist_ok=True)
        with sole_owner(wanted.target):
            if not wanted.target.is_file():
                part = Part(wanted.target)
                _gather(part, wanted, progress, patience or Patience())
                _check(part, wanted, verify)
                part.finish()
    except OSError as error:
        raise _disk_trouble(error, wanted) from error
    return wanted.target


def _gather(
    part: Part, wanted: Wanted, progress: Callable[[Progress], None], patience: Patience
) -> None:
    furthest, failures = part.offset, 0
    while not part.complete:
        try:
            _one_try(part, wanted, progress, patience.timeout)
            return
        except DroppedError as error:
            failures = 1 if part.offset > furthest else failures + 1
            furthest = max(furthest, part.offset)
            if failures >= patience.attempts:
                raise _given_up(part, wanted, str(error)) from error
        except NoConnectionError as error:
            failures += 1
            if part.offset == 0 or failures >= patience.attempts:
                raise _offline(error, wanted) from error
        time.sleep(min(patience.pause * 2 ** (failures - 1), 30.0))


def _one_try(
    part: Part, wanted: Wanted, progress: Callable[[Progress], None], timeout: float
) -> None:
    offset, tag = part.offset, part.tag
    held = tag if tag is not None and tag.etag and offset > 0 else None
    try:
        with ask(wanted.address, held, offset, timeout) as answer:
            if answer.start == 0:
                part.restart(answer.tag)
            elif not _continues(answer, held, offset):
                raise ChangedError("the file changed on the server")
            _receive(part, answer, wanted, progress)
    except ChangedError:
        part.discard()
        raise


def _continues(answer: Answer, held: Tag | None, offset: int) -> bool:
    if held is None or answer.start != offset or answer.tag.size != held.size:
        return False
    return answer.tag.etag in ("", held.etag)


def _receive(
    part: Part, answer: Answer, wanted: Wanted, progress: Callable[[Progress], None]
) -> None:
    done, total = part.offset, answer.tag.size
    free = shutil.disk_usage(part.path.parent).free
    if total is not None and total - done > free:
        raise DownloadError(
            f"{wanted.target} needs {total - done:,} more bytes and its disk has {free:,} free; "
            "make room, or set MASKLET_HOME to a folder on another disk"
        )
    progress(Progress(done, total))
    with part.append() as file:
        for chunk in answer.chunks():
            file.write(chunk)
            done += len(chunk)
            progress(Progress(done, total))
    if total is not None and done < total:
        raise DroppedError(f"the connection closed after {done:,} of {total:,} bytes")


def _check(part: Part, wanted: Wanted, verify: Callable[[Path], None]) -> None:
    try:
        if wanted.sha256:
            with part.path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            if digest != wanted.sha256:
                raise CheckpointError(f"its sha256 is {digest}, wanted {wanted.sha256}")
        verify(part.path)
    except CheckpointError as error:
        size = part.offset
        part.discard()
        raise DownloadError(
            f"{wanted.address} sent {size:,} bytes that are not the weights of {wanted.name} "
            f"({error}); nothing was kept"
        ) from error


def _by_hand(wanted: Wanted) -> str:
    file = wanted.target.name
    return f"on a machine that has one run `{wanted.command}`, then copy {file} to {wanted.target}"


def _offline(error: NoConnectionError, wanted: Wanted) -> DownloadError:
    return DownloadError(f"no connection to {error.host} ({error.reason}); {_by_hand(wanted)}")


def _given_up(part: Part, wanted: Wanted, reason: str) -> DownloadError:
    host = urlsplit(wanted.address).netloc
    return DownloadError(
        f"the connection to {host} keeps failing ({reason}); the {part.offset:,} bytes that "
        f"arrived are kept, so run `{wanted.command}` again to go on; or "
        f"{_by_hand(wanted)}"
    )


def _disk_trouble(error: OSError, wanted: Wanted) -> DownloadError:
    if error.errno in FULL:
        return DownloadError(
            f"the disk is full: {wanted.target} could not be written whole; make room and run "
            f"`{wanted.command}` again to go on, or set MASKLET_HOME to a "
            "folder on another disk"
        )
    return DownloadError(
        f"{wanted.target} cannot be written ({error.strerror or error}); set MASKLET_HOME to a "
        "folder that can"
    )
