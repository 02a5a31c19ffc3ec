"""Objects of one video under correction: the latest masks, how good they are, and what it took."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from masklet.data.readers.annotated import AnnotatedVideo, Mask
from masklet.errors import FormatError
from masklet.evaluate.methods.method import Answer, Session
from masklet.evaluate.scores.scoring import Scorer
from masklet.evaluate.tasks.annotator import click_object
from masklet.masks import rle
from masklet.masks.region import region_similarity
from masklet.masks.rle import Rle
from masklet.values import Box, Point


@dataclass
class Timed:
    """A session whose work is timed.

    Attributes:
        session: that does it.
        prompting: seconds that answering prompts took by now.
        following: seconds that propagation took, without what is done between two frames.
        frames: that were propagated over.
    """

    session: Session
    prompting: float = 0.0
    following: float = 0.0
    frames: int = 0

    def prompt(
        self,
        *,
        frame: int,
        object: int,  # noqa: A002 - the word of the interface
        points: Sequence[Point] | None = None,
        labels: Sequence[int] | None = None,
        box: Box | None = None,
        mask: Mask | None = None,
    ) -> Mask:
        """As the session's. Raises PromptError."""
        began = time.perf_counter()
        answer = self.session.prompt(
            frame=frame, object=object, points=points, labels=labels, box=box, mask=mask
        )
        self.prompting += time.perf_counter() - began
        return answer

    def propagate(self, start: int = 0) -> Iterator[Answer]:
        """As the session's."""
        answers = self.session.propagate(start)
        while True:
            began = time.perf_counter()
            answer = next(answers, None)
            self.following += time.perf_counter() - began
            if answer is None:
                return
            self.frames += 1
            yield answer


@dataclass(kw_only=True)
class Following:
    """One session of one video.

    Attributes:
        video: its annotation is what the simulated annotator knows.
        labels: the objects that are followed.
        session: of the method.
        scorer: is given every mask.
        answers: the latest mask of each object on annotated frames.
        ious: of these with the annotation.
        prompted: frames that were clicked on, in that order; a frame may come again.
        clicks: given by now.
    """

    video: AnnotatedVideo
    labels: tuple[int, ...]
    session: Timed
    scorer: Scorer
    answers: dict[int, Mapping[int, Rle]] = field(default_factory=dict)
    ious: dict[int, Mapping[int, float]] = field(default_factory=dict)
    prompted: list[int] = field(default_factory=list)
    clicks: int = 0

    def click(self, frame: int, labels: Sequence[int], clicks: int) -> None:
        """Correct objects on a frame by up to so many clicks each. Raises PromptError."""
        truth = self.video.truth(frame)
        for label in labels:
            clicked = click_object(
                self.session,
                frame=frame,
                label=label,
                truth=truth.mask(label),
                clicks=clicks,
                answer=self.answer(frame, label),
            )
            self.clicks += clicked.clicks
        self.prompted.append(frame)

    def answer(self, frame: int, label: int) -> Mask | None:
        """The latest mask of an object on an annotated frame; None before the first pass."""
        return rle.decode(self.answers[frame][label]) if frame in self.answers else None

    def follow(self, start: int = 0) -> None:
        """Propagate from a frame to the end; earlier frames keep their masks.

        Raises:
            FormatError: a mask has another size than the annotation.
            MediaError: a frame or an annotation cannot be read.
        """
        annotated = frozenset(self.video.annotated)
        for answer in self.session.propagate(start):
            if answer.frame in annotated:
                self._take(answer)

    def mean_ious(self) -> dict[int, float]:
        """Of each annotated frame, the mean over the objects."""
        return {frame: float(np.mean(list(of.values()))) for frame, of in self.ious.items()}

    def _take(self, answer: Answer) -> None:
        truth = self.video.truth(answer.frame)
        nothing = np.zeros(truth.size, dtype=bool)
        masks = {label: answer.masks.get(label, nothing) for label in self.labels}
        for label, mask in masks.items():
            if mask.shape != truth.size:
                raise FormatError(
                    f"{self.video.name}: the mask of object {label} on frame {answer.frame} is "
                    f"{mask.shape}; wanted {tuple(truth.size)} as its annotation"
                )
        self.ious[answer.frame] = {
            label: region_similarity(mask, truth.mask(label)) for label, mask in masks.items()
        }
        self.answers[answer.frame] = {label: rle.encode(mask) for label, mask in masks.items()}
        self.scorer.add(answer.frame, masks)
