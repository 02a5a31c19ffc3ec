"""What is asked of a project's database before it is trusted."""

from pathlib import Path

from sqlalchemy.engine import Connection

from masklet.studio.store.errors import ProjectError
from masklet.studio.store.schema import APPLICATION, VERSION


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


def check_database(connection: Connection, folder: Path) -> None:
    """See that nothing is damaged and nothing refers to what is not there.

    Raises:
        ProjectError: with what was found first.
    """
    found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    if found != ["ok"]:
        raise ProjectError(f"project {folder} is damaged: {found[0]}")
    loose = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if loose is not None:
        raise ProjectError(f"project {folder} is damaged: a row of {loose[0]} refers to nothing")
