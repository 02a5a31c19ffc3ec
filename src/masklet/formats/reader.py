"""Masks from any file or folder that this package writes."""

from pathlib import Path

from PIL import Image

from masklet.errors import FormatError, MediaError
from masklet.formats.checked import read_json
from masklet.formats.coco import read_coco
from masklet.formats.davis import numbered_pictures, read_davis
from masklet.formats.lines import read_lines
from masklet.formats.mattes import read_cutouts, read_video_masks
from masklet.formats.sav import read_sav
from masklet.formats.track import MaskTrack
from masklet.formats.yolo import is_yolo, read_yolo
from masklet.formats.youtube_vis import read_youtube_vis
from masklet.media.picture_folder import pictures_in
from masklet.values import Size

VIDEOS = frozenset({".mkv", ".mov", ".webm", ".mp4", ".m4v", ".avi"})


def read_masks(path: str | Path, *, size: Size | None = None) -> MaskTrack:
    """Reads masks of any kind that this package writes, and others of the same kinds.

    Args:
        path: of a file that ends in ``.json`` (COCO, YouTube-VIS or SA-V; the keys tell which) or
            ``.jsonl``, of a video (a mask video, a cut-out with alpha, a black-and-white matte),
            or of a folder of label pictures, of cut-outs with alpha or of YOLO labels.
        size: height and width of the frames, for YOLO labels that do not say.

    Raises:
        MediaError: it cannot be read.
        FormatError: it is none of these, or broken; the message names the file and the key.
    """
    path = Path(path)
    if path.is_dir():
        return _read_folder(path, size)
    if not path.exists():
        raise MediaError(f"masks: {path} does not exist")
    if path.suffix.lower() in VIDEOS:
        return read_video_masks(path)
    if path.suffix.lower() == ".jsonl":
        return read_lines(path)
    if path.suffix.lower() != ".json":
        wanted = f".json, .jsonl, {', '.join(sorted(VIDEOS))} or a folder"
        raise FormatError(f"masks: {path} came; wanted {wanted}")
    return _read_json(path)


def _read_json(path: Path) -> MaskTrack:
    """JSON of the kind that its keys tell."""
    root = read_json(path)
    if root.maybe("masklet"):
        return read_sav(path)
    if root.maybe("videos") and not root.maybe("images"):
        return read_youtube_vis(path)
    if root.maybe("annotations"):
        return read_coco(path)
    raise FormatError(
        f"{path}: none of 'annotations' (COCO), 'videos' (YouTube-VIS) and 'masklet' (SA-V) is "
        "in it"
    )


def _read_folder(folder: Path, size: Size | None) -> MaskTrack:
    """A folder of the kind that its files tell."""
    if is_yolo(folder):
        return read_yolo(folder, size=size)
    pictures = [path for path in pictures_in(folder) if path.suffix.lower() == ".png"]
    if pictures and _is_cutout(pictures[0]):
        return read_cutouts(numbered_pictures(folder))
    return read_davis(folder)


def _is_cutout(path: Path) -> bool:
    """Whether a picture has alpha."""
    try:
        with Image.open(path) as image:
            return image.mode in ("RGBA", "LA")
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise MediaError(f"{path} cannot be read: {error}") from error
