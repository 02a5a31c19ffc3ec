"""Where results go: the writer that suits the name of an output."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Protocol, TypeVar, get_args, runtime_checkable

from masklet.errors import FormatError
from masklet.formats.coco import CocoWriter
from masklet.formats.davis import DavisWriter
from masklet.formats.lines import LinesWriter
from masklet.formats.mask_video import MaskVideoWriter
from masklet.formats.pictured import CutoutFolderWriter, CutoutWriter, OverlayWriter
from masklet.formats.sav import SavWriter
from masklet.formats.yolo import YoloWriter
from masklet.formats.youtube_vis import YouTubeVisWriter
from masklet.masks.palette import Colour
from masklet.media.timing import Times
from masklet.values import FrameResult, ObjectId, Picture, Size

Kind = Literal[
    "overlay",
    "cutout",
    "cutout-webm",
    "cutouts",
    "coco",
    "sav",
    "youtube-vis",
    "lines",
    "davis",
    "davis-objects",
    "yolo",
    "mask-video",
]

DEFAULT_FPS = 25.0
FILES: Mapping[str, Kind] = {
    ".mp4": "overlay",
    ".mov": "cutout",
    ".webm": "cutout-webm",
    ".masks.mkv": "mask-video",
    ".coco.json": "coco",
    ".sav.json": "sav",
    ".vis.json": "youtube-vis",
    ".jsonl": "lines",
}
FOLDERS: Mapping[str, Kind] = {
    ".yolo": "yolo",
    ".objects": "davis-objects",
    ".cutouts": "cutouts",
}
ENDINGS = f"{', '.join(FILES)}, or a folder, also one that ends in {', '.join(FOLDERS)}"
PICTURED: frozenset[Kind] = frozenset({"overlay", "cutout", "cutout-webm", "cutouts"})


Result = TypeVar("Result", bound="ResultWriter")


@runtime_checkable
class ResultWriter(Protocol):
    """Takes results frame by frame and holds little of them.

    Closing, also by leaving a ``with`` block through an error or an interruption, leaves a valid
    output of what was added.
    """

    @property
    def note(self) -> str | None:
        """What a person should know about what this form could not hold; None where nothing."""
        ...

    def add(self, result: FrameResult, picture: Picture | None = None) -> None:
        """Adds one frame; overlays and cut-outs need its picture too, YOLO writes it."""
        ...

    def close(self) -> None:
        """Finishes the output."""
        ...

    def __enter__(self: Result) -> Result: ...

    def __exit__(self, kind: type[BaseException] | None, /, *rest: object) -> None: ...


def open_writer(
    path: str | Path,
    *,
    size: Size,
    fps: float | None = None,
    kind: Kind | None = None,
    times: Times | None = None,
    colours: Mapping[ObjectId, Colour] | None = None,
) -> ResultWriter:
    """Opens an output.

    Args:
        path: ``.mp4`` is an overlay, ``.mov`` and ``.webm`` are cut-outs with alpha,
            ``.masks.mkv`` is a lossless mask video, ``.coco.json``, ``.sav.json`` and
            ``.vis.json`` (YouTube-VIS) are run-length codes, ``.jsonl`` is one line a frame, and a
            name without an ending or with a slash at its end is a folder: of DAVIS label
            pictures, or, where it ends in ``.objects``, with such a folder an object, in
            ``.cutouts``, of RGBA PNGs, in ``.yolo``, of YOLO-seg polygons.
        size: height and width of the frames.
        fps: frames a second of videos; 25 where nobody knows.
        kind: what to write, whatever the name.
        times: seconds at which each frame of the source is shown, where they are uneven: videos
            keep that timing.
        colours: RGB of objects, for overlays and mask videos.

    Raises:
        FormatError: nothing is known by that ending or kind.
        MediaError: the output cannot be written to.
    """
    rate = fps or DEFAULT_FPS
    match kind or kind_of(path):
        case "overlay":
            return OverlayWriter(path, size=size, fps=rate, times=times, colours=colours)
        case "cutout":
            return CutoutWriter(path, size=size, fps=rate, times=times)
        case "cutout-webm":
            return CutoutWriter(path, size=size, fps=rate, times=times, web=True)
        case "cutouts":
            return CutoutFolderWriter(path)
        case "mask-video":
            return MaskVideoWriter(path, size=size, fps=rate, times=times, colours=colours)
        case other:
            return _open_masks(path, size=size, fps=fps, kind=other)


def _open_masks(path: str | Path, *, size: Size, fps: float | None, kind: Kind) -> ResultWriter:
    """The writers that need to know of no time."""
    match kind:
        case "coco":
            return CocoWriter(path, size=size)
        case "sav":
            return SavWriter(path, size=size, fps=fps)
        case "youtube-vis":
            return YouTubeVisWriter(path, size=size)
        case "lines":
            return LinesWriter(path, size=size)
        case "davis":
            return DavisWriter(path, size=size)
        case "davis-objects":
            return DavisWriter(path, size=size, per_object=True)
        case "yolo":
            return YoloWriter(path, size=size)
    raise FormatError(f"kind: {kind!r} came; wanted one of {', '.join(get_args(Kind))}")


def kind_of(path: str | Path) -> Kind:
    """What the name of an output asks for. Raises FormatError where it asks for nothing known."""
    name = str(path).lower()
    bare = name.rstrip("/\\")
    for ending, kind in FOLDERS.items():
        if bare.endswith(ending):
            return kind
    if name != bare or Path(path).is_dir() or not Path(name).suffix:
        return "davis"
    for ending, kind in FILES.items():
        if name.endswith(ending):
            return kind
    raise FormatError(f"output: {path} came; wanted a name that ends in {ENDINGS}")
