"""SA-V JSON: per frame a list of run-length codes, one an object, and figures of each object."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from masklet.errors import FormatError
from masklet.formats.checked import Node, frame_size, read_json
from masklet.formats.lines import SpooledWriter
from masklet.formats.objects import JsonId
from masklet.formats.track import RleTrack
from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.values import ObjectId, Size

SMALL = 32**2
MEDIUM = 96**2


@dataclass
class _Figures:
    """What SA-V tells of one object; counted up frame by frame."""

    seen: int = 0
    pixels: int = 0
    changes: int = 0
    first: int = 0
    was_seen: bool = False

    def add(self, index: int, area: int) -> None:
        is_seen = area > 0
        if is_seen and not self.seen:
            self.first = index
        elif self.seen and is_seen != self.was_seen:
            self.changes += 1
        self.seen += is_seen
        self.pixels += area
        self.was_seen = is_seen

    @property
    def mean_area(self) -> float:
        return self.pixels / self.seen if self.seen else 0.0

    @property
    def bucket(self) -> str:
        area = self.mean_area
        return "small" if area < SMALL else "medium" if area < MEDIUM else "large"


class SavWriter(SpooledWriter):
    """Writes one clip with the keys of SA-V's training set.

    ``masklet[i]`` is frame ``i``, from 0 to the last frame added, and holds one code an object
    throughout: an empty one where the object was not tracked. Two keys are added: ``object``,
    the ids as they were given, and ``frame``, the frames that were tracked.

    Args:
        path: the target.
        size: height and width of the frames.
        fps: frames a second, for the clip's length in seconds.
    """

    def __init__(self, path: str | Path, *, size: Size, fps: float | None = None) -> None:
        super().__init__(path, size=size)
        self._fps = fps

    def _finish(self) -> None:
        self._write_target(self._pieces())

    def _pieces(self) -> Iterator[str]:
        ids = self._numbers.ids
        figures = [_Figures() for _ in ids]
        blank = rle.empty(self._size)
        yield '{"masklet":[\n'
        expected = 0
        for line in self._lines():
            while expected < line.index:
                yield _row([blank] * len(ids), first=expected == 0)
                expected += 1
            codes = dict(zip(line.objects, line.codes, strict=True))
            row = [codes.get(key, blank) for key in ids]
            for figure, code in zip(figures, row, strict=True):
                figure.add(line.index, rle.area(code))
            yield _row(row, first=expected == 0)
            expected += 1
        yield "\n],\n" + json.dumps(self._about(ids, figures, expected))[1:] + "\n"

    def _about(self, ids: list[JsonId], figures: list[_Figures], frames: int) -> dict[str, object]:
        """Every key but the masks themselves."""
        height, width = self._size
        tracked = self._frames
        return {
            "video_id": self._path.name.partition(".")[0],
            "video_duration": frames / self._fps if self._fps else 0.0,
            "video_frame_count": float(frames),
            "video_height": float(height),
            "video_width": float(width),
            "video_resolution": float(height * width),
            "video_environment": [],
            "video_split": "",
            "masklet_id": list(range(len(ids))),
            "masklet_size_rel": [one.mean_area / (height * width) for one in figures],
            "masklet_size_abs": [one.mean_area for one in figures],
            "masklet_size_bucket": [one.bucket for one in figures],
            "masklet_visibility_changes": [one.changes for one in figures],
            "masklet_first_appeared_frame": [one.first for one in figures],
            "masklet_frame_count": [len(tracked)] * len(ids),
            "masklet_edited_frame_count": [0] * len(ids),
            "masklet_type": ["manual"] * len(ids),
            "masklet_stability_score": None,
            "masklet_num": len(ids),
            "object": ids,
            "frame": tracked,
        }


def read_sav(path: str | Path) -> RleTrack:
    """Reads SA-V JSON, this package's own or the data set's.

    Without ``frame``, rows are spread evenly over ``video_frame_count`` frames: every fourth
    frame in the data set. Without ``object``, the ids are those of ``masklet_id``.

    Raises:
        MediaError: the file cannot be read.
        FormatError: it is no SA-V JSON; the message names the key.
    """
    root = read_json(path)
    rows = root.key("masklet").items()
    ids = (root.maybe("object") or root.key("masklet_id")).items()
    objects = [item.object_id() for item in ids]
    size = frame_size(root, "video_height", "video_width")
    codes: dict[int, dict[ObjectId, Rle]] = {}
    for row, index in _numbered(root, rows):
        masks = row.items()
        if len(masks) != len(objects):
            raise FormatError(f"{row.way}: {len(masks)} masks came for {len(objects)} objects")
        codes[index] = {key: mask.rle(size) for key, mask in zip(objects, masks, strict=True)}
    return RleTrack(size, objects, codes)


def _numbered(root: Node, rows: list[Node]) -> list[tuple[Node, int]]:
    """The rows that were tracked, with their frame numbers."""
    tracked = root.maybe("frame")
    if tracked is None:
        count = root.key("video_frame_count").integer()
        stride = max(1, math.ceil(count / max(len(rows), 1)))
        return [(row, at * stride) for at, row in enumerate(rows)]
    numbers = [item.integer() for item in tracked.items()]
    if min(numbers, default=0) < 0 or max(numbers, default=-1) >= len(rows):
        raise FormatError(f"{tracked.way}: frames beyond the {len(rows)} of masklet")
    return [(rows[number], number) for number in numbers]


def _row(codes: list[Rle], *, first: bool) -> str:
    row = json.dumps([rle.as_coco(code) for code in codes], separators=(",", ":"))
    return row if first else ",\n" + row
