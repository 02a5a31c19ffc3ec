"""A shard: one safetensors file of encoded pictures end to end, with an index in its header."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
from jaxtyping import UInt8
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from masklet.errors import FormatError

BYTES = "bytes"
INDEX = "index"


@dataclass(frozen=True, kw_only=True)
class Record:
    """One photo with its label maps, or one video with one label map a frame.

    Attributes:
        kind: "photo" or "clip".
        source: the set the photo belongs to, or "davis-train".
        name: the photo's id or the sequence's name.
        height: pixels of the original, before it was squashed to a square.
        width: pixels of the original.
        pictures: encoded JPEG, one for a photo, one a frame for a clip.
        maps: encoded 8-bit PNG label maps, any number for a photo; for a clip one a frame, and
            again as many for each further layer, where objects overlap.
    """

    kind: str
    source: str
    name: str
    height: int
    width: int
    pictures: tuple[bytes, ...]
    maps: tuple[bytes, ...]

    @property
    def weight(self) -> int:
        """Bytes of all its encoded pictures and maps."""
        return sum(map(len, self.pictures)) + sum(map(len, self.maps))


def write_shard(path: Path, records: Iterable[Record]) -> None:
    """Write ``records`` to ``path``, one blob of bytes and a JSON index of lengths."""
    index, blobs = [], []
    for record in records:
        entry = asdict(record)
        for field in ("pictures", "maps"):
            blobs.extend(entry[field])
            entry[field] = [len(blob) for blob in entry[field]]
        index.append(entry)
    blob = np.frombuffer(b"".join(blobs), dtype=np.uint8)
    save_file({BYTES: blob}, path, metadata={INDEX: json.dumps(index)})


def read_shard(path: Path) -> list[Record]:
    """The records of one shard, still encoded. Raises FormatError if it is no shard."""
    try:
        with safe_open(path, framework="np") as shard:
            blob = shard.get_tensor(BYTES).tobytes()
            index = json.loads(shard.metadata()[INDEX])
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise FormatError(f"path: {path} is not a shard written by masklet.data.pack") from error
    records, start = [], 0
    for entry in index:
        for field in ("pictures", "maps"):
            blobs = []
            for length in entry[field]:
                blobs.append(blob[start : start + length])
                start += length
            entry[field] = tuple(blobs)
        records.append(Record(**entry))
    return records


def decode_picture(encoded: bytes) -> UInt8[np.ndarray, "3 S S"]:
    """An RGB picture, channels first."""
    picture = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise FormatError("encoded: a picture of a shard cannot be decoded")
    return np.ascontiguousarray(picture[..., ::-1].transpose(2, 0, 1))


def decode_map(encoded: bytes) -> UInt8[np.ndarray, "S S"]:
    """A label map, 0 where nothing is labelled."""
    labels = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_UNCHANGED)
    if labels is None or labels.ndim != 2:
        raise FormatError("encoded: a label map of a shard cannot be decoded")
    return np.asarray(labels, dtype=np.uint8)
