"""How long a person takes to annotate a video in three ways: the data engine's table, simulated.

Source: Ravi et al., 2024, section 5.1 and table 1. There people annotated with brush and eraser
too, and their time was taken; here the annotator clicks by rule and its time is that of appendix
F. So the ways can be compared with each other, and less with the published seconds. The rules:

* A frame is right when its IoU is 0.8 or more; one that is not is clicked, each click into the
  largest error, until it is, or 8 clicks were given. It is then left as it is.
* Looking at a frame takes 0.1 s, finding the object on a frame to edit 1 s, a click 1.5 s.
* Pictures: every frame that shows the object is clicked with the image model.
* Masks: the first frame is clicked with the image model, and its mask tracked. Where a frame is
  not right, it is made anew from nothing in the same way, and tracking goes on from its mask.
* Prompts: the first frame is clicked, and tracked. Where a frame is not right, its tracked mask
  is corrected by clicks, and tracking goes on.
* In the last two ways a mask on a frame that does not show the object is taken away in one click.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from masklet.data.readers.annotated import AnnotatedVideo, Mask
from masklet.errors import PromptError
from masklet.evaluate.datasets.clip import ObjectClip, clips_of
from masklet.evaluate.methods.method import Method, Session
from masklet.evaluate.methods.picture_prompt import PicturePrompt
from masklet.evaluate.scores.convention import EVERY_FRAME, Convention
from masklet.evaluate.tasks.annotator import (
    Clicked,
    click_object,
    click_until,
    examining_seconds,
    prompting_seconds,
)
from masklet.evaluate.tasks.blocks import Section
from masklet.evaluate.tasks.efficiency_section import Effort, Way, efficiency_section
from masklet.evaluate.tasks.interactive import check_counts
from masklet.evaluate.tasks.played import Plain
from masklet.masks import rle
from masklet.masks.clicks import Click
from masklet.masks.region import region_similarity
from masklet.masks.rle import Rle
from masklet.predict.model import Model

ENOUGH, MOST_CLICKS = 0.8, 8
ALIGNED = 0.75

Draw = Callable[[int], Clicked]
"""Makes the mask of a frame with the image model."""


@dataclass
class Work:
    """An object annotated in one way.

    Attributes:
        masks: of every annotated frame.
        clicks: on each edited frame.
    """

    masks: dict[int, Rle] = field(default_factory=dict)
    clicks: dict[int, int] = field(default_factory=dict)

    def keep(self, frame: int, mask: Mask) -> None:
        """A frame that is left as it came."""
        self.masks[frame] = rle.encode(mask)

    def edit(self, frame: int, made: Clicked) -> None:
        """A frame that was worked on."""
        self.keep(frame, made.mask)
        self.clicks[frame] = made.clicks

    @property
    def seconds(self) -> float:
        """That a person takes."""
        edited = prompting_seconds(frames=len(self.clicks), clicks=sum(self.clicks.values()))
        return examining_seconds(len(self.masks)) + edited


@dataclass(frozen=True)
class EfficiencyTask:
    """Annotating every annotated frame of a video, object by object, in three ways.

    Attributes:
        enough: IoU of a mask that is right.
        clicks: at most so many on a frame.
        union: all objects of a video are one.
    """

    enough: float = ENOUGH
    clicks: int = MOST_CLICKS
    union: bool = False

    def __post_init__(self) -> None:
        check_counts(clicks=self.clicks)

    @property
    def name(self) -> str:
        """``efficiency``."""
        return "efficiency"

    def play(self, method: Method, item: AnnotatedVideo) -> dict[str, Any]:
        """Annotate one video: what each object took in each way.

        Raises:
            PromptError: the method takes no clicks, or has no image model.
            MediaError, FormatError: a file cannot be used, or no object is annotated.
        """
        if method.pictures is None:
            raise PromptError(
                f"{method.name}: it segments no single pictures; wanted a method that does"
            )
        convention = Convention(union=True) if self.union else EVERY_FRAME
        efforts: list[Effort] = []
        for clip in clips_of(item, convention):
            efforts += self._efforts(method, method.pictures, clip)
        return {"video": item.name, "efforts": [asdict(effort) for effort in efforts]}

    def section(self, results: Mapping[str, Sequence[Plain]]) -> Section:
        """The data engine's table beside the published one."""
        efforts = {
            name: [Effort(**effort) for plain in plains for effort in plain["efforts"]]
            for name, plains in results.items()
        }
        text = (
            "A simulated annotator makes a mask for every frame in three ways: with the image "
            "model frame by frame; by tracking masks that the image model made, anew where "
            "tracking went wrong; and by tracking with clicks that correct it. A frame is right "
            f"from an IoU of {self.enough:g} on and gets {self.clicks} clicks at most. Looking at "
            "a frame takes 0.1 s, finding the object to edit it 1 s, a click 1.5 s. In the paper "
            "people were timed, who used a brush as well. Alignment is the part of masks with an "
            "IoU above 0.75 with those made frame by frame, by the object's size on its first "
            "frame: small below 32 x 32 pixels, large from 96 x 96 on."
        )
        return efficiency_section(self.name, text, efforts)

    def _efforts(self, method: Method, model: Model, clip: ObjectClip) -> Iterator[Effort]:
        def draw(frame: int) -> Clicked:
            return click_picture(model, clip, frame, clicks=self.clicks, enough=self.enough)

        alone = by_pictures(clip, draw)
        works = {Way.PICTURES: alone}
        with method.open(clip) as session:
            works[Way.MASKS] = by_masks(session, clip, draw, enough=self.enough)
        with method.open(clip) as session:
            works[Way.PROMPTS] = by_prompts(session, clip, clicks=self.clicks, enough=self.enough)
        area = int(clip.mask(0).sum())
        return (effort_of(way, area, work, alone) for way, work in works.items())


