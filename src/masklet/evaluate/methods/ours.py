"""masklet's own models as a method: one video session a video, all of its objects in one batch."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from masklet.data.readers.annotated import AnnotatedVideo, Mask
from masklet.evaluate.methods.method import Answer
from masklet.predict.model import Model
from masklet.predict.video import Video
from masklet.values import Box, Point


class ModelMethod:
    """A model under a name.

    Args:
        name: for reports.
        model: of ``masklet.load``.
    """

    def __init__(self, name: str, model: Model) -> None:
        self.name = name
        self.pictures: Model | None = model
        self._model = model

    @contextmanager
    def open(self, video: AnnotatedVideo) -> Iterator["ModelSession"]:
        """Begins with a video. Raises MediaError where its source cannot be opened."""
        with self._model.video(video.source) as session:
            yield ModelSession(session)


class ModelSession:
    """The way of one video."""

    def __init__(self, video: Video) -> None:
        self._video = video

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
        """Adds a prompt and gives the object's mask there. Raises PromptError, MediaError."""
        result = self._video.prompt(
            frame=frame, object=object, points=points, labels=labels, box=box, mask=mask
        )
        return result.masks[0]

    def propagate(self, start: int = 0) -> Iterator[Answer]:
        """Frames ``start`` to the last, in order. Raises PromptError where nothing is prompted."""
        for result in self._video.propagate(start=start):
            labels = [label for label in result.objects if isinstance(label, int)]
            yield Answer(result.index, dict(zip(labels, result.masks, strict=True)))
