"""Answers written as the benchmarks' servers take them: label pictures, or a folder an object."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from masklet.data.readers.annotated import AnnotatedVideo, Mask
from masklet.errors import FormatError
from masklet.evaluate.methods.method import Answer, Method, Session
from masklet.masks.palette import davis_palette
from masklet.media.picture_folder import pictures_in
from masklet.media.pictures import write_picture
from masklet.predict.model import Model
from masklet.values import Box, Point, Size

MOST_OBJECTS = 255


def frame_names(video: AnnotatedVideo) -> tuple[str, ...]:
    """What each frame's files are called: its picture's name, or 00000, 00001, ... without one.

    Raises:
        MediaError: the folder of pictures cannot be read.
    """
    if isinstance(video.source, Path):
        return tuple(path.stem for path in pictures_in(video.source))
    return tuple(f"{frame:05d}" for frame in range(len(video)))


class LabelAnswers:
    """``<folder>/<video>/00000.png``: DAVIS, YouTube-VOS, MOSE, LVOS and VOST.

    A frame that is given again replaces its file.

    A pixel's value is the object's label in the annotation, in the colours of DAVIS. Where masks
    overlap the smaller label keeps the pixel, and ``overlaps`` counts what others lost.

    Args:
        folder: of all videos.
        video: whose frames are written under their pictures' names.
    """

    def __init__(self, folder: str | Path, video: AnnotatedVideo) -> None:
        self._folder = Path(folder) / video.name
        self._names = frame_names(video)
        self._size = Size(*video.picture(0).shape[:2])
        self.overlaps = 0

    def add(self, answer: Answer) -> None:
        """Writes one frame. Raises MediaError; FormatError for a label beyond 1 to 255."""
        labels = np.zeros(self._size, dtype=np.uint8)
        for label, mask in sorted(answer.masks.items()):
            if not 1 <= label <= MOST_OBJECTS:
                raise FormatError(f"object {label} came; label pictures hold 1 to {MOST_OBJECTS}")
            _check_size(mask, self._size, answer.frame)
            self.overlaps += int(np.count_nonzero(labels[mask]))
            labels[mask & (labels == 0)] = label
        _write(self._folder / f"{self._names[answer.frame]}.png", labels)


class ObjectAnswers:
    """``<folder>/<video>/000/00000.png``: a folder of 0 and 1 for every object, as in SA-V.

    Label 1 goes to folder ``000``. Nothing is lost where masks overlap. SA-V's evaluator wants
    a file of every annotated frame for every object, so each has one, also an empty one.

    Args:
        folder: of all videos.
        video: whose frames are written under their pictures' names.
        objects: the labels to write.
        frames: those to write, such as the annotated ones; every one if None.
    """

    def __init__(
        self,
        folder: str | Path,
        video: AnnotatedVideo,
        *,
        objects: Sequence[int],
        frames: Collection[int] | None = None,
    ) -> None:
        self._folder = Path(folder) / video.name
        self._names = frame_names(video)
        self._size = Size(*video.picture(0).shape[:2])
        self._objects = tuple(objects)
        self._frames = None if frames is None else frozenset(frames)

    def add(self, answer: Answer) -> None:
        """Writes one frame. Raises MediaError; FormatError for an object that was not named."""
        unknown = sorted(set(answer.masks) - set(self._objects))
        if unknown:
            raise FormatError(f"object {unknown[0]} came; wanted one of {list(self._objects)}")
        if self._frames is not None and answer.frame not in self._frames:
            return
        for label in self._objects:
            mask = answer.masks.get(label, np.zeros(self._size, dtype=bool))
            _check_size(mask, self._size, answer.frame)
            name = f"{self._names[answer.frame]}.png"
            _write(self._folder / f"{label - 1:03d}" / name, mask.astype(np.uint8))


class KeptMethod:
    """A method whose answers are also written to files, as they come.

    A frame that is followed again, after corrections, is written again. Tasks that open a video
    once for each of its objects would write each object over the one before.

    Args:
        method: what answers.
        folder: of all videos, one for every method.
        per_object: a folder an object, of annotated frames, as in SA-V; else label pictures.
    """

    def __init__(self, method: Method, folder: str | Path, *, per_object: bool = False) -> None:
        self.name = method.name
        self.pictures: Model | None = method.pictures
        self._method = method
        self._folder = Path(folder)
        self._per_object = per_object

    @contextmanager
    def open(self, video: AnnotatedVideo) -> Iterator["KeptSession"]:
        """Begins with a video. Raises MediaError where its source cannot be opened."""
        with self._method.open(video) as session:
            yield KeptSession(session, self._writer(video))

    def _writer(self, video: AnnotatedVideo) -> LabelAnswers | ObjectAnswers:
        if not self._per_object:
            return LabelAnswers(self._folder, video)
        objects = sorted({label for frame in video.annotated for label in video.truth(frame).masks})
        return ObjectAnswers(self._folder, video, objects=objects, frames=video.annotated)


class KeptSession:
    """A session and the writer of its answers."""

    def __init__(self, session: Session, writer: LabelAnswers | ObjectAnswers) -> None:
        self._session = session
        self._writer = writer

    def prompt(
        self,
        *,
        frame: int,
        object: int,  # noqa: A002 - the word of the public interface
        points: Sequence[Point] | None = None,
        labels: Sequence[int] | None = None,
        box: Box | None = None,
        mask: Mask | None = None,
    ) -> Mask:
        """As the session's own."""
        return self._session.prompt(
            frame=frame, object=object, points=points, labels=labels, box=box, mask=mask
        )

    def propagate(self, start: int = 0) -> Iterator[Answer]:
        """As the session's own. Raises MediaError too, where an answer cannot be written."""
        for answer in self._session.propagate(start):
            self._writer.add(answer)
            yield answer


def _check_size(mask: Mask, size: Size, frame: int) -> None:
    if mask.shape != size:
        raise FormatError(f"frame {frame}: a mask {mask.shape} came; wanted {tuple(size)}")


def _write(path: Path, labels: np.ndarray) -> None:
    image = Image.fromarray(labels)
    image.putpalette(davis_palette().tobytes())
    write_picture(path, image)
