"""What is asked of a project's database before it is trusted, and when a person wants to know."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from masklet.errors import FormatError
from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.studio.store.database import Database
from masklet.studio.store.edits import AnyEdit, Imported, Prompted, Reached, Tracked
from masklet.studio.store.errors import ProjectError
from masklet.studio.store.log import Logged, counts_of, entries
from masklet.studio.store.masks import strips_of
from masklet.studio.store.schema import APPLICATION, VERSION, answers, masks
from masklet.values import Size


def check_version(connection: Connection, folder: Path) -> None:
    """See that the database is one of ours, of a version that is known here.

    Raises:
        ProjectError: it is not.
    """
    application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if application != APPLICATION:
        raise ProjectError(f"project {folder}: its database was not made by masklet")
    if version > VERSION:
        raise ProjectError(
            f"project {folder} was made by a newer masklet (version {version} of the format, "
            f"known here is {VERSION}); update masklet to open it"
        )


def check_database(database: Database, size: Size) -> None:
    """See that nothing is damaged, and that everything the log names is there.

    Raises:
        ProjectError: with what was found first.
    """
    _check_file(database)
    log = tuple(entries(database))
    _check_log(database, log)
    for entry in log:
        for number in _answered(entry.edit):
            _check_answer(database, entry.seq, number, size)
        for reached, objects in _passes(entry.edit):
            for number in objects:
                _check_pass(database, reached, number)


def _check_file(database: Database) -> None:
    with database.read() as connection:
        found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        if found != ["ok"]:
            raise ProjectError(f"the project's database is damaged: {found[0]}")
        loose = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if loose is not None:
            raise ProjectError(
                f"the project's database is damaged: a row of {loose[0]} refers to nothing"
            )


def _check_log(database: Database, log: Sequence[Logged]) -> None:
    for wanted, entry in enumerate(log, 1):
        if entry.seq != wanted:
            raise ProjectError(f"entry {wanted} of the log is missing")
    with database.read() as connection:
        last = connection.exec_driver_sql(
            "SELECT seq FROM sqlite_sequence WHERE name = 'edits'"
        ).scalar()
    if (last or 0) != len(log):
        raise ProjectError(f"entry {last} of the log is missing")


def _answered(edit: AnyEdit) -> list[int]:
    """The objects that an entry brought answers about."""
    if isinstance(edit, Prompted):
        return [edit.object]
    if isinstance(edit, Imported):
        return [brought.object for brought in edit.objects if brought.frame is not None]
    return []


def _passes(edit: AnyEdit) -> list[tuple[Reached, tuple[int, ...]]]:
    """The passes of an entry, each with its objects."""
    if isinstance(edit, Tracked):
        return [(reached, edit.objects) for reached in edit.ways]
    if isinstance(edit, Imported) and edit.way is not None:
        objects = tuple(brought.object for brought in edit.objects)
        return [(Reached(way=edit.way, last=edit.way.stop), objects)]
    return []


def _check_answer(database: Database, seq: int, number: int, size: Size) -> None:
    wanted = select(func.count()).where(answers.c.seq == seq, answers.c.object == number)
    with database.read() as connection:
        if not connection.execute(wanted).scalar_one():
            raise ProjectError(f"entry {seq} of the log has no answer about object {number}")
    try:
        rle.check(Rle(size, counts_of(database, seq, number)))
    except FormatError as error:
        raise ProjectError(f"entry {seq} of the log has a broken mask: {error}") from error


def _check_pass(database: Database, reached: Reached, number: int) -> None:
    """See that a pass has as many masks of an object as it says."""
    way = reached.way
    frames = abs(reached.last - way.start) + 1
    strip = next((s.bytes for s in strips_of(database, way.id) if s.object == number), b"")
    wanted = select(func.count()).where(masks.c["pass"] == way.id, masks.c.object == number)
    with database.read() as connection:
        held = connection.execute(wanted).scalar_one()
    if len(strip) != frames or held != frames - strip.count(0):
        raise ProjectError(f"pass {way.id} has lost masks of object {number}")
