"""Masks that a child process has read and checked: JSON lines, of which one is read at a time."""

import json
from array import array
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from masklet.errors import FormatError
from masklet.formats.lines import parse_line
from masklet.formats.track import FrameLine, FrameMasks
from masklet.masks import rle
from masklet.values import ObjectId, Size

DATA, LINES, VERDICT = "data", "masks.jsonl", "verdict.json"
MOST_BYTES = 2**20


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the child says: why not, or what a person should know of masks that can be used.

    Attributes:
        why: the file cannot be used; None where it can.
        note: of a file that can.
    """

    why: str | None = None
    note: str | None = None

    def write(self, folder: Path) -> None:
        """For the parent."""
        (folder / VERDICT).write_text(json.dumps(asdict(self)), encoding="utf-8")


def read_verdict(folder: Path) -> Verdict | None:
    """What the child wrote; None where it did not come to that."""
    try:
        with (folder / VERDICT).open("rb") as file:
            said = json.loads(file.read(MOST_BYTES))
        why, note = said["why"], said["note"]
    except (OSError, ValueError, TypeError, KeyError):
        return None
    texts = [None if text is None else str(text)[:500] for text in (why, note)]
    return Verdict(why=texts[0], note=texts[1])


class ArrivedTrack:
    """A file of JSON lines, a frame each in order, every object on each line.

    Args:
        path: of the file.
        size: height and width of every mask.

    Raises:
        FormatError: it is no such file.
    """

    def __init__(self, path: Path, size: Size) -> None:
        self._path, self.size = path, Size(*size)
        self._places: dict[int, int] = {}
        ends = array("q", [0])
        with path.open("rb") as file:
            for line in file:
                ends.append(ends[-1] + len(line))
        for place in ends[:-1]:
            line = self._line_at(place)
            self._places[line.index] = place
            self.objects: tuple[ObjectId, ...] = line.objects
        if not self._places:
            raise FormatError("the file holds no masks")
        self.frames = tuple(sorted(self._places))

    def __getitem__(self, index: int) -> FrameMasks:
        """The masks on one frame.

        Raises:
            KeyError: the file does not hold that frame.
            FormatError: its line is broken.
        """
        line = self.line(index)
        masks = np.stack([rle.decode(code) for code in line.codes])
        return FrameMasks(index=index, objects=line.objects, masks=masks, scores=line.scores)

    def line(self, index: int) -> FrameLine:
        """The codes of one frame, undecoded.

        Raises:
            KeyError: the file does not hold that frame.
            FormatError: its line is broken.
        """
        return self._line_at(self._places[index])

    def __iter__(self) -> Iterator[FrameMasks]:
        return (self[index] for index in self.frames)

    def __len__(self) -> int:
        return len(self.frames)

    def _line_at(self, place: int) -> FrameLine:
        with self._path.open("rb") as file:
            file.seek(place)
            line = parse_line(file.readline().decode("utf-8"), "the masks", self.size)
        if not line.objects:
            raise FormatError("the file holds no objects")
        return line
