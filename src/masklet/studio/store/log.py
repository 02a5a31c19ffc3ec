"""The log of edits: appended before anyone is answered, never changed."""

import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from pydantic import ValidationError
from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from masklet.studio.store.database import Database
from masklet.studio.store.edits import EDIT, AnyEdit
from masklet.studio.store.errors import ProjectError
from masklet.studio.store.schema import answers, edits, passes, project, strips


class Logged(NamedTuple):
    """An entry of the log: its number, when, which page asked, and what happened."""

    seq: int
    time: str
    by: str
    edit: AnyEdit


class StoredAnswer(NamedTuple):
    """The answer to a prompt, as it is kept.

    Attributes:
        counts: the mask to be shown.
        given: counts of the mask that was given, if one was.
        model: whose ``entry`` it is: what the model needs to go on.
    """

    object: int
    frame: int
    counts: str
    score: float
    presence: float
    given: str | None
    model: str
    entry: bytes


class Strip(NamedTuple):
    """What an ended pass knows of one object: a byte a frame, in the pass's order.

    Attributes:
        recorded: of how many frames, from its first on, the model's records can be trusted.
    """

    pass_: int
    object: int
    bytes: bytes
    recorded: int


def now() -> str:
    """The time, as the log has it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def append(
    database: Database,
    edit: AnyEdit,
    *,
    by: str,
    objects: int,
    said: Sequence[StoredAnswer] = (),
    new_passes: Sequence[int] = (),
    ended: Sequence[Strip] = (),
) -> int:
    """Write an entry and what belongs to it, all or nothing; gives its number.

    Args:
        objects: how many the project has now.

    Raises:
        ProjectError: it cannot be written.
    """
    time = now()
    with database.write() as connection:
        row = {"time": time, "by": by, "kind": edit.kind, "payload": edit.model_dump_json()}
        seq = connection.execute(insert(edits).values(row)).lastrowid
        if said:
            rows = [{"seq": seq, **_packed(answer)} for answer in said]
            connection.execute(insert(answers), rows)
        for number in new_passes:
            connection.execute(insert(passes).values(id=number, time=time))
        add_strips(connection, ended)
        connection.execute(update(project).values(changed=time, objects=objects))
    return int(seq)


def add_strips(connection: Connection, ended: Sequence[Strip]) -> None:
    """Write what ended passes know."""
    if ended:
        rows = [
            {
                "pass": strip.pass_,
                "object": strip.object,
                "bytes": zlib.compress(strip.bytes),
                "recorded": strip.recorded,
            }
            for strip in ended
        ]
        connection.execute(insert(strips), rows)


def entries(database: Database) -> Iterator[Logged]:
    """The whole log, in order.

    Raises:
        ProjectError: it cannot be read.
    """
    wanted = select(edits.c.seq, edits.c.time, edits.c.by, edits.c.payload).order_by(edits.c.seq)
    with database.read() as connection:
        for seq, time, by, payload in connection.execute(wanted):
            yield Logged(seq, time, by, _parsed(seq, payload))


def _parsed(seq: int, payload: str) -> AnyEdit:
    try:
        return EDIT.validate_json(payload)
    except ValidationError as error:
        why = error.errors()[0]["msg"]
        raise ProjectError(f"entry {seq} of the log cannot be read: {why}") from error


def answer_to(database: Database, seq: int, number: int) -> StoredAnswer:
    """The answer that an entry brought about one object."""
    columns = (
        answers.c.object,
        answers.c.frame,
        answers.c.counts,
        answers.c.score,
        answers.c.presence,
        answers.c.given,
        answers.c.model,
        answers.c.entry,
    )
    wanted = select(*columns).where(answers.c.seq == seq, answers.c.object == number)
    with database.read() as connection:
        answer = StoredAnswer(*connection.execute(wanted).one())
    return answer._replace(entry=zlib.decompress(answer.entry))


def _packed(answer: StoredAnswer) -> dict[str, object]:
    return answer._replace(entry=zlib.compress(answer.entry, level=1))._asdict()


def counts_of(database: Database, seq: int, number: int) -> str:
    """The mask of such an answer."""
    wanted = select(answers.c.counts).where(answers.c.seq == seq, answers.c.object == number)
    with database.read() as connection:
        return connection.execute(wanted).scalar_one()


def next_pass(database: Database) -> int:
    """A number that no pass has had."""
    with database.read() as connection:
        return (connection.execute(select(func.max(passes.c.id))).scalar() or 0) + 1
