"""Promptable video segmentation: an annotator clicks frames until the video is right.

Source: Ravi et al., 2024, section 6.1 and appendix F.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from masklet.data.readers.annotated import AnnotatedVideo
from masklet.errors import PromptError
from masklet.evaluate.datasets.clip import ObjectClip, clips_of
from masklet.evaluate.methods.method import Method
from masklet.evaluate.scores.convention import DAVIS, Convention
from masklet.evaluate.scores.scoring import Scorer
from masklet.evaluate.tasks.annotator import offline_seconds, online_seconds, worst_frame
from masklet.evaluate.tasks.blocks import Section
from masklet.evaluate.tasks.following import Following, Timed
from masklet.evaluate.tasks.interactive_section import interactive_section
from masklet.evaluate.tasks.played import Plain, Played, Round, Shown, from_plain, to_plain
from masklet.evaluate.tasks.worst import draw_shown

CLICKS, FRAMES = 3, 8
BELOW = 0.75


@dataclass(frozen=True)
class _InteractiveTask(ABC):
    """What both protocols have in common: objects one by one, some clicks on some frames."""

    convention: Convention = DAVIS
    clicks: int = CLICKS
    frames: int = FRAMES

    def __post_init__(self) -> None:
        check_counts(clicks=self.clicks, frames=self.frames)

    def play(self, method: Method, item: AnnotatedVideo) -> dict[str, Any]:
        """Play one video; a ``Round`` for every object and number of clicked frames.

        Raises:
            PromptError: the method takes no clicks.
            MediaError, FormatError: a file cannot be used, or no object is annotated.
        """
        return to_plain(play_objects(method, item, self.convention, self._rounds))

    @abstractmethod
    def _rounds(self, following: Following) -> Iterator[Round]:
        """Click and follow one object; a ``Round`` for every number of clicked frames."""


@dataclass(frozen=True)
class OfflineTask(_InteractiveTask):
    """The whole video is watched, its worst frame clicked, and all of it followed again.

    Every object is played in a session of its own, from the first annotated frame that shows it.
    That frame gets clicks first. After each pass the frame of lowest IoU gets as many; all
    prompts are kept. Where all frames are right there is nothing more to click, and later rounds
    repeat the last.

    Attributes:
        convention: what is scored. Clicks go to any annotated frame.
        clicks: at most so many on a frame each time.
        frames: how often a frame is clicked on, which may be the same again.
    """

    @property
    def name(self) -> str:
        """Such as ``interactive-offline-3-clicks``."""
        return f"interactive-offline-{counted(self.clicks)}"

    def section(self, results: Mapping[str, Sequence[Plain]]) -> Section:
        """J&F against clicked frames and against the annotator's time."""
        text = (
            "Every object on its own. The first frame that shows it gets "
            f"{shown_count(self.clicks)}, each into the largest error, and the whole video is "
            "followed. Then its worst frame gets as many and the whole video is followed again, "
            f"until {self.frames} frames were clicked. The annotator watches 10 frames a second "
            "in every round, takes 1 s to find the object on a frame and 1.5 s a click."
        )
        played = {name: [from_plain(plain) for plain in plains] for name, plains in results.items()}
        return interactive_section(self.name, "Interactive, offline", text, played)

    def _rounds(self, following: Following) -> Iterator[Round]:
        def follow_again(_: int) -> int | None:
            following.follow()
            return worst_frame(following.mean_ious())

        return corrected(following, self.frames, self.clicks, follow_again, offline_seconds)


@dataclass(frozen=True)
class OnlineTask(_InteractiveTask):
    """The video is watched once and stopped where the mask has gone wrong, to click on it there.

    Every object is played in a session of its own, from the first annotated frame that shows it.
    For each number N of frames that may be clicked on: the first frame gets clicks, and so does
    the first later frame with an IoU below ``below``, and so on until N were clicked. What was
    shown before a stop is not changed by it.

    Up to its (N+1)th stop the play of N+1 frames is that of N, so it goes on from there, in the
    same session. A session that follows forward reads nothing of later frames, even where it has
    seen them already, so that nothing differs from a play of its own.

    Attributes:
        convention: what is scored. Clicks go to any annotated frame.
        clicks: at most so many on a frame.
        frames: the largest N.
        below: an IoU that makes the annotator stop.
    """

    below: float = BELOW

    @property
    def name(self) -> str:
        """Such as ``interactive-online-3-clicks``."""
        return f"interactive-online-{counted(self.clicks)}"

    def section(self, results: Mapping[str, Sequence[Plain]]) -> Section:
        """J&F against clicked frames and against the annotator's time."""
        text = (
            "Every object on its own, in one pass. The first frame that shows it gets "
            f"{shown_count(self.clicks)}, each into the largest error. Where the IoU falls below "
            f"{self.below:g} the annotator stops and clicks as often, on at most N frames in all; "
            "what was shown before is not changed. The annotator watches 10 frames a second, once, "
            "takes 1 s to find the object on a frame and 1.5 s a click."
        )
        played = {name: [from_plain(plain) for plain in plains] for name, plains in results.items()}
        return interactive_section(self.name, "Interactive, online", text, played)

    def _rounds(self, following: Following) -> Iterator[Round]:
        def go_on(frame: int) -> int | None:
            following.follow(frame)
            return next_stop(following.mean_ious(), frame, self.below)

        return corrected(following, self.frames, self.clicks, go_on, online_seconds)


