"""What can be asked of an export, and what each kind of it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from masklet.formats.writer import Kind as Writer
from masklet.studio.wire.messages import Frame, ObjectNumber
from masklet.studio.wire.views import Colour

Kind = Literal[
    "coco",
    "sav",
    "youtube-vis",
    "lines",
    "davis",
    "davis-objects",
    "yolo",
    "mask-video",
    "overlay",
    "cutout-mov",
    "cutout-webm",
    "cutout-png",
    "effects",
]
Container = Literal["mp4", "mov", "webm", "png"]
PictureId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class Asked(BaseModel):
    """What every part has."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class EffectAsk(Asked):
    """One effect of a stack, as the page previews it; ``objects`` None is all that are exported."""

    kind: Annotated[str, Field(max_length=40)]
    strength: Annotated[float, Field(ge=0, le=1)] = 0.5
    colour: Colour = "#000000"
    picture: PictureId | None = None
    objects: Annotated[tuple[ObjectNumber, ...], Field(max_length=1000)] | None = None


class ExportOptions(Asked):
    """What every kind may be told; what does not fit the kind is refused.

    Attributes:
        start, stop: frames, both included; None is the end of the video.
        objects: None is all of them.
        fps: of a video; None keeps the timing of the source.
        per_object: a file for each object, of mask videos and cut-outs.
        pictures: the frames too, as JPEGs beside the masks.
        effects: of the kind "effects", drawn in order.
        container: of the kind "effects"; None is mp4, or mov where something is transparent.
        credentials: say in a video, and in a record beside it, that it was edited.
    """

    start: Frame | None = None
    stop: Frame | None = None
    objects: Annotated[tuple[ObjectNumber, ...], Field(min_length=1, max_length=1000)] | None = None
    fps: Annotated[float, Field(gt=0, le=240)] | None = None
    per_object: bool = False
    pictures: bool = False
    effects: Annotated[tuple[EffectAsk, ...], Field(max_length=32)] = ()
    container: Container | None = None
    credentials: bool = True


class ExportAsk(Asked):
    """An export to be made."""

    kind: Kind
    options: ExportOptions = ExportOptions()


@dataclass(frozen=True, kw_only=True)
class Form:
    """What a kind of export is.

    Attributes:
        writer: that makes it, None for effects.
        ending: of the name of the file or folder.
        folder: made as a folder, and zipped.
        drawn: made of the video's pictures.
        timed: a video, which has frames a second.
        split: can be a file for each object.
        trained: masks for training, which can have the pictures beside them.
        passes: how often closing the writer goes over all frames once more.
    """

    writer: Writer | None
    ending: str
    folder: bool = False
    drawn: bool = False
    timed: bool = False
    split: bool = False
    trained: bool = False
    passes: int = 0


FORMS: Mapping[Kind, Form] = {
    "coco": Form(writer="coco", ending=".coco.json", trained=True, passes=1),
    "sav": Form(writer="sav", ending=".sav.json", trained=True, passes=1),
    "youtube-vis": Form(writer="youtube-vis", ending=".vis.json", trained=True, passes=1),
    "lines": Form(writer="lines", ending=".jsonl", trained=True),
    "davis": Form(writer="davis", ending="", folder=True, trained=True),
    "davis-objects": Form(writer="davis-objects", ending=".objects", folder=True, trained=True),
    "yolo": Form(writer="yolo", ending=".yolo", folder=True, trained=True),
    "mask-video": Form(writer="mask-video", ending=".masks.mkv", timed=True, split=True, passes=2),
    "overlay": Form(writer="overlay", ending="-overlay.mp4", drawn=True, timed=True),
    "cutout-mov": Form(writer="cutout", ending="-cutout.mov", drawn=True, timed=True, split=True),
    "cutout-webm": Form(
        writer="cutout-webm", ending="-cutout.webm", drawn=True, timed=True, split=True
    ),
    "cutout-png": Form(writer="cutouts", ending=".cutouts", folder=True, drawn=True, split=True),
    "effects": Form(writer=None, ending="", drawn=True, timed=True),
}
