"""Results as JSON lines, one a frame as it comes: the form that no interruption can spoil."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

from masklet.errors import FormatError, MaskletError, MediaError
from masklet.formats.checked import Node, parse, read_text
from masklet.formats.objects import ObjectNumbers
from masklet.formats.track import FrameLine, RleTrack
from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.media.atomic import part_of, put_in_place, writing
from masklet.values import FrameResult, ObjectId, Picture, Size

Spooled = TypeVar("Spooled", bound="SpooledWriter")


class SpooledWriter:
    """Collects frames in a file beside its target and makes the target from it when closed.

    Frames may come in any order; a frame added again replaces its earlier result. Memory is
    some bytes a frame. Where the target cannot be made, as on a full disk, the collected lines
    stay as ``<target>.jsonl``, which ``read_masks`` reads.

    Args:
        path: the target.
        size: height and width of the frames.

    Attributes:
        note: as of every writer.
        each: called for every frame that closing goes over; an error of its own kind, raised
            there, leaves nothing behind.

    Raises:
        MediaError: the folder cannot be written to.
    """

    note: str | None = None

    def __init__(self, path: str | Path, *, size: Size) -> None:
        self._path = Path(path)
        self._size = Size(*size)
        self._numbers = ObjectNumbers()
        self.each: Callable[[], None] = nothing
        self._places: dict[int, int] = {}
        self._end = 0
        self._spool_path = part_of(self._path)
        with writing(self._path):
            self._spool: BinaryIO = self._spool_path.open("w+b", buffering=0)

    def add(self, result: FrameResult, picture: Picture | None = None) -> None:  # noqa: ARG002
        """Adds one frame; pictures are not needed.

        Raises:
            MediaError: the writer is closed, or the disk is full; earlier frames are kept.
            FormatError: the frame has another size.
        """
        self._check(result.index, result.size)
        self.add_line(_line_of(result))

    def add_line(self, frame: FrameLine) -> None:
        """Adds one frame's codes as they are.

        Raises:
            MediaError, FormatError: as for ``add``.
        """
        for code in frame.codes:
            self._check(frame.index, code.size)
        self._numbers.see(frame.objects)
        line = _written(frame)
        try:
            with writing(self._path):
                self._spool.seek(self._end)
                if self._spool.write(line) != len(line):
                    raise OSError("the disk is full")
        except MediaError:
            self._spool.truncate(self._end)
            raise
        self._places[frame.index] = self._end
        self._end += len(line)

    def close(self) -> None:
        """Makes the target; the second time, does nothing. Nothing is made of no frames.

        Raises:
            MediaError: it cannot be written; the message names the lines that are kept.
        """
        if self._spool.closed:
            return
        self._spool.close()
        try:
            if self._places:
                self._finish()
        except MaskletError as error:
            kept = self._path.with_name(self._path.name + ".jsonl")
            put_in_place(self._spool_path, kept)
            raise MediaError(f"{error}; what was tracked is kept in {kept}") from error
        finally:
            self._spool_path.unlink(missing_ok=True)

    def __enter__(self: Spooled) -> Spooled:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        try:
            self.close()
        except MediaError:
            if kind is None:
                raise

    def _check(self, index: int, size: Size) -> None:
        """Raises MediaError on a closed writer, FormatError on another size."""
        if self._spool.closed:
            raise MediaError(f"output: {self._path} is closed")
        if size != self._size:
            raise FormatError(f"frame {index}: {tuple(size)} came; wanted {tuple(self._size)}")

    @property
    def _frames(self) -> list[int]:
        """Numbers of the frames added, increasing."""
        return sorted(self._places)

    def _lines(self) -> Iterator[FrameLine]:
        """The frames in order of their numbers."""
        with self._spool_path.open("rb") as file:
            for index in self._frames:
                self.each()
                file.seek(self._places[index])
                yield _read(Node(json.loads(file.readline()), str(self._spool_path)))

    def _finish(self) -> None:
        """Makes the target from the lines: here, they are it."""
        put_in_place(self._spool_path, self._path)

    def _write_target(self, pieces: Iterator[str]) -> None:
        """Writes a target piece by piece, whole or not at all."""
        part = part_of(self._path)
        try:
            with writing(self._path), part.open("w", encoding="utf-8") as file:
                file.writelines(pieces)
            put_in_place(part, self._path)
        finally:
            part.unlink(missing_ok=True)


class LinesWriter(SpooledWriter):
    """Writes JSON lines; on reading, a frame's last line counts."""


def nothing() -> None:
    """Does nothing."""


def read_lines(path: str | Path) -> RleTrack:
    """Reads JSON lines; a last line without its end, left by a crash, is passed over.

    Raises:
        MediaError: the file cannot be read.
        FormatError: a line is broken; the message names it.
    """
    codes: dict[int, dict[ObjectId, Rle]] = {}
    scores: dict[int, dict[ObjectId, float]] = {}
    objects: dict[ObjectId, None] = {}
    size: Size | None = None
    whole, _, _ = read_text(path).rpartition("\n")
    for number, text in enumerate(whole.splitlines(), start=1):
        way = f"{path}: line {number}"
        line = parse_line(text, way, size)
        size = size or (line.codes[0].size if line.codes else None)
        codes[line.index] = dict(zip(line.objects, line.codes, strict=True))
        scores[line.index] = dict(zip(line.objects, line.scores, strict=True))
        objects.update(dict.fromkeys(line.objects))
    if size is None:
        raise FormatError(f"{path}: no frame with an object in it")
    return RleTrack(size, tuple(objects), codes, scores)


def parse_line(text: str, way: str, size: Size | None = None) -> FrameLine:
    """One line of such a file.

    Raises:
        FormatError: it is broken, or of another size; the message names ``way``.
    """
    return _read(Node(parse(text, way), way), size)


def _line_of(result: FrameResult) -> FrameLine:
    numbers = ObjectNumbers()
    numbers.see(result.objects)
    return FrameLine(
        index=result.index,
        objects=tuple(numbers.ids),
        codes=tuple(rle.encode(mask) for mask in result.masks),
        scores=tuple(round(float(score), 4) for score in result.scores),
    )


def _written(line: FrameLine) -> bytes:
    record = {
        "frame": line.index,
        "objects": line.objects,
        "masks": [rle.as_coco(code) for code in line.codes],
        "scores": line.scores,
    }
    return json.dumps(record, separators=(",", ":")).encode("utf-8") + b"\n"


def _read(node: Node, size: Size | None = None) -> FrameLine:
    """One line checked. Raises FormatError."""
    line = FrameLine(
        index=node.key("frame").frame(),
        objects=tuple(item.object_id() for item in node.key("objects").items()),
        codes=tuple(item.rle(size) for item in node.key("masks").items()),
        scores=tuple(item.number() for item in node.key("scores").items()),
    )
    if not len(line.objects) == len(line.codes) == len(line.scores):
        raise FormatError(f"{node.way}: objects, masks and scores differ in number")
    return line
