"""A project's folder: made, opened by one process at a time, checked and closed."""

import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from masklet.studio.store.checks import check_database, check_version
from masklet.studio.store.database import Database
from masklet.studio.store.errors import ProjectError
from masklet.studio.store.lock import FolderLock
from masklet.studio.store.log import now
from masklet.studio.store.schema import make_tables, project
from masklet.values import Size

DATABASE = "project.sqlite"
ID_BYTES = 8


@dataclass(frozen=True, kw_only=True)
class VideoFile_:  # noqa: N801 - not the one that decodes
    """A project's video.

    Attributes:
        name: under which it came.
        path: relative to the project's folder, or absolute.
        fps: mean frames a second, None where nobody knows.
        steady: frames follow each other evenly.
    """

    name: str
    path: str
    frames: int
    width: int
    height: int
    fps: float | None
    steady: bool


@dataclass(frozen=True, kw_only=True)
class ProjectInfo:
    """What a project says of itself.

    Attributes:
        id: 16 hex digits.
        created, changed: times in UTC, ISO 8601.
        objects: how many it has.
    """

    id: str
    name: str
    created: str
    changed: str
    video: VideoFile_
    model: str
    objects: int


class ProjectStore:
    """Made by ``create`` or ``open``; nobody else can open the folder until it is closed.

    Attributes:
        folder: where everything of the project lies.
        database: its log, answers and masks.
    """

    def __init__(self, folder: Path, lock: FolderLock) -> None:
        self.folder = folder
        self.database = Database(folder / DATABASE)
        self._lock = lock

    @staticmethod
    def create(folder: Path, *, name: str, video: VideoFile_, model: str) -> "ProjectStore":
        """A new project in a folder that holds none; the folder is made.

        Raises:
            ProjectError: there is a project already, or nothing can be written there.
        """
        if (folder / DATABASE).exists():
            raise ProjectError(f"project {folder}: there is a project already")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ProjectError(f"project {folder} cannot be made: {error.strerror}") from error
        store = ProjectStore(folder, FolderLock(folder))
        with store._closed_on_error(), store.database.write() as connection:
            make_tables(connection)
            _describe(connection, name=name, video=video, model=model)
        return store

    @staticmethod
    def open(folder: Path) -> "ProjectStore":
        """A project that is there.

        Raises:
            ProjectError: the folder holds none, or one that is broken or of a newer version.
            ProjectBusyError: it is open already.
        """
        _check_present(folder)
        store = ProjectStore(folder, FolderLock(folder))
        with store._closed_on_error(), store.database.read() as connection:
            check_version(connection, folder)
            _info(connection, folder)
        return store

    @property
    def info(self) -> ProjectInfo:
        """What the project says of itself."""
        with self.database.read() as connection:
            return _info(connection, self.folder)

    def rename(self, name: str) -> None:
        """Give the project another name."""
        with self.database.write() as connection:
            connection.execute(update(project).values(name=name, changed=now()))

    def choose_model(self, name: str) -> None:
        """Note the model that the project is worked on with from now on."""
        with self.database.write() as connection:
            connection.execute(update(project).values(model=name, changed=now()))

    def check(self) -> None:
        """See that the database is whole and that all of its parts fit together.

        Raises:
            ProjectError: it is not; the message says what was found.
        """
        video = self.info.video
        check_database(self.database, Size(video.height, video.width))

    def close(self) -> None:
        """Let others open the folder; may be called again."""
        self.database.close()
        self._lock.release()

    def _closed_on_error(self) -> "_ClosedOnError":
        return _ClosedOnError(self)


class _ClosedOnError:
    """Closes a store where the block within raises."""

    def __init__(self, store: ProjectStore) -> None:
        self._store = store

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._store.close()


def read_info(folder: Path) -> ProjectInfo:
    """What a project says of itself, also while it is open elsewhere.

    Raises:
        ProjectError: as for ``ProjectStore.open``.
    """
    _check_present(folder)
    database = Database(folder / DATABASE, writable=False)
    try:
        with database.read() as connection:
            check_version(connection, folder)
            return _info(connection, folder)
    finally:
        database.close()


def _check_present(folder: Path) -> None:
    if not (folder / DATABASE).is_file():
        raise ProjectError(f"project {folder}: there is no {DATABASE} in it, so it is no project")


def _describe(connection: Connection, *, name: str, video: VideoFile_, model: str) -> None:
    time = now()
    facts = asdict(video)
    row = {
        "id": secrets.token_hex(ID_BYTES),
        "name": name,
        "created": time,
        "changed": time,
        "model": model,
        "objects": 0,
        "video_name": facts.pop("name"),
        "video_path": facts.pop("path"),
        **facts,
    }
    connection.execute(insert(project).values(row))


def _info(connection: Connection, folder: Path) -> ProjectInfo:
    row = connection.execute(select(project)).one_or_none()
    if row is None:
        raise ProjectError(f"project {folder} is broken: it does not say what it is")
    return ProjectInfo(
        id=row.id,
        name=row.name,
        created=row.created,
        changed=row.changed,
        model=row.model,
        objects=row.objects,
        video=VideoFile_(
            name=row.video_name,
            path=row.video_path,
            frames=row.frames,
            width=row.width,
            height=row.height,
            fps=row.fps,
            steady=bool(row.steady),
        ),
    )
