"""A project's database: one writer at a time, any number of readers, one kind of error."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from masklet.studio.store.errors import ProjectError
from masklet.studio.store.schema import connect


class Database:
    """A database file that exists."""

    def __init__(self, path: Path, *, writable: bool = True) -> None:
        self._path = path
        self._engine = connect(path, writable=writable)
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: all of it is on disk when the block is left, or none.

        Raises:
            ProjectError: it cannot be written.
        """
        self._check_open()
        with self._lock, refused(self._path, "written"), self._engine.begin() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for questions.

        Raises:
            ProjectError: it cannot be read.
        """
        self._check_open()
        with refused(self._path, "read"), self._engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Free the file; the log of writes is folded into it."""
        self._closed = True
        self._engine.dispose()

    def _check_open(self) -> None:
        if self._closed:
            raise ProjectError(f"the project {self._path.parent.name} is closed")


@contextmanager
def refused(path: Path, what: str) -> Iterator[None]:
    """Turn the database's errors into one for people."""
    try:
        yield
    except SQLAlchemyError as error:
        why = getattr(error, "orig", None) or error
        raise ProjectError(f"project {path.parent} cannot be {what}: {why}") from error
