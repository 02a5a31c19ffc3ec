"""Where results go: the writer that suits the name of an output."""

from pathlib import Path
from typing import Literal, Protocol, TypeVar, get_args, runtime_checkable

from masklet.errors import FormatError
from masklet.formats.coco import CocoWriter
from masklet.formats.davis import DavisWriter
from masklet.formats.lines import LinesWriter
from masklet.formats.pictured import CutoutFolderWriter, CutoutWriter, OverlayWriter
from masklet.formats.sav import SavWriter
from masklet.values import FrameResult, Picture, Size

Kind = Literal["overlay", "cutout", "cutouts", "coco", "sav", "lines", "davis", "davis-objects"]

DEFAULT_FPS = 25.0
ENDINGS = ".mp4, .mov, .coco.json, .sav.json, .jsonl or a folder"


Result = TypeVar("Result", bound="ResultWriter")


@runtime_checkable
class ResultWriter(Protocol):
    """Takes results frame by frame and holds little of them.

    Closing, also by leaving a ``with`` block through an error or an interruption, leaves a valid
    output of what was added.
    """

    def add(self, result: FrameResult, picture: Picture | None = None) -> None:
        """Adds one frame; overlays and cut-outs need its picture too."""
        ...

    def close(self) -> None:
        """Finishes the output."""
        ...

    def __enter__(self: Result) -> Result: ...

    def __exit__(self, kind: type[BaseException] | None, /, *rest: object) -> None: ...


def open_writer(
    path: str | Path, *, size: Size, fps: float | None = None, kind: Kind | None = None
) -> ResultWriter:
    """Opens an output.

    Args:
        path: ``.mp4`` is an overlay, ``.mov`` a cut-out with alpha, ``.coco.json`` and
            ``.sav.json`` are run-length codes, ``.jsonl`` is one line a frame, and a name
            without an ending or with a slash at its end is a folder of DAVIS label pictures.
        size: height and width of the frames.
        fps: frames a second of videos; 25 where nobody knows.
        kind: what to write, whatever the name: also "cutouts" (a folder of RGBA PNGs) and
            "davis-objects" (a folder an object, overlaps kept).

    Raises:
        FormatError: nothing is known by that ending or kind.
        MediaError: the output cannot be written to.
    """
    rate = fps or DEFAULT_FPS
    match kind or kind_of(path):
        case "overlay":
            return OverlayWriter(path, size=size, fps=rate)
        case "cutout":
            return CutoutWriter(path, size=size, fps=rate)
        case "cutouts":
            return CutoutFolderWriter(path)
        case "coco":
            return CocoWriter(path, size=size)
        case "sav":
            return SavWriter(path, size=size, fps=fps)
        case "lines":
            return LinesWriter(path, size=size)
        case "davis":
            return DavisWriter(path, size=size)
        case "davis-objects":
            return DavisWriter(path, size=size, per_object=True)
    raise FormatError(f"kind: {kind!r} came; wanted one of {', '.join(get_args(Kind))}")


def kind_of(path: str | Path) -> Kind:
    """What the name of an output asks for. Raises FormatError where it asks for nothing known."""
    name = str(path)
    endings: dict[str, Kind] = {
        ".mp4": "overlay",
        ".mov": "cutout",
        ".coco.json": "coco",
        ".sav.json": "sav",
        ".jsonl": "lines",
    }
    if name.endswith(("/", "\\")) or Path(name).is_dir() or not Path(name).suffix:
        return "davis"
    for ending, kind in endings.items():
        if name.lower().endswith(ending):
            return kind
    raise FormatError(f"output: {name} came; wanted a name that ends in {ENDINGS}")