def corrected(
    following: Following,
    count: int,
    clicks: int,
    follow: Callable[[int], int | None],
    person: Callable[..., float],
) -> Iterator[Round]:
    """Click the first frame, follow, click the next, and so on.

    Args:
        following: one object's clip.
        count: of rounds. Where nothing is left to click they repeat the last.
        clicks: at most so many on a frame.
        follow: given the frame that was clicked on, follows and tells which is next.
        person: the annotator's time, as ``offline_seconds``.
    """
    frame: int | None = 0
    last: Round | None = None
    for number in range(1, count + 1):
        if frame is not None:
            following.click(frame, following.labels, clicks)
            frame = follow(frame)
            last = round_of(following, number, person)
        assert last is not None
        yield last._replace(number=number)


class Worst(NamedTuple):
    """An object's worst frame when all is done."""

    iou: float
    shown: Shown


def play_objects(
    method: Method,
    video: AnnotatedVideo,
    convention: Convention,
    rounds: Callable[[Following], Iterator[Round]],
) -> Played:
    """Play every object in its own clip and session, one after the other."""
    played: list[Round] = []
    worst: list[Worst] = []
    frames, seconds = 0, 0.0
    for clip in clips_of(video, convention):
        with method.open(clip) as session, Scorer(clip, convention) as scorer:
            following = Following(
                video=clip, labels=(clip.label,), session=Timed(session), scorer=scorer
            )
            played += [in_video(clip, one) for one in rounds(following)]
        frames += following.session.frames
        seconds += following.session.following
        worst += worst_of(clip, following)
    worst.sort(key=lambda one: one.iou)
    return Played(video.name, frames, seconds, tuple(played), tuple(one.shown for one in worst[:1]))


def round_of(following: Following, number: int, person: Callable[..., float]) -> Round:
    """What is reached by now; ``person`` is the annotator's time of a protocol."""
    count = len(following.prompted)
    return Round(
        number=number,
        prompted=tuple(sorted(set(following.prompted))),
        clicks=following.clicks,
        person=person(len(following.video), frames=count, clicks=following.clicks),
        objects=following.scorer.scores(),
    )


def in_video(clip: ObjectClip, one: Round) -> Round:
    """A round of a clip under the frame numbers of the whole video."""
    return one._replace(
        prompted=tuple(frame + clip.start for frame in one.prompted),
        objects=tuple(clip.in_video(scores) for scores in one.objects),
    )


def next_stop(ious: Mapping[int, float], after: int, below: float) -> int | None:
    """The first frame after one whose IoU is too low; None where there is none."""
    return next((frame for frame in sorted(ious) if frame > after and ious[frame] < below), None)


def worst_of(clip: ObjectClip, following: Following) -> list[Worst]:
    """The object's worst frame, drawn; none where nothing is wrong."""
    ious = following.mean_ious()
    frame = worst_frame(ious)
    if frame is None:
        return []
    answer = following.answer(frame, clip.label)
    assert answer is not None
    jpeg = draw_shown(clip.picture(frame), answer, clip.mask(frame))
    where = f"{clip.name}, object {clip.label}, frame {frame + clip.start}"
    caption = f"{where}: IoU {100 * ious[frame]:.0f} at the end"
    return [Worst(ious[frame], Shown(frame + clip.start, caption, jpeg))]


def check_counts(**counts: int) -> None:
    """Raises PromptError for a count below 1."""
    for name, count in counts.items():
        if count < 1:
            raise PromptError(f"{name}: {count} came; wanted at least 1")


def counted(clicks: int) -> str:
    """For names: ``1-click``, ``3-clicks``."""
    return "1-click" if clicks == 1 else f"{clicks}-clicks"


def shown_count(clicks: int) -> str:
    """For text: ``a click``, ``3 clicks``."""
    return "a click" if clicks == 1 else f"{clicks} clicks"
