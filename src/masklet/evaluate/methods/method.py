"""What is evaluated: something that follows objects through a video from prompts.

masklet's models, baselines without weights, another package and masks in a folder are all driven
through these two interfaces, so that none is favoured.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol, runtime_checkable

from masklet.data.readers.annotated import AnnotatedVideo, Mask
from masklet.predict.model import Model
from masklet.values import Box, Point


class Answer(NamedTuple):
    """The masks of one frame by label; an object without one has an empty mask."""

    frame: int
    masks: Mapping[int, Mask]


@runtime_checkable
class Session(Protocol):
    """One video on its way. Prompts are kept, and every propagation heeds all of them."""

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
        """Adds to what was said about an object on a frame, and gives its mask there.

        Coordinates are the picture's pixels. A frame that has been tracked is corrected: what
        the video has shown so far is heeded.

        Raises:
            PromptError: the method takes no prompt of this kind.
        """
        ...

    def propagate(self, start: int = 0) -> Iterator[Answer]:
        """Frames ``start`` to the last, in order; prompted frames give the answer they had."""
        ...


@runtime_checkable
class Method(Protocol):
    """A way to follow objects."""

    @property
    def name(self) -> str:
        """For reports and folder names; two methods of one report have different ones."""
        ...

    @property
    def pictures(self) -> Model | None:
        """What answers prompts in single pictures; None where the method only does videos."""
        ...

    def open(self, video: AnnotatedVideo) -> AbstractContextManager[Session]:
        """Begins with a video. Raises MediaError where its source cannot be opened."""
        ...
