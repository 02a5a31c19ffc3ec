"""Masks that lie in a folder as a method, so that published answers go through the same harness."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from masklet.data.readers.annotated import AnnotatedVideo, Mask
from masklet.data.readers.label_files import read_label_file, truth_in
from masklet.data.readers.layouts import object_folders
from masklet.errors import FormatError, PromptError
from masklet.evaluate.methods.answer_files import frame_names
from masklet.evaluate.methods.method import Answer
from masklet.predict.model import Model
from masklet.values import Box, Point


class MasksMethod:
    """Plays back what another program answered.

    The folder holds a folder a video: label pictures as in DAVIS, with the annotation's labels,
    or as in SA-V a folder an object, ``000`` being label 1. Files are named as the pictures.

    Args:
        name: for reports.
        folder: of all videos.
        binary: whatever is not 0 in a label picture is the one object that was prompted.
    """

    def __init__(self, name: str, folder: str | Path, *, binary: bool = False) -> None:
        self.name = name
        self.pictures: Model | None = None
        self._folder = Path(folder)
        self._binary = binary

    @contextmanager
    def open(self, video: AnnotatedVideo) -> Iterator["MasksSession"]:
        """Begins with a video. Raises FormatError where the folder has none of that name."""
        folder = self._folder / video.name
        if not folder.is_dir():
            raise FormatError(f"{folder} is missing; wanted the masks of this video")
        by_pictures = any(path.suffix.lower() == ".png" for path in folder.iterdir())
        yield MasksSession(
            video,
            folder,
            objects={} if by_pictures else object_folders(folder),
            binary=self._binary,
        )


class MasksSession:
    """The masks of one video; only objects that were prompted are answered.

    Args:
        video: what they are of.
        folder: the video's.
        objects: the folder of every object by label; without them, ``folder`` holds pictures.
        binary: whatever is not 0 is the one object.
    """

    def __init__(
        self, video: AnnotatedVideo, folder: Path, *, objects: Mapping[int, Path], binary: bool
    ) -> None:
        self._video = video
        self._folder = folder
        self._objects = objects
        self._binary = binary
        self._names = frame_names(video)
        self._given: dict[int, dict[int, Mask]] = {}

    def prompt(
        self,
        *,
        frame: int,
        object: int,  # noqa: A002 - the word of the public interface
        points: Sequence[Point] | None = None,  # noqa: ARG002 - masks are what they are
        labels: Sequence[int] | None = None,  # noqa: ARG002
        box: Box | None = None,  # noqa: ARG002
        mask: Mask | None = None,
    ) -> Mask:
        """The mask that was given, else the one in the folder; corrections change nothing.

        Raises:
            PromptError: a second object, where the masks are of one.
            MediaError, FormatError: the frame's file is missing or cannot be used.
        """
        known = {label for masks in self._given.values() for label in masks}
        if self._binary and known - {object}:
            raise PromptError(f"object={object}: the masks in {self._folder} are of one object")
        answer = self._masks(frame, frozenset({object}))[object] if mask is None else mask
        self._given.setdefault(frame, {})[object] = answer
        return answer

    def propagate(self, start: int = 0) -> Iterator[Answer]:
        """Frames ``start`` to the last.

        Frames that have neither an annotation nor a file are passed over: servers take the
        annotated frames alone.

        Raises:
            PromptError: nothing is prompted.
            MediaError, FormatError: an annotated frame's file is missing or cannot be used.
        """
        wanted = frozenset(label for masks in self._given.values() for label in masks)
        if not wanted:
            raise PromptError("nothing to follow: prompt an object first")
        annotated = frozenset(self._video.annotated)
        for frame in range(start, len(self._video)):
            given = self._given.get(frame, {})
            left = wanted - set(given)
            if left and frame not in annotated and not self._has(frame):
                continue
            yield Answer(frame, {**(self._masks(frame, left) if left else {}), **given})

    @cached_property
    def _annotated_objects(self) -> frozenset[int]:
        """Every label in the annotation."""
        video = self._video
        return frozenset(label for frame in video.annotated for label in video.truth(frame).masks)

    def _has(self, frame: int) -> bool:
        """Whether there is a file of a frame."""
        folders = self._objects.values() or (self._folder,)
        return any((folder / f"{self._names[frame]}.png").exists() for folder in folders)

    def _masks(self, frame: int, wanted: frozenset[int]) -> dict[int, Mask]:
        """The masks of some objects on a frame."""
        if not self._objects:
            return self._label_masks(self._file(self._folder, frame), wanted)
        masks: dict[int, Mask] = {}
        for label in wanted:
            if label not in self._objects:
                raise FormatError(f"{self._folder / f'{label - 1:03d}'} is missing; wanted masks")
            masks[label] = read_label_file(self._file(self._objects[label], frame)) != 0
        return masks

    def _label_masks(self, path: Path, wanted: frozenset[int]) -> dict[int, Mask]:
        labels = read_label_file(path)
        if self._binary:
            inside: Mask = labels != 0
            return dict.fromkeys(wanted, inside)
        truth = truth_in(labels)
        unknown = sorted(set(truth.masks) - self._annotated_objects)
        if unknown:
            known = ", ".join(map(str, sorted(self._annotated_objects)))
            raise FormatError(f"{path}: object {unknown[0]} came; the annotations have {known}")
        return {label: truth.mask(label) for label in wanted}

    def _file(self, folder: Path, frame: int) -> Path:
        path = folder / f"{self._names[frame]}.png"
        if not path.exists():
            raise FormatError(f"{path} is missing; wanted the masks of frame {frame}")
        return path
