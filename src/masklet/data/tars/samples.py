"""A clip as a few files of one name in a tar: pictures ``NAME.00000.jpg``, masks ``NAME.json``.

SA-1B's own tar files, ``sa_1.jpg`` with ``sa_1.json``, are read too.
"""

import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image

from masklet.data.readers.annotated import Truth
from masklet.data.readers.clip_set import Clip, CodedMasks
from masklet.data.readers.photos import sa1b_truth
from masklet.errors import FormatError, MediaError
from masklet.formats.checked import Node, parse
from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.media.pictures import read_picture
from masklet.values import Picture, Size

QUALITY = 95
MASKS, PICTURE = "json", "jpg"
NUMBERED = re.compile(r"(\d+)\.jpg")


class Sample(NamedTuple):
    """Files of one name.

    Attributes:
        way: the tar file and the name, for messages.
        files: by what follows the name, such as ``json`` and ``00000.jpg``.
    """

    way: str
    files: Mapping[str, bytes]

    @property
    def name(self) -> str:
        """What the files are called."""
        return self.way.rpartition(": ")[2]


def key_of(path: str) -> tuple[str, str]:
    """The name of a file's sample, up to the first dot after the last slash, and what follows."""
    folder, slash, name = path.removeprefix("./").rpartition("/")
    stem, _, rest = name.partition(".")
    return folder + slash + stem, rest


def frame_of(rest: str) -> int | None:
    """The frame that a file is the picture of; None where it is none."""
    if rest == PICTURE:
        return 0
    found = NUMBERED.fullmatch(rest)
    return int(found[1]) if found else None


def files_of(clip: Clip) -> dict[str, bytes]:
    """The files of a sample; pictures as JPEG, masks as run lengths."""
    files = {
        f"{frame:05d}.{PICTURE}": jpeg(picture)
        for frame, picture in zip(clip.frames, clip.pictures, strict=True)
    }
    height, width = clip.truths[0].size
    masks = {
        f"{frame}": {str(label): _counts(truth, label) for label in truth.masks}
        for frame, truth in zip(clip.frames, clip.truths, strict=True)
    }
    about = {"name": clip.name, "size": [height, width], "masks": masks}
    return {MASKS: json.dumps(about).encode(), **files}


def clip_of(sample: Sample, frames: Sequence[int] | None = None) -> Clip:
    """The clip of a sample, or some of its frames.

    Raises:
        FormatError, MediaError: a file is missing or cannot be used; the message names it.
    """
    numbers = sorted(n for rest in sample.files if (n := frame_of(rest)) is not None)
    wanted = tuple(numbers if frames is None else frames)
    if not wanted or MASKS not in sample.files:
        raise FormatError(f"{sample.way}: wanted .{MASKS} and pictures such as .00000.{PICTURE}")
    root = _read_json(sample)
    pictures = tuple(_picture(sample, frame) for frame in wanted)
    truths = tuple(
        _truth(root, frame, Size(*picture.shape[:2]))
        for frame, picture in zip(wanted, pictures, strict=True)
    )
    name = root.maybe("name")
    return Clip(sample.name if name is None else name.text(), wanted, pictures, truths)


def jpeg(picture: Picture) -> bytes:
    """A picture compressed so that little is lost."""
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "JPEG", quality=QUALITY)
    return stream.getvalue()


def picture_of(data: bytes, way: str) -> Picture:
    """A picture out of a file's bytes. Raises MediaError."""
    try:
        with Image.open(io.BytesIO(data)) as opened:
            return read_picture(opened)
    except (Image.UnidentifiedImageError, MediaError) as error:
        raise MediaError(f"{way} is not an image that can be read") from error


def _picture(sample: Sample, frame: int) -> Picture:
    for rest in (f"{frame:05d}.{PICTURE}", PICTURE):
        if rest in sample.files:
            return picture_of(sample.files[rest], f"{sample.way}.{rest}")
    raise FormatError(f"{sample.way}: frame {frame} has no picture")


def _read_json(sample: Sample) -> Node:
    way = f"{sample.way}.{MASKS}"
    try:
        text = sample.files[MASKS].decode()
    except UnicodeDecodeError as error:
        raise FormatError(f"{way}: no text, byte {error.start} is not UTF-8") from error
    return Node(parse(text, way), way)


def _truth(root: Node, frame: int, size: Size) -> Truth:
    masks = root.maybe("masks")
    if masks is None:
        return sa1b_truth(root, size)
    row = masks.key(str(frame))
    if not isinstance(row.value, Mapping):
        raise FormatError(f"{row.way}: wanted the masks of a frame by their labels")
    said = root.key("size").size()
    if said != size:
        came, wanted = tuple(said), tuple(size)
        raise FormatError(f"{root.way}: size: {came} came; wanted {wanted}, as its picture")
    return Truth(size, CodedMasks({int(key): _code(row.key(key), size) for key in row.value}))


def _code(node: Node, size: Size) -> Rle:
    code = Rle(size, node.text())
    try:
        rle.check(code)
    except FormatError as error:
        raise FormatError(f"{node.way}.{error}") from error
    return code


def _counts(truth: Truth, label: int) -> str:
    if isinstance(truth.masks, CodedMasks):
        return truth.masks.codes[label].counts
    return rle.encode(np.ascontiguousarray(truth.masks[label])).counts
