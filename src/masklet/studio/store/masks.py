"""The masks of passes: written frame by frame, read one at a time or as columns of numbers."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from masklet.studio.store.database import Database
from masklet.studio.store.log import Strip
from masklet.studio.store.schema import masks, strips

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


class Shape(NamedTuple):
    """A mask as numbers: the columns of ``Mask`` but for its counts."""

    frame: int
    score: float
    presence: float
    area: int
    x: float
    y: float


def add_masks(connection: Connection, number: int, rows: Sequence[Mask]) -> None:
    """Write masks of pass ``number``."""
    if rows:
        connection.execute(insert(masks), [{"pass": number, **row._asdict()} for row in rows])


def mask_at(database: Database, number: int, frame: int, thing: int) -> Mask:
    """One mask, which is there."""
    wanted = select(*_columns(Mask._fields)).where(
        _pass == number, masks.c.frame == frame, masks.c.object == thing
    )
    with database.read() as connection:
        return Mask(*connection.execute(wanted).one())


def all_masks(database: Database, number: int) -> Iterator[Mask]:
    """Every mask of a pass, by frame."""
    wanted = select(*_columns(Mask._fields)).where(_pass == number).order_by(masks.c.frame)
    with database.read() as connection:
        for row in connection.execute(wanted.execution_options(yield_per=1000)):
            yield Mask(*row)


def shapes(database: Database, number: int, thing: int) -> list[Shape]:
    """The tracked masks of one object in a pass as numbers, by frame."""
    wanted = (
        select(*_columns(Shape._fields))
        .where(_pass == number, masks.c.object == thing, masks.c.counts.is_not(None))
        .order_by(masks.c.frame)
    )
    with database.read() as connection:
        return [Shape(*row) for row in connection.execute(wanted)]


def strips_of(database: Database, number: int) -> list[Strip]:
    """What an ended pass knows; nothing of one that has not ended."""
    columns = (strips.c["pass"], strips.c.object, strips.c.first, strips.c.bytes, strips.c.recorded)
    wanted = select(*columns).where(strips.c["pass"] == number).order_by(strips.c.object)
    with database.read() as connection:
        return [Strip(*row) for row in connection.execute(wanted)]


def _columns(names: Sequence[str]) -> list:
    return [masks.c[name] for name in names]
