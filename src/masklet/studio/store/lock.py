"""One process at a time: a lock on a file in the project's folder, let go when the process ends."""

import fcntl
import os
from pathlib import Path

from masklet.studio.store.errors import ProjectBusyError, ProjectError

NAME = "project.lock"


class FolderLock:
    """Held from the beginning until ``release``.

    Raises:
        ProjectBusyError: someone else holds it.
        ProjectError: the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._file = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise ProjectError(f"project {folder} cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            raise ProjectBusyError(
                f"project {folder} is open already, here or in another masklet studio; "
                "close it there first"
            ) from error

    def release(self) -> None:
        """Let others open the folder."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
