"""What the server tells about projects: the JSON of every answer, typed."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
ProjectId = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class View(BaseModel):
    """Every answer: unknown keys are a mistake of ours."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class VideoView(View):
    """A project's video.

    Attributes:
        fps: mean frames a second, None where nobody knows (a folder of pictures).
        steady: frames follow each other evenly; if not, ``/times`` tells when each is shown.
        name: the name under which it came.
    """

    frames: int
    width: int
    height: int
    fps: float | None
    steady: bool
    name: str


class ProjectView(View):
    """One line of the start page; ``broken`` says why the project cannot be opened, else None."""

    id: str
    name: str
    created: str
    changed: str
    video: VideoView | None
    objects: int
    model: str
    broken: str | None = None


class ObjectView(View):
    """An object; ids count up and are never used again."""

    id: int
    name: str
    colour: str
    hidden: bool


class PromptView(View):
    """Everything said about one object on one frame, in the frame's pixels.

    Attributes:
        mask: a drawn or imported mask belongs to it.
    """

    object: int
    frame: int
    points: tuple[tuple[float, float], ...]
    labels: tuple[int, ...]
    box: tuple[float, float, float, float] | None
    mask: bool


class PassView(View):
    """One tracking run that counts: ``last`` is the frame it reached, None before the first."""

    id: int
    start: int
    stop: int
    last: int | None
    reverse: bool
    objects: tuple[int, ...]


class RunView(View):
    """A tracking run that is going on; ``frame`` is the last one done."""

    start: int
    stop: int
    frame: int | None
    reverse: bool
    objects: tuple[int, ...]
    rate: float | None


class ChangeView(View):
    """Answers of these frames, both ends included, may have changed."""

    start: int
    stop: int


class StateView(View):
    """All that a page must know of a project, but for the masks.

    Attributes:
        revision: entries of the log; it grows with every answered edit.
        undo, redo: what the next undo or redo would do, in words; None where there is nothing.
        running: the tracking run going on.
        changed: where masks may differ from the state before; None is everywhere.
        people: how many pages look at this project.
    """

    revision: int
    objects: tuple[ObjectView, ...]
    prompts: tuple[PromptView, ...]
    passes: tuple[PassView, ...]
    undo: str | None
    redo: str | None
    running: RunView | None
    changed: ChangeView | None
    people: int


class ModelView(View):
    """A model that can be chosen; ``present`` says that its weights are on this machine."""

    name: str
    present: bool
    bytes: int
    note: str


class DoubtView(View):
    """A frame that needs a person: how much (0 to 1), about which object, and why, in words."""

    frame: int
    object: int
    doubt: float
    reason: str


class AboutView(View):
    """What the page needs to know of the server."""

    version: str
    device: str
    default_model: str
    upload_bytes: int
    memory_bytes: int


class UploadView(View):
    """A file on its way; ``received`` is where the next piece begins."""

    id: str
    name: str
    size: int
    received: int


class JobView(View):
    """An export being made or ready; ``url`` serves the file once it is done.

    Attributes:
        bytes: how large that file is.
        record: serves what the file says of where it comes from, if it says so.
    """

    id: str
    kind: str
    name: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    done: int
    total: int
    note: str | None
    url: str | None
    bytes: int | None = None
    record: str | None = None


class PictureView(View):
    """A picture that effects can name."""

    picture: str


class ImportedView(View):
    """What an import brought."""

    objects: tuple[int, ...]
    frames: int
    note: str | None


class ErrorView(View):
    """Why something was refused, in one sentence for a person."""

    error: str


class UploadErrorView(ErrorView):
    """A piece that does not fit; ``received`` is where the next one has to begin."""

    received: int
