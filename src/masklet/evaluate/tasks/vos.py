"""Semi-supervised video object segmentation: one prompt where an object first shows, then follow.

Source: paper section 6.2 and appendix F; reference ``tools/vos_inference.py``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from masklet.data.readers.annotated import AnnotatedVideo, Mask, Truth
from masklet.evaluate.datasets.clip import first_frames
from masklet.evaluate.methods.method import Answer, Method, Session
from masklet.evaluate.scores.convention import DAVIS, Convention
from masklet.evaluate.scores.scoring import UNION, ObjectScores, Scorer, united
from masklet.evaluate.tasks.annotator import click_object, tight_box
from masklet.evaluate.tasks.blocks import Section
from masklet.evaluate.tasks.following import Timed
from masklet.evaluate.tasks.played import Plain, Played, Round, Shown, from_plain, to_plain
from masklet.evaluate.tasks.vos_section import vos_section
from masklet.evaluate.tasks.worst import draw_shown
from masklet.masks import rle


class Kind(StrEnum):
    """What an object is first shown by."""

    MASK = "mask"
    BOX = "box"
    CLICKS = "clicks"


class FirstPrompt(NamedTuple):
    """An object's only prompt: its mask, its box, or so many clicks one after the other."""

    kind: Kind
    clicks: int = 0

    @property
    def name(self) -> str:
        """Such as ``mask`` or ``3-clicks``."""
        if self.kind is not Kind.CLICKS:
            return self.kind.value
        return "1-click" if self.clicks == 1 else f"{self.clicks}-clicks"


MASK, BOX = FirstPrompt(Kind.MASK), FirstPrompt(Kind.BOX)


def first_prompt(word: str) -> FirstPrompt:
    """``mask``, ``box`` or a number of clicks. Raises ValueError for other words."""
    if word in (Kind.MASK, Kind.BOX):
        return FirstPrompt(Kind(word))
    if not word.isdecimal() or int(word) == 0:
        raise ValueError(f"{word!r}: wanted mask, box or a number of clicks")
    return FirstPrompt(Kind.CLICKS, int(word))


@dataclass(frozen=True, kw_only=True)
class VosTask:
    """Every object gets one prompt on the first annotated frame that shows it.

    All objects of a video are followed in one session. An object has no mask before its prompt.

    Attributes:
        prompt: what is given.
        convention: what is scored.
        suite: whose published rows stand beside.
    """

    prompt: FirstPrompt
    convention: Convention = DAVIS
    suite: str = ""

    @property
    def name(self) -> str:
        """Such as ``vos-3-clicks``."""
        return f"vos-{self.prompt.name}"

    def play(self, method: Method, item: AnnotatedVideo) -> dict[str, Any]:
        """Follow the objects of one video; one ``Round``.

        Raises:
            PromptError: the method takes no such prompt.
            MediaError, FormatError: a file cannot be used, or no object is annotated.
        """
        return to_plain(follow(method, item, self))

    def section(self, results: Mapping[str, Sequence[Plain]]) -> Section:
        """J&F of all videos, a bar each, and the worst frames."""
        played = {name: [from_plain(plain) for plain in plains] for name, plains in results.items()}
        return vos_section(self.name, self.suite, self.prompt.name, played)


@dataclass
class Kept:
    """The masks of a video in run lengths, to look at some of them when the scores are known."""

    masks: dict[int, dict[int, rle.Rle]] = field(default_factory=dict)

    def add(self, frame: int, masks: Mapping[int, Mask]) -> None:
        """Keep one frame."""
        self.masks[frame] = {label: rle.encode(mask) for label, mask in masks.items()}

    def union(self, frame: int, truth: Truth) -> Mask:
        """Where any object was on a frame."""
        codes = self.masks.get(frame, {})
        return united({label: rle.decode(code) for label, code in codes.items()}, truth)


def follow(method: Method, video: AnnotatedVideo, task: VosTask) -> Played:
    """Prompt, follow, score while following, and draw the worst frame."""
    shown_on, kept = prompted_on(video, task.convention), Kept()
    with method.open(video) as opened, Scorer(video, task.convention) as scorer:
        session = Timed(opened)
        clicks = sum(show(session, video, label, at, task) for label, at in shown_on.items())
        for answer in session.propagate():
            masks = begun(answer, shown_on)
            scorer.add(answer.frame, masks)
            kept.add(answer.frame, masks)
        scores = scorer.scores()
    prompted = tuple(sorted(set(shown_on.values())))
    only = Round(number=1, prompted=prompted, clicks=clicks, person=0.0, objects=scores)
    shown = worst_shown(video, scores, kept)
    return Played(video.name, session.frames, session.following, (only,), shown)


def prompted_on(video: AnnotatedVideo, convention: Convention) -> dict[int, int]:
    """Where each object is prompted, by label: the first annotated frame that shows it.

    Raises:
        FormatError: the annotation shows no object at all.
    """
    found = first_frames(video)
    if not convention.later:
        found = {label: frame for label, frame in found.items() if frame == video.annotated[0]}
    return {UNION: min(found.values())} if convention.union else found


def show(session: Session, video: AnnotatedVideo, label: int, frame: int, task: VosTask) -> int:
    """Give an object's prompt; returns the number of clicks."""
    truth = video.truth(frame)
    mask = united(truth.masks, truth) if task.convention.union else truth.mask(label)
    match task.prompt.kind:
        case Kind.MASK:
            session.prompt(frame=frame, object=label, mask=mask)
            return 0
        case Kind.BOX:
            session.prompt(frame=frame, object=label, box=tight_box(mask))
            return 0
        case Kind.CLICKS:
            count = task.prompt.clicks
            return click_object(session, frame=frame, label=label, truth=mask, clicks=count).clicks


def begun(answer: Answer, shown_on: Mapping[int, int]) -> dict[int, Mask]:
    """The masks without those of objects that had no prompt yet."""
    return {
        label: mask
        for label, mask in answer.masks.items()
        if label in shown_on and shown_on[label] <= answer.frame
    }


def worst_shown(
    video: AnnotatedVideo, scores: Sequence[ObjectScores], kept: Kept
) -> tuple[Shown, ...]:
    """The frame of the lowest J&F of any object, drawn; nothing where all is well."""
    lows = [
        (float(one.both.min()), one.frames[int(one.both.argmin())]) for one in scores if one.frames
    ]
    if not lows or min(lows)[0] >= 1:
        return ()
    score, frame = min(lows)
    truth = video.truth(frame)
    picture = video.picture(frame)
    jpeg = draw_shown(picture, kept.union(frame, truth), united(truth.masks, truth))
    return (Shown(frame, f"{video.name}, frame {frame}: {100 * score:.0f}", jpeg),)