def by_pictures(clip: ObjectClip, draw: Draw) -> Work:
    """Every frame on its own. Frames without the object are left empty."""
    work = Work()
    for frame in clip.annotated:
        truth = clip.mask(frame)
        if truth.any():
            work.edit(frame, draw(frame))
        else:
            work.keep(frame, truth)
    return work


def by_masks(session: Session, clip: ObjectClip, draw: Draw, *, enough: float) -> Work:
    """Masks of the image model, tracked. Raises PromptError where the method takes no masks."""

    def edit(frame: int, _: Mask | None) -> Clicked:
        made = draw(frame)
        session.prompt(frame=frame, object=clip.label, mask=made.mask)
        return made

    return by_tracking(session, clip, edit, enough=enough)


def by_prompts(session: Session, clip: ObjectClip, *, clicks: int, enough: float) -> Work:
    """Clicks on the tracked masks. Raises PromptError where the method takes none."""

    def edit(frame: int, answer: Mask | None) -> Clicked:
        return click_object(
            session,
            frame=frame,
            label=clip.label,
            truth=clip.mask(frame),
            clicks=clicks,
            answer=answer,
            enough=enough,
        )

    return by_tracking(session, clip, edit, enough=enough)


def by_tracking(
    session: Session,
    clip: ObjectClip,
    edit: Callable[[int, Mask | None], Clicked],
    *,
    enough: float,
) -> Work:
    """Edit the first frame, track until a frame is not right, edit that one, and so on.

    Args:
        session: of the clip.
        clip: whose annotation says what is right.
        edit: makes the mask of a frame that shows the object, given the tracked one, and tells
            the session of it.
        enough: IoU of a frame that is right.
    """
    work = Work()
    frame: int | None = clip.annotated[0]
    answer: Mask | None = None
    while frame is not None:
        shows = clip.mask(frame).any()
        work.edit(frame, edit(frame, answer) if shows else emptied(session, clip, frame))
        start, frame = frame, None
        for found in session.propagate(start):
            if found.frame == start or found.frame not in clip.annotated:
                continue
            truth = clip.mask(found.frame)
            answer = found.masks.get(clip.label, np.zeros_like(truth))
            if region_similarity(answer, truth) < enough:
                frame = found.frame
                break
            work.keep(found.frame, answer)
    return work


def emptied(session: Session, clip: ObjectClip, frame: int) -> Clicked:
    """The mask of a frame that does not show the object taken away, in one click."""
    nothing = clip.mask(frame)
    session.prompt(frame=frame, object=clip.label, mask=nothing)
    return Clicked(nothing, 1)


def click_picture(
    model: Model, clip: ObjectClip, frame: int, *, clicks: int, enough: float
) -> Clicked:
    """The object of one frame by clicks with the image model alone."""
    image, truth = model.image(clip.picture(frame)), clip.mask(frame)
    prompt = PicturePrompt(mask=np.zeros_like(truth))

    def tell(click: Click) -> Mask:
        nonlocal prompt
        prompt = prompt.told(image, [(click.x, click.y)], [click.label])
        return prompt.mask

    return click_until(tell, prompt.mask, truth, clicks=clicks, enough=enough)


def effort_of(way: Way, area: int, work: Work, alone: Work) -> Effort:
    """What an object took; alignment is counted on frames where one of the two has a mask.

    Work is not compared with itself.

    Args:
        way: of annotating.
        area: of the object on its first frame, in pixels.
        work: as it was done that way.
        alone: as it was done frame by frame.
    """
    others = {} if work is alone else work.masks
    pairs = [(rle.decode(mask), rle.decode(alone.masks[at])) for at, mask in others.items()]
    ious = [region_similarity(one, two) for one, two in pairs if one.any() or two.any()]
    return Effort(
        way=way,
        area=area,
        frames=len(work.masks),
        seconds=work.seconds,
        edited=len(work.clicks),
        clicks=sum(work.clicks.values()),
        aligned=int(np.count_nonzero(np.array(ious) > ALIGNED)),
        compared=len(ious),
    )
