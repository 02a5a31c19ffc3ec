"""YouTube-VIS JSON: an annotation an object, with its masks on all frames in one list."""

import json
import tempfile
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from masklet.errors import FormatError
from masklet.formats.checked import Node, frame_size, read_json
from masklet.formats.coco import code_of
from masklet.formats.lines import SpooledWriter
from masklet.formats.objects import JsonId
from masklet.formats.track import RleTrack
from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.media.atomic import writing
from masklet.values import ObjectId, Size

MOST_FRAMES = 2**22


class _Turned(NamedTuple):
    """Codes in a file, and where each object's begin, frame by frame; -1 where it has none."""

    file: BinaryIO
    places: list[array]
    scores: list[float]


class YouTubeVisWriter(SpooledWriter):
    """Writes one video with the keys of YouTube-VIS.

    ``segmentations[i]`` of an annotation is its mask on frame ``i``, null where it has none, from
    0 to the last frame added. Three keys are added: of the video ``frames``, those that were
    tracked; of an annotation ``object``, its id as it was given, and ``score``, the mean of its
    predicted IoU where it is seen.
    """

    def _finish(self) -> None:
        with writing(self._path), tempfile.TemporaryFile(dir=self._path.parent) as file:
            self._write_target(self._pieces(self._turned(file)))

    def _turned(self, file: BinaryIO) -> _Turned:
        """The spooled frames, put in order by object."""
        ids = {key: row for row, key in enumerate(self._numbers.ids)}
        places = [array("q", [-1]) * self._length for _ in ids]
        sums, counts = [0.0] * len(ids), [0] * len(ids)
        for line in self._lines():
            for key, code, score in zip(line.objects, line.codes, line.scores, strict=True):
                if rle.area(code) == 0:
                    continue
                row = ids[key]
                places[row][line.index] = file.tell()
                file.write(code.counts.encode("ascii") + b"\n")
                sums[row] += score
                counts[row] += 1
        means = [total / max(count, 1) for total, count in zip(sums, counts, strict=True)]
        return _Turned(file, places, means)

    def _pieces(self, turned: _Turned) -> Iterator[str]:
        height, width = self._size
        length = self._length
        name = self._path.name.partition(".")[0]
        video = {
            "id": 1,
            "width": width,
            "height": height,
            "length": length,
            "file_names": [f"{name}/{index:05d}.jpg" for index in range(length)],
            "frames": self._frames,
        }
        yield '{"info":{"description":"masklet"},\n"videos":[\n' + json.dumps(video)
        yield '\n],\n"annotations":[\n'
        for row, key in enumerate(self._numbers.ids):
            yield from self._annotation(row, key, turned)
        about = {"categories": [{"id": 1, "name": "object"}]}
        yield "\n],\n" + json.dumps(about)[1:] + "\n"

    def _annotation(self, row: int, key: JsonId, turned: _Turned) -> Iterator[str]:
        """One object: its masks one by one, then the figures of each."""
        height, width = self._size
        about = {
            "id": row + 1,
            "video_id": 1,
            "category_id": 1,
            "iscrowd": 0,
            "height": height,
            "width": width,
            "length": self._length,
            "object": key,
            "score": round(turned.scores[row], 4),
        }
        areas: list[int | None] = []
        boxes: list[list[float] | None] = []
        yield (",\n" if row else "") + json.dumps(about)[:-1] + ', "segmentations":['
        for place in turned.places[row]:
            code = self._code_at(turned.file, place)
            x0, y0, x1, y1 = rle.box(code) if code else (0, 0, 0, 0)
            yield ("," if areas else "") + json.dumps(code and rle.as_coco(code))
            areas.append(rle.area(code) if code else None)
            boxes.append([x0, y0, x1 - x0, y1 - y0] if code else None)
        yield "], " + json.dumps({"areas": areas, "bboxes": boxes})[1:]

    def _code_at(self, file: BinaryIO, place: int) -> Rle | None:
        if place < 0:
            return None
        file.seek(place)
        return Rle(self._size, file.readline().rstrip(b"\n").decode("ascii"))

    @property
    def _length(self) -> int:
        """Frames from 0 to the last one added."""
        return self._frames[-1] + 1


def read_youtube_vis(path: str | Path) -> RleTrack:
    """Reads YouTube-VIS JSON of one video, this package's own or another's.

    Frames are numbered by the names of their files where those are numbers, as in the data set
    that has every fifth frame, and else by their places. Objects are told apart by ``object``,
    and without it by the annotation's id.

    Raises:
        MediaError: the file cannot be read.
        FormatError: it is no YouTube-VIS JSON, or of several videos; the message names the key.
    """
    root = read_json(path)
    videos = root.key("videos").items()
    if len(videos) != 1:
        raise FormatError(f"{path}: videos: {len(videos)} came; wanted one")
    video = videos[0]
    size = frame_size(video, "height", "width")
    numbers = _numbers_of(video)
    tracked = video.maybe("frames")
    kept = set(numbers) if tracked is None else {item.frame() for item in tracked.items()}
    codes: dict[int, dict[ObjectId, Rle]] = {number: {} for number in numbers if number in kept}
    scores: dict[int, dict[ObjectId, float]] = {number: {} for number in codes}
    objects: dict[ObjectId, None] = {}
    for annotation in root.key("annotations").items():
        key = (annotation.maybe("object") or annotation.key("id")).object_id()
        objects[key] = None
        score = annotation.maybe("score")
        for number, code in _codes_of(annotation, numbers, size):
            codes.setdefault(number, {})[key] = code
            if score is not None:
                scores.setdefault(number, {})[key] = score.number()
    return RleTrack(size, tuple(objects), codes, scores)


def _numbers_of(video: Node) -> list[int]:
    """The frame number of each place in the lists."""
    names = video.maybe("file_names")
    if names is None:
        length = video.key("length").integer()
        if not 0 <= length <= MOST_FRAMES:
            raise FormatError(f"{video.way}.length: {length} came; no such number of frames")
        return list(range(length))
    stems = [item.text().replace("\\", "/").rpartition("/")[2] for item in names.items()]
    stems = [stem.partition(".")[0] for stem in stems]
    if all(stem.isdecimal() and len(stem) < 10 for stem in stems):
        numbers = [int(stem) for stem in stems]
        if all(later > earlier for earlier, later in zip(numbers, numbers[1:], strict=False)):
            return numbers
    return list(range(len(stems)))


def _codes_of(annotation: Node, numbers: list[int], size: Size) -> Iterator[tuple[int, Rle]]:
    """An object's masks with their frame numbers."""
    masks = annotation.key("segmentations")
    items = masks.items()
    if len(items) != len(numbers):
        raise FormatError(f"{masks.way}: {len(items)} masks came for {len(numbers)} frames")
    for number, item in zip(numbers, items, strict=True):
        if item.value is not None:
            yield number, code_of(item, size)
