"""A file on its way: the bytes so far, the server's tag for them, and one owner at a time."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from masklet.checkpoints.store import part_of
from masklet.errors import DownloadError


class Tag(NamedTuple):
    """What the server said of the file that the bytes are of; ``size`` None where it did not say.

    ``etag`` is empty where bytes cannot be added to safely: no tag, or a weak one.
    """

    etag: str
    size: int | None


class Part:
    """The gathering bytes of one file, beside it: ``<file>.part`` and ``<file>.part.json``."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = part_of(target)
        self._tag_path = self.path.with_name(self.path.name + ".json")

    @property
    def offset(self) -> int:
        """Bytes gathered so far."""
        return self.path.stat().st_size if self.path.exists() else 0

    @property
    def tag(self) -> Tag | None:
        """The tag of the gathered bytes, or None where nothing readable was noted."""
        try:
            noted = json.loads(self._tag_path.read_text(encoding="utf-8"))
            etag, size = noted["etag"], noted["size"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if isinstance(etag, str) and (size is None or isinstance(size, int)):
            return Tag(etag, size)
        return None

    @property
    def complete(self) -> bool:
        """Whether as many bytes are here as the server announced."""
        tag = self.tag
        return tag is not None and tag.size is not None and self.offset == tag.size

    def restart(self, tag: Tag) -> None:
        """Drop the bytes, then note whose the next ones are."""
        self.path.write_bytes(b"")
        self._tag_path.write_text(json.dumps(tag._asdict()), encoding="utf-8")

    def append(self) -> IO[bytes]:
        """The file, open for adding bytes."""
        return self.path.open("ab")

    def finish(self) -> None:
        """Move the bytes into place in one step."""
        with self.path.open("rb+") as file:
            os.fsync(file.fileno())
        self.path.replace(self.target)
        self._tag_path.unlink(missing_ok=True)

    def discard(self) -> None:
        """Remove what was gathered."""
        self.path.unlink(missing_ok=True)
        self._tag_path.unlink(missing_ok=True)


@contextmanager
def sole_owner(target: Path) -> Iterator[None]:
    """Hold the right to fetch ``target``; the system takes it back when the process ends.

    Raises:
        DownloadError: another process holds it.
    """
    path = target.with_name(f".{target.name}.lock")
    with path.open("ab") as file:
        try:
            _lock(file)
        except (BlockingIOError, PermissionError):
            raise DownloadError(
                f"another process is fetching {target} now; wait for it, then try again"
            ) from None
        except OSError as error:
            raise DownloadError(
                f"{path} cannot be locked ({error.strerror}); set MASKLET_HOME to a folder on a "
                "local disk"
            ) from error
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
