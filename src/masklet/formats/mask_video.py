"""Masks as a video without loss: a grey for each object, and one for each overlap that occurs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, UInt8, UInt16

from masklet.errors import FormatError
from masklet.formats.checked import Node, parse
from masklet.formats.lines import SpooledWriter
from masklet.formats.objects import JsonId
from masklet.formats.track import FrameMasks
from masklet.masks import rle
from masklet.masks.palette import Colour, overlay_colour
from masklet.media.planes import PlaneFile
from masklet.media.timing import Times
from masklet.media.writers import GreyWriter
from masklet.values import ObjectId, Size

NOTE = "masklet-masks"
MOST_FRAMES = 2**22

Members = tuple[int, ...]


@dataclass(frozen=True)
class Legend:
    """What the greys of a mask video mean; it stands in the file's metadata as JSON.

    Attributes:
        objects: ids as they were given.
        colours: RGB, one an object.
        greys: of each label its grey and the rows of the objects that lie there.
        frames: the frame number of each picture.
    """

    objects: tuple[JsonId, ...]
    colours: tuple[Colour, ...]
    greys: Mapping[int, Members]
    frames: Sequence[int]

    def text(self) -> str:
        """As it is written, frames as first and last of each run."""
        return json.dumps(
            {
                "objects": self.objects,
                "colours": ["#" + bytes(colour).hex() for colour in self.colours],
                "greys": [[grey, list(rows)] for grey, rows in self.greys.items()],
                "frames": _runs(self.frames),
            },
            separators=(",", ":"),
        )


class MaskVideoWriter(SpooledWriter):
    """Writes an FFV1 mkv: black outside, a grey an object, further greys where objects overlap.

    One object is white. Of up to 255 greys the video has 8 bits, of more 16. Pictures follow
    the order of their frames, with the source's timing where ``times`` are given.

    Args:
        path: the target.
        size: height and width of the frames.
        fps: frames a second.
        times: seconds at which each frame of the source is shown, where they are uneven.
        colours: RGB of objects, noted for programs that show the masks.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        size: Size,
        fps: float,
        times: Times | None = None,
        colours: Mapping[ObjectId, Colour] | None = None,
    ) -> None:
        super().__init__(path, size=size)
        self._fps = fps
        self._times = times
        self._colours = colours or {}

    def _finish(self) -> None:
        labels = self._labels()
        most = 255 if len(labels) <= 255 else 65535
        if len(labels) > most:
            raise FormatError(f"objects: {len(labels)} ways to overlap came; wanted up to {most}")
        greys = {members: _grey(at, len(labels), most) for at, members in enumerate(labels)}
        ids = tuple(self._numbers.ids)
        legend = Legend(
            objects=ids,
            colours=tuple(
                self._colours.get(key, overlay_colour(row)) for row, key in enumerate(ids)
            ),
            greys={grey: members for members, grey in greys.items()},
            frames=self._frames,
        )
        bits = 8 if most == 255 else 16
        with GreyWriter(self._path, self._size, self._fps, times=self._times, bits=bits) as video:
            video.annotate(NOTE, legend.text())
            for index, masks in self._masks():
                video.add(_painted(masks, greys, bits), index)

    def _labels(self) -> list[Members]:
        """Every object alone, and every set of objects that share a pixel."""
        labels: dict[Members, None] = {(row,): None for row in range(len(self._numbers))}
        for _, masks in self._masks():
            labels.update(dict.fromkeys(overlaps_of(masks)))
        return list(labels)

    def _masks(self) -> Iterator[tuple[int, Bool[np.ndarray, "N H W"]]]:
        """Each frame's number and masks, a row an object."""
        rows = {key: row for row, key in enumerate(self._numbers.ids)}
        for line in self._lines():
            masks = np.zeros((len(rows), *self._size), dtype=bool)
            for key, code in zip(line.objects, line.codes, strict=True):
                masks[rows[key]] = rle.decode(code)
            yield line.index, masks


