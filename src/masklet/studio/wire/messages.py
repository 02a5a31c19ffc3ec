"""The messages of the WebSocket: what a page may ask, and what it is told.

Every request has an ``id`` of the page's choosing and gets exactly one ``Reply`` or ``Refusal``
with that id. Masks come as bytes (``wire/frames.py``), as many as the page has granted.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from masklet.studio.wire.views import Colour, StateView, View

Number = Annotated[float, Field(allow_inf_nan=False)]
Place = tuple[Number, Number]
Frame = Annotated[int, Field(ge=0, lt=2**31)]
ObjectNumber = Annotated[int, Field(ge=1, lt=2**31)]
MOST_POINTS = 256
MOST_COUNTS = 4 * 2**20
MOST_CREDIT = 256


class Request(BaseModel):
    """What every request has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[int, Field(ge=0, lt=2**53)]


class AddObject(Request):
    """A new object; the reply's ``object`` is its id."""

    type: Literal["add_object"]
    name: Annotated[str, Field(max_length=80)] | None = None
    colour: Colour | None = None


class ChangeObject(Request):
    """Another name or colour, hidden or shown; what is None stays."""

    type: Literal["change_object"]
    object: ObjectNumber
    name: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    colour: Colour | None = None
    hidden: bool | None = None


class RemoveObject(Request):
    """Forget an object; undo brings it back."""

    type: Literal["remove_object"]
    object: ObjectNumber


class Say(Request):
    """A prompt about one object on one frame; the reply comes after its mask.

    Attributes:
        object: None adds one, as part of the same edit; the reply's ``object`` is its id.
        replace: forget what was said there before: how markers are moved and deleted.
        mask: compressed COCO counts at the video's size; it replaces all that was said.
    """

    type: Literal["say"]
    object: ObjectNumber | None
    frame: Frame
    points: Annotated[tuple[Place, ...], Field(max_length=MOST_POINTS)] = ()
    labels: Annotated[tuple[Literal[0, 1], ...], Field(max_length=MOST_POINTS)] = ()
    box: tuple[Number, Number, Number, Number] | None = None
    mask: Annotated[str, Field(max_length=MOST_COUNTS)] | None = None
    replace: bool = False


class Clear(Request):
    """Forget what was said about an object on a frame."""

    type: Literal["clear"]
    object: ObjectNumber
    frame: Frame


class Undo(Request):
    """Take back the last edit that counts, a tracking run being one edit."""

    type: Literal["undo"]


class Redo(Request):
    """Do again what was undone last."""

    type: Literal["redo"]


class Propagate(Request):
    """Track; replied to when it has begun, followed by ``Progress``, masks and a new ``State``.

    Attributes:
        start: None is the earliest prompted frame (the latest in reverse).
        stop: None is the end that lies ahead.
        objects: None is all of them.
        both: after the way to the end, also from ``start`` to the beginning.
    """

    type: Literal["propagate"]
    start: Frame | None = None
    stop: Frame | None = None
    reverse: bool = False
    both: bool = False
    objects: Annotated[tuple[ObjectNumber, ...], Field(max_length=1000)] | None = None


class Cancel(Request):
    """Stop tracking; what was tracked is kept. The reply comes when it has stopped."""

    type: Literal["cancel"]


class Look(Request):
    """The page shows this frame: its masks are sent, and the network encodes it meanwhile."""

    type: Literal["look"]
    frame: Frame


class Masks(Request):
    """Send the masks of frames ``start`` to ``stop``; a later request replaces an earlier one."""

    type: Literal["masks"]
    start: Frame
    stop: Frame


class Hover(Request):
    """What a click here would give, sent as bytes; only the latest is answered, others refused.

    Attributes:
        object: to whose prompts on the frame the click would be added; None is a new one.
        inside: whether the click would say so.
    """

    type: Literal["hover"]
    object: ObjectNumber | None = None
    frame: Frame
    x: Number
    y: Number
    inside: bool = True


class Credit(Request):
    """The page can take so many more frames of masks; it has no reply."""

    type: Literal["credit"]
    frames: Annotated[int, Field(ge=1, le=MOST_CREDIT)]


AnyRequest = (
    AddObject
    | ChangeObject
    | RemoveObject
    | Say
    | Clear
    | Undo
    | Redo
    | Propagate
    | Cancel
    | Look
    | Masks
    | Hover
    | Credit
)
REQUEST: TypeAdapter[AnyRequest] = TypeAdapter(Annotated[AnyRequest, Field(discriminator="type")])


class Reply(View):
    """A request was carried out, and is on disk."""

    type: Literal["reply"] = "reply"
    id: int
    object: int | None = None


class Refusal(View):
    """A request was not carried out; nothing has changed. ``id`` is None for unreadable ones."""

    type: Literal["refusal"] = "refusal"
    id: int | None
    error: str


class State(View):
    """The project after an edit by anyone, and once at the beginning."""

    type: Literal["state"] = "state"
    state: StateView


class Progress(View):
    """A frame was tracked. ``rate`` is frames a second."""

    type: Literal["progress"] = "progress"
    frame: int
    start: int
    stop: int
    reverse: bool
    rate: float | None


class Notice(View):
    """Something that a person should know and that no request asked for."""

    type: Literal["notice"] = "notice"
    text: str
