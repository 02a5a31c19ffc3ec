"""Masks out of a file: checked, named, and written as a pass that the model did not make."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from masklet.errors import PromptError
from masklet.formats.objects import json_id
from masklet.formats.track import UNSCORED, FrameLine, FrameMasks, MaskTrack
from masklet.masks import rle
from masklet.stream.state import Entry
from masklet.studio.session.fold import IMPORTED_PRESENCE, IMPORTED_SCORE
from masklet.studio.session.follower import First, Follower
from masklet.studio.session.layers import UNKNOWN, Layer
from masklet.studio.session.looks import colour_of, free_name, usual_name
from masklet.studio.session.mask_rows import byte_of, code_row
from masklet.studio.store.database import Database
from masklet.studio.store.edits import Brought, Imported, Way
from masklet.studio.store.log import StoredAnswer
from masklet.studio.store.masks import Mask, add_masks, add_pass
from masklet.studio.wire.views import ImportedView
from masklet.values import ObjectId, Size

ROWS_AT_ONCE = 256
LONGEST_NAME = 80


@runtime_checkable
class Coded(Protocol):
    """A track that can give its run-length codes as they are."""

    def line(self, index: int) -> FrameLine:
        """The codes of one frame."""
        ...


@dataclass(frozen=True, eq=False, kw_only=True)
class Read:
    """A file's masks, which are on disk now.

    Attributes:
        way: the pass that they are; None where the file held none.
        layer: its bytes.
        firsts: by object number, of those that are ever seen.
        frames: how many frames the file told about.
    """

    way: Way | None
    layer: Layer | None
    firsts: Mapping[int, First]
    frames: int


def check_track(track: MaskTrack, size: Size, length: int) -> None:
    """See that a file's masks fit the video.

    Raises:
        PromptError: they are of another size, or of frames that the video does not have.
    """
    if tuple(track.size) != tuple(size):
        raise PromptError(
            f"masks of {track.size.width}x{track.size.height} pixels came; the video has "
            f"{size.width}x{size.height}"
        )
    if track.frames and not 0 <= min(track.frames) <= max(track.frames) < length:
        wrong = max(track.frames) if min(track.frames) >= 0 else min(track.frames)
        raise PromptError(f"masks of frame {wrong} came; the video has frames 0 to {length - 1}")
    if not track.objects:
        raise PromptError("the file holds no objects")


def number_objects(track: MaskTrack, first: int) -> dict[ObjectId, int]:
    """The numbers that a file's objects get, counted from ``first``."""
    return {thing: first + at for at, thing in enumerate(track.objects)}


def imported(
    track: MaskTrack, numbers: Mapping[ObjectId, int], read: Read, taken: Collection[str]
) -> Imported:
    """The entry of the log: objects called as in the file, unless that name is taken."""
    names = set(taken)
    brought = []
    for thing in track.objects:
        number = numbers[thing]
        name = free_name(name_of(thing, number), names)
        names.add(name)
        first = read.firsts.get(number)
        frame = None if first is None else first.frame
        colour = colour_of(number)
        brought.append(Brought(object=number, name=name, colour=colour, frame=frame))
    return Imported(objects=tuple(brought), way=read.way)


def name_of(thing: ObjectId, number: int) -> str:
    """How an object of a file is called: by its own name if it has one."""
    name = thing.strip() if isinstance(thing, str) else ""
    return name[:LONGEST_NAME] or usual_name(number)


def answer_of_import(follower: Follower, number: int, first: First, entry: Entry) -> StoredAnswer:
    """The mask by which the model knows an imported object."""
    counts = rle.encode(first.mask).counts
    return StoredAnswer(
        object=number,
        frame=first.frame,
        counts=counts,
        score=IMPORTED_SCORE,
        presence=IMPORTED_PRESENCE,
        given=counts,
        model=follower.model,
        entry=follower.video.layout.pack(entry),
    )


def view_of_import(edit: Imported, read: Read) -> ImportedView:
    """What a page is told of an import."""
    unseen = [brought.name for brought in edit.objects if brought.frame is None]
    note = f"never seen in the file: {', '.join(unseen)}" if unseen else None
    numbers = tuple(brought.object for brought in edit.objects)
    return ImportedView(objects=numbers, frames=read.frames, note=note)


def read_in(
    track: MaskTrack, numbers: Mapping[ObjectId, int], *, database: Database, number: int
) -> Read:
    """Write a file's masks as pass ``number``, a part at a time.

    Raises:
        FormatError: a mask is broken.
        ProjectError: it cannot be written.
    """
    if not track.frames:
        return Read(way=None, layer=None, firsts={}, frames=0)
    start, stop = track.frames[0], track.frames[-1]
    strips = {thing: bytearray([UNKNOWN]) * (stop - start + 1) for thing in numbers.values()}
    firsts: dict[int, First] = {}
    with database.write() as connection:
        add_pass(connection, number)
    for rows in _in_parts(_rows(track, numbers, firsts)):
        with database.write() as connection:
            add_masks(connection, number, rows)
        for row in rows:
            strips[row.object][row.frame - start] = byte_of(row)
    layer = Layer(id=number, start=start, reverse=False, strips=strips, recorded=0)
    way = Way(id=number, start=start, stop=stop, reverse=False)
    return Read(way=way, layer=layer, firsts=firsts, frames=len(track.frames))


def _rows(
    track: MaskTrack, numbers: Mapping[ObjectId, int], firsts: dict[int, First]
) -> Iterator[Mask]:
    """Every mask of a file; ``firsts`` fills up meanwhile."""
    by_json = {json_id(thing): number for thing, number in numbers.items()}
    for frame in track.frames:
        line = track.line(frame) if isinstance(track, Coded) else _encoded(track[frame])
        for thing, code, score in zip(line.objects, line.codes, line.scores, strict=True):
            rle.check(code)
            number, seen = by_json[thing], rle.area(code) > 0
            if seen and number not in firsts:
                firsts[number] = First(frame, rle.decode(code))
            presence = IMPORTED_PRESENCE if seen else -IMPORTED_PRESENCE
            yield code_row(frame, number, code, score=score, presence=presence)


def _encoded(known: FrameMasks) -> FrameLine:
    """A frame's masks as run-length codes."""
    return FrameLine(
        index=known.index,
        objects=tuple(json_id(thing) for thing in known.objects),
        codes=tuple(rle.encode(mask) for mask in known.masks),
        scores=known.scores or (UNSCORED,) * len(known.objects),
    )


def _in_parts(rows: Iterator[Mask]) -> Iterator[Sequence[Mask]]:
    part: list[Mask] = []
    for row in rows:
        part.append(row)
        if len(part) == ROWS_AT_ONCE:
            yield part
            part = []
    if part:
        yield part
