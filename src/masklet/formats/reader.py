"""Masks from any file or folder that this package writes."""

from pathlib import Path

from masklet.errors import FormatError, MediaError
from masklet.formats.checked import read_json
from masklet.formats.coco import read_coco
from masklet.formats.davis import read_davis
from masklet.formats.lines import read_lines
from masklet.formats.sav import read_sav
from masklet.formats.track import MaskTrack


def read_masks(path: str | Path) -> MaskTrack:
    """Reads COCO or SA-V JSON, JSON lines, or a folder of label pictures.

    Args:
        path: of a file that ends in ``.json`` or ``.jsonl``, or of a folder; of JSON, the keys
            tell which it is.

    Raises:
        MediaError: it cannot be read.
        FormatError: it is none of these, or broken; the message names the file and the key.
    """
    path = Path(path)
    if path.is_dir():
        return read_davis(path)
    if not path.exists():
        raise MediaError(f"masks: {path} does not exist")
    if path.suffix == ".jsonl":
        return read_lines(path)
    if path.suffix != ".json":
        raise FormatError(f"masks: {path} came; wanted a .json or .jsonl file or a folder")
    root = read_json(path)
    if root.maybe("masklet"):
        return read_sav(path)
    if root.maybe("annotations"):
        return read_coco(path)
    raise FormatError(f"{path}: neither 'annotations' (COCO) nor 'masklet' (SA-V) is in it")
