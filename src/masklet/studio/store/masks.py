"""The masks of passes: written frame by frame, read one at a time or as columns of numbers."""

import zlib
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from sqlalchemy import case, delete, insert, select
from sqlalchemy.engine import Connection

from masklet.studio.store.database import Database
from masklet.studio.store.log import Strip, now
from masklet.studio.store.schema import masks, passes, strips

SHAPE = ("frame", "score", "presence", "area", "x", "y")
FRAMES_AT_ONCE = 500

_pass = masks.c["pass"]


class Mask(NamedTuple):
    """One object on one frame of a pass.

    Attributes:
        area, x, y: pixels inside and their centre, zeros where there are none.
        counts: None where the object was prompted on that frame, and so not tracked.
    """

    frame: int
    object: int
    score: float
    presence: float
    area: int
    x: float
    y: float
    counts: str | None


def add_pass(connection: Connection, number: int) -> None:
    """Make room for the masks of a pass."""
    connection.execute(insert(passes).values(id=number, time=now()))


def remove_pass(connection: Connection, number: int) -> None:
    """Remove a pass that no entry of the log names, with its masks."""
    connection.execute(delete(masks).where(_pass == number))
    connection.execute(delete(passes).where(passes.c.id == number))


def add_masks(connection: Connection, number: int, rows: Sequence[Mask]) -> None:
    """Write masks of pass ``number``."""
    if rows:
        connection.execute(insert(masks), [{"pass": number, **row._asdict()} for row in rows])


def masks_on(
    database: Database, number: int, frame: int, things: Collection[int]
) -> dict[int, Mask]:
    """The masks of some objects on a frame of a pass, by object."""
    wanted = select(*_columns(Mask._fields)).where(
        _pass == number, masks.c.frame == frame, masks.c.object.in_(things)
    )
    with database.read() as connection:
        rows = [Mask(*row) for row in connection.execute(wanted)]
    return {row.object: row for row in rows}


def marks(database: Database, number: int, *, reverse: bool) -> Iterator[Mask]:
    """The masks of a pass in its order, with an empty text for counts where there are some."""
    columns = _columns(Mask._fields[:-1])
    counts = case((masks.c.counts.is_(None), None), else_="")
    order = masks.c.frame.desc() if reverse else masks.c.frame
    wanted = select(*columns, counts).where(_pass == number).order_by(order)
    with database.read() as connection:
        for row in connection.execute(wanted.execution_options(yield_per=1000)):
            yield Mask(*row)


def remove_passes_but(database: Database, numbers: Collection[int]) -> None:
    """Remove the masks of all passes but these."""
    with database.write() as connection:
        held = set(connection.execute(select(passes.c.id)).scalars())
        for number in held.difference(numbers):
            remove_pass(connection, number)


def shapes(database: Database, number: int, thing: int) -> Float[np.ndarray, "N C"]:
    """The tracked masks of one object in a pass as rows of numbers; columns are ``SHAPE``."""
    wanted = (
        select(*_columns(SHAPE))
        .where(_pass == number, masks.c.object == thing, masks.c.counts.is_not(None))
        .order_by(masks.c.frame)
    )
    with database.read() as connection:
        rows = [tuple(row) for row in connection.execute(wanted)]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(SHAPE))


def counts_at(database: Database, number: int, thing: int, frames: Sequence[int]) -> dict[int, str]:
    """The masks of one object in a pass, by frame."""
    found: dict[int, str] = {}
    with database.read() as connection:
        for begin in range(0, len(frames), FRAMES_AT_ONCE):
            part = list(frames[begin : begin + FRAMES_AT_ONCE])
            wanted = select(masks.c.frame, masks.c.counts).where(
                _pass == number, masks.c.object == thing, masks.c.frame.in_(part)
            )
            found.update(tuple(row) for row in connection.execute(wanted))
    return found


def strips_of(database: Database, number: int) -> list[Strip]:
    """What an ended pass knows; nothing of one that has not ended."""
    columns = (strips.c["pass"], strips.c.object, strips.c.bytes, strips.c.recorded)
    wanted = select(*columns).where(strips.c["pass"] == number).order_by(strips.c.object)
    with database.read() as connection:
        found = [Strip(*row) for row in connection.execute(wanted)]
    return [strip._replace(bytes=zlib.decompress(strip.bytes)) for strip in found]


def _columns(names: Sequence[str]) -> list:
    return [masks.c[name] for name in names]
