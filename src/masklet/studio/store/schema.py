"""The tables of a project's database, and how it is opened."""

from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import (
    Column,
    Engine,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import Connection

VERSION = 1
APPLICATION = 0x6D736B6C
PATIENCE_SECONDS = 30.0

metadata = MetaData()

project = Table(
    "project",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("created", String, nullable=False),
    Column("changed", String, nullable=False),
    Column("model", String, nullable=False),
    Column("objects", Integer, nullable=False),
    Column("video_name", String, nullable=False),
    Column("video_path", String, nullable=False),
    Column("frames", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("fps", Float),
    Column("steady", Integer, nullable=False),
)
"""One row: what the project is."""

edits = Table(
    "edits",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("time", String, nullable=False),
    Column("by", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("payload", String, nullable=False),
    sqlite_autoincrement=True,
)
"""The log; rows are only ever added."""

answers = Table(
    "answers",
    metadata,
    Column("seq", ForeignKey("edits.seq"), primary_key=True),
    Column("object", Integer, primary_key=True),
    Column("frame", Integer, nullable=False),
    Column("counts", String, nullable=False),
    Column("score", Float, nullable=False),
    Column("presence", Float, nullable=False),
    Column("given", String),
    Column("model", String, nullable=False),
    Column("entry", LargeBinary, nullable=False),
)
"""Answers of prompted frames: the mask, the mask that was given, and what the model needs."""

passes = Table(
    "passes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("time", String, nullable=False),
)
"""Passes that have masks or may get some."""

masks = Table(
    "masks",
    metadata,
    Column("pass", ForeignKey("passes.id"), primary_key=True),
    Column("frame", Integer, primary_key=True),
    Column("object", Integer, primary_key=True),
    Column("score", Float, nullable=False),
    Column("presence", Float, nullable=False),
    Column("area", Integer, nullable=False),
    Column("x", Float, nullable=False),
    Column("y", Float, nullable=False),
    Column("counts", String),
)
"""Masks of passes; ``counts`` is NULL where the object was prompted on that frame."""

strips = Table(
    "strips",
    metadata,
    Column("pass", ForeignKey("passes.id"), primary_key=True),
    Column("object", Integer, primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
    Column("recorded", Integer, nullable=False),
)
"""Passes that have ended: a byte a frame of each object, and how many frames have records."""

ONLY_ADDED = ("edits", "answers", "strips")


def connect(path: Path, *, writable: bool = True) -> Engine:
    """An engine on a database file that exists or is made; transactions begin when we say so."""
    mode = "rwc" if writable else "ro"
    engine = create_engine(
        f"sqlite:///file:{_quoted(path)}?mode={mode}&uri=true",
        connect_args={"timeout": PATIENCE_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _(connection: SqliteConnection, _: object) -> None:
        connection.isolation_level = None
        if writable:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    return engine


def make_tables(connection: Connection) -> None:
    """An empty database of this version."""
    metadata.create_all(connection)
    for table in ONLY_ADDED:
        for what in ("UPDATE", "DELETE"):
            connection.execute(
                text(
                    f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} BEGIN "
                    f"SELECT RAISE(ABORT, '{table} are only ever added'); END"
                )
            )
    connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION}")
    connection.exec_driver_sql(f"PRAGMA user_version={VERSION}")


def _quoted(path: Path) -> str:
    """A path as it stands in a ``file:`` address."""
    return path.resolve().as_uri().removeprefix("file://")
