"""The entries of a project's log: what has happened, in the order in which it happened."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Places = tuple[tuple[float, float], ...]
Corners = tuple[float, float, float, float]


class Edit(BaseModel):
    """What every entry has; unknown keys are of a newer version, which is not opened."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Added(Edit):
    """An object was added."""

    kind: Literal["added"] = "added"
    object: int
    name: str
    colour: str


class Changed(Edit):
    """An object got another name or colour, or was hidden or shown; what is None stayed."""

    kind: Literal["changed"] = "changed"
    object: int
    name: str | None = None
    colour: str | None = None
    hidden: bool | None = None


class Removed(Edit):
    """An object was forgotten."""

    kind: Literal["removed"] = "removed"
    object: int


class Introduced(Edit):
    """What an object is called and drawn in that comes with its first prompt."""

    name: str
    colour: str


class Prompted(Edit):
    """A person spoke about an object on a frame; points and box in the frame's pixels.

    Attributes:
        introduced: the object was not there before; None where it was.
        mask: one was given.
        score, presence: of the answer.
    """

    kind: Literal["prompted"] = "prompted"
    introduced: Introduced | None = None
    object: int
    frame: int
    points: Places = ()
    labels: tuple[int, ...] = ()
    box: Corners | None = None
    mask: bool = False
    replace: bool = False
    score: float
    presence: float


class Cleared(Edit):
    """What was said about an object on a frame was forgotten."""

    kind: Literal["cleared"] = "cleared"
    object: int
    frame: int


class Way(Edit):
    """One pass over frames, one after the other; ``start`` lies behind ``stop`` in reverse."""

    id: int
    start: int
    stop: int
    reverse: bool


class Begun(Edit):
    """Tracking has begun; what it did is said by ``Tracked``, after a crash too.

    Attributes:
        model: whose records are kept.
    """

    kind: Literal["begun"] = "begun"
    ways: tuple[Way, ...]
    objects: tuple[int, ...]
    model: str


class Reached(Edit):
    """How far a pass came: ``last`` is its last frame."""

    way: Way
    last: int


class Tracked(Edit):
    """Tracking has ended, at its end or before; passes that reached no frame are left out."""

    kind: Literal["tracked"] = "tracked"
    ways: tuple[Reached, ...]
    objects: tuple[int, ...]
    model: str


class Brought(Edit):
    """An object of an import, and the mask it was given to the model with, if there was one."""

    object: int
    name: str
    colour: str
    frame: int | None


class Imported(Edit):
    """Objects came with their masks out of a file; ``way`` is None where it held no mask."""

    kind: Literal["imported"] = "imported"
    objects: tuple[Brought, ...]
    way: Way | None


class Undone(Edit):
    """The last edit that counted was taken back."""

    kind: Literal["undone"] = "undone"


class Redone(Edit):
    """What was undone last was done again."""

    kind: Literal["redone"] = "redone"


AnyEdit = (
    Added | Changed | Removed | Prompted | Cleared | Begun | Tracked | Imported | Undone | Redone
)
EDIT: TypeAdapter[AnyEdit] = TypeAdapter(Annotated[AnyEdit, Field(discriminator="kind")])
