"""SA-V as it is distributed for training: mp4 files at 24 frames a second, masks in JSON at 6."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from masklet.data.readers.annotated import Truth
from masklet.data.readers.clip_set import Clip, CodedMasks, check_annotated
from masklet.data.readers.listing import files_below
from masklet.errors import FormatError
from masklet.formats.checked import Node, read_json
from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.media.container import open_container
from masklet.media.video_file import VideoFile
from masklet.values import Size

STRIDE = 4
ANNOTATORS = ("manual", "auto")


class VideoHead(NamedTuple):
    """What a video file says of itself."""

    frames: int
    size: Size


@dataclass(frozen=True, kw_only=True, eq=False)
class SavVideo:
    """One video.

    Attributes:
        path: the mp4 file.
        annotations: JSON files; objects are numbered from 1, those of the first file first.
    """

    path: Path
    annotations: tuple[Path, ...]

    @property
    def name(self) -> str:
        """Such as sav_000001."""
        return self.path.stem

    @cached_property
    def head(self) -> VideoHead:
        """From the file's head, without reading its pictures. Raises MediaError."""
        opened = open_container(self.path)
        with opened.container:
            context = opened.stream.codec_context
            count, size = opened.stream.frames, Size(context.height, context.width)
        if count:
            return VideoHead(count, size)
        with VideoFile(self.path) as video:
            return VideoHead(len(video), video.size)

    def size(self) -> Size:
        """Of every frame. Raises MediaError."""
        return self.head.size

    def annotated(self) -> range:
        """Every fourth frame. Raises MediaError."""
        return range(0, self.head.frames, STRIDE)

    def read(self, frames: Sequence[int]) -> Clip:
        """These frames; the video is opened once. Raises MediaError, FormatError."""
        check_annotated(self.name, self.annotated(), frames)
        with VideoFile(self.path) as video:
            pictures = {frame: video[frame] for frame in sorted(set(frames))}
            size = video.size
        roots = [read_json(path) for path in self.annotations]
        truths = tuple(self._truth(roots, frame, size) for frame in frames)
        return Clip(self.name, tuple(frames), tuple(pictures[f] for f in frames), truths)

    def _truth(self, roots: Sequence[Node], frame: int, size: Size) -> Truth:
        codes: dict[int, Rle] = {}
        before = 0
        for root in roots:
            row = _row_of(root, frame)
            for label, node in enumerate(row, start=before + 1):
                code = node.rle(size)
                if rle.area(code):
                    codes[label] = code
            before += len(row)
        return Truth(size, CodedMasks(codes))


def sav_train(
    root: str | Path, *, annotators: Collection[str] = ANNOTATORS
) -> tuple[SavVideo, ...]:
    """SA-V train: ``sav_000001.mp4`` with ``sav_000001_manual.json``, ``sav_000001_auto.json``.

    Files may lie one folder further down, as ``sav_000/sav_000001.mp4``.

    Args:
        root: of the dataset.
        annotators: whose masks; a video needs a file of one of them at least.

    Raises:
        MediaError: there is no such folder.
        FormatError: a video without any annotation, or no video.
    """
    videos = tuple(
        SavVideo(path=path, annotations=tuple(_annotations_of(path, annotators)))
        for path in files_below(Path(root), (".mp4",))
    )
    if not videos:
        raise FormatError(f"{root}: no videos in it; wanted sav_000001.mp4 and so on")
    return videos


def _annotations_of(path: Path, annotators: Collection[str]) -> Iterator[Path]:
    wanted = [path.with_name(f"{path.stem}_{who}.json") for who in ANNOTATORS if who in annotators]
    found = [json for json in wanted if json.exists()]
    if not found:
        names = " or ".join(json.name for json in wanted)
        raise FormatError(f"{path}: no annotation came with it; wanted {names}")
    yield from found


def _row_of(root: Node, frame: int) -> list[Node]:
    """The masks of a frame, one an object in the order of the objects."""
    rows = root.key("masklet").items()
    if frame // STRIDE >= len(rows):
        raise FormatError(
            f"{root.way}: masklet: {len(rows)} frames came; wanted one for frame {frame}, the "
            f"{frame // STRIDE + 1}th of every fourth"
        )
    return rows[frame // STRIDE].items()
