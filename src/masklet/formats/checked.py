"""Reading JSON that somebody else wrote: every miss names the file and the key."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from masklet.errors import FormatError, MediaError
from masklet.formats.objects import JsonId
from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.values import Size


@dataclass(frozen=True)
class Node:
    """A value in a JSON file and the way to it.

    Attributes:
        value: as ``json`` gives it.
        way: the file and the keys, such as ``out.json: images[3].width``.
    """

    value: object
    way: str

    def key(self, name: str) -> "Node":
        """The value under a key. Raises FormatError where there is none."""
        found = self.maybe(name)
        if found is None:
            raise FormatError(f"{self.way}: the key {name!r} is missing")
        return found

    def maybe(self, name: str) -> "Node | None":
        """The value under a key, or None where there is none."""
        if not isinstance(self.value, Mapping):
            raise self._unlike("an object")
        if name not in self.value:
            return None
        return Node(self.value[name], f"{self.way}{'.' if ': ' in self.way else ': '}{name}")

    def items(self) -> "list[Node]":
        """The elements of a list. Raises FormatError where it is none."""
        if not isinstance(self.value, list):
            raise self._unlike("a list")
        return [Node(item, f"{self.way}[{at}]") for at, item in enumerate(self.value)]

    def integer(self) -> int:
        """A whole number, also one written as 3.0."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not _is_whole(value):
            raise self._unlike("a whole number")
        return int(value)

    def frame(self) -> int:
        """A frame number."""
        number = self.integer()
        if not 0 <= number < 2**31:
            raise self._unlike("a frame number")
        return number

    def number(self) -> float:
        """A finite number."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self._unlike("a number")
        if not abs(value) < 2**63:
            raise self._unlike("a finite number")
        return float(value)

    def text(self) -> str:
        """A string."""
        if not isinstance(self.value, str):
            raise self._unlike("text")
        return self.value

    def object_id(self) -> JsonId:
        """An object's id: text or a whole number."""
        return self.value if isinstance(self.value, str) else self.integer()

    def size(self) -> Size:
        """A height and a width in a list."""
        sides = [side.integer() for side in self.items()]
        if len(sides) != 2 or min(sides) < 1:
            raise self._unlike("[height, width]")
        return Size(*sides)

    def rle(self, size: Size | None = None) -> Rle:
        """A run-length code, checked; of one size where that is known."""
        code = Rle(self.key("size").size(), self.key("counts").text())
        if size is not None and code.size != size:
            raise self.key("size")._unlike(str(list(size)))
        try:
            rle.check(code)
        except FormatError as error:
            raise FormatError(f"{self.way}.{error}") from error
        return code

    def _unlike(self, wanted: str) -> FormatError:
        came = json.dumps(self.value, default=str)
        return FormatError(f"{self.way}: {came[:60]} came; wanted {wanted}")


def _is_whole(value: float) -> bool:
    """Whether a number is whole, and small enough to count something."""
    return abs(value) < 2**63 and value == int(value)


def frame_size(record: Node, height: str, width: str) -> Size:
    """Height and width under two keys of a record.

    Raises:
        FormatError: they are no whole numbers, below 1, or larger than any mask.
    """
    size = Size(record.key(height).integer(), record.key(width).integer())
    if min(size) < 1 or size.height * size.width > rle.MAX_PIXELS:
        raise FormatError(f"{record.way}: {height}, {width}: {tuple(size)} came; no such picture")
    return size


def read_json(path: str | Path) -> Node:
    """The content of a JSON file.

    Raises:
        MediaError: the file cannot be read.
        FormatError: it is no JSON.
    """
    return Node(parse(read_text(path), str(path)), str(path))


def read_text(path: str | Path) -> str:
    """The text of a file. Raises MediaError where it cannot be read, FormatError if no text."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise MediaError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise FormatError(f"{path}: no text, byte {error.start} is not UTF-8") from error


def parse(text: str, name: str) -> object:
    """JSON parsed. Raises FormatError that names the file and the place."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{name}: no JSON ({error})") from error