class MaskVideo:
    """A mask video of ours, a frame decoded when it is asked for; best read in order."""

    def __init__(self, path: str | Path) -> None:
        self._path = path
        self._planes = PlaneFile(path, alpha=False)
        note = self._planes.notes.get(NOTE, "")
        way = f"{path}: {NOTE}"
        legend = _legend_of(Node(parse(note, way), way), len(self._planes))
        self.size = self._planes.size
        self.objects: tuple[ObjectId, ...] = legend.objects
        self.frames = tuple(legend.frames)
        self._places = {frame: at for at, frame in enumerate(self.frames)}
        self._members = np.zeros((self._planes.most + 1, len(self.objects)), dtype=bool)
        self._known = np.zeros(self._planes.most + 1, dtype=bool)
        self._known[0] = True
        for grey, rows in legend.greys.items():
            if grey > self._planes.most:
                raise FormatError(f"{way}: greys: {grey} came; wanted up to {self._planes.most}")
            self._known[grey] = True
            self._members[grey, list(rows)] = True

    def __getitem__(self, index: int) -> FrameMasks:
        """The masks on one frame.

        Raises:
            KeyError: the video does not hold that frame.
            MediaError: it is damaged there.
            FormatError: there are greys that the file's note does not explain.
        """
        plane = self._planes[self._places[index]]
        if not self._known[plane].all():
            grey = int(plane[~self._known[plane]][0])
            raise FormatError(
                f"{self._path}: frame {index}: grey {grey} came, which has no meaning"
            )
        masks = np.zeros((len(self.objects), *self.size), dtype=bool)
        for row, mask in enumerate(masks):
            mask[:] = self._members[:, row][plane]
        return FrameMasks(index=index, objects=self.objects, masks=masks)

    def __iter__(self) -> Iterator[FrameMasks]:
        return (self[index] for index in self.frames)

    def __len__(self) -> int:
        return len(self.frames)


def overlaps_of(masks: Bool[np.ndarray, "N H W"]) -> list[Members]:
    """The sets of two or more rows that share a pixel."""
    many = masks.sum(axis=0, dtype=np.uint16) > 1
    if not many.any():
        return []
    sets = np.unique(np.packbits(masks[:, many], axis=0), axis=1)
    rows = np.unpackbits(sets, axis=0, count=len(masks)).T
    return [tuple(np.flatnonzero(row).tolist()) for row in rows]


def _painted(
    masks: Bool[np.ndarray, "N H W"], greys: Mapping[Members, int], bits: int
) -> UInt8[np.ndarray, "H W"] | UInt16[np.ndarray, "H W"]:
    """One picture of greys."""
    picture = np.zeros(masks.shape[1:], dtype=np.uint8 if bits == 8 else np.uint16)
    for row, mask in enumerate(masks):
        picture[mask] = greys[(row,)]
    for members in overlaps_of(masks):
        exactly = np.ones(picture.shape, dtype=bool)
        for row, mask in enumerate(masks):
            exactly &= mask if row in members else ~mask
        picture[exactly] = greys[members]
    return picture


def _grey(at: int, count: int, most: int) -> int:
    """The greys spread evenly, the last one white."""
    return round((at + 1) * most / count)


def _runs(frames: Sequence[int]) -> list[list[int]]:
    """First and last of each run of numbers that follow one another."""
    runs: list[list[int]] = []
    for frame in frames:
        if runs and frame == runs[-1][1] + 1:
            runs[-1][1] = frame
        else:
            runs.append([frame, frame])
    return runs


def _legend_of(node: Node, length: int) -> Legend:
    """The note checked against the number of pictures. Raises FormatError."""
    objects = tuple(item.object_id() for item in node.key("objects").items())
    greys: dict[int, Members] = {}
    for item in node.key("greys").items():
        grey, rows = (*item.items(), None, None)[:2]
        if grey is None or rows is None:
            raise FormatError(f"{item.way}: wanted a grey and the objects it stands for")
        members = tuple(row.integer() for row in rows.items())
        if grey.integer() < 1 or not all(0 <= row < len(objects) for row in members):
            raise FormatError(f"{item.way}: a grey or an object that there is not")
        greys[grey.integer()] = members
    frames: list[int] = []
    for item in node.key("frames").items():
        ends = [end.frame() for end in item.items()]
        if len(ends) != 2 or not 0 <= ends[1] - ends[0] < length - len(frames):
            raise FormatError(f"{item.way}: wanted runs of frames for {length} pictures")
        frames += range(ends[0], ends[1] + 1)
    if len(frames) != length or any(b <= a for a, b in zip(frames, frames[1:], strict=False)):
        raise FormatError(f"{node.way}: frames: {len(frames)} came for {length} pictures")
    return Legend(objects, (), greys, frames)
