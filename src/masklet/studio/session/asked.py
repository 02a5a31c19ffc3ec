"""Holds what a page asks against the project, before anything is changed."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool

from masklet.errors import FormatError, PromptError
from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.predict.checks import Scale, check_said
from masklet.predict.span import check_frame
from masklet.studio.session.live import Scene, Thing
from masklet.studio.store.edits import Way
from masklet.studio.store.errors import ProjectError
from masklet.studio.store.project import VideoFile_
from masklet.studio.wire.messages import Propagate, Say
from masklet.values import Size


def check_video(video: VideoFile_, size: Size, length: int) -> None:
    """See that a video is the one that a project is about. Raises ProjectError."""
    came = f"{length} frames of {size.width}x{size.height}"
    wanted = f"{video.frames} frames of {video.width}x{video.height}"
    if came != wanted:
        raise ProjectError(f"the video {video.name} is another one: {came} came, wanted {wanted}")


def thing_of(scene: Scene, number: int | None) -> Thing:
    """An object. Raises PromptError where there is none of that number."""
    thing = None if number is None else scene.find(number)
    if thing is None:
        raise PromptError(f"object={number}: there is no such object; it may have been removed")
    return thing


def check_say(ask: Say, size: Size, length: int) -> Bool[np.ndarray, "H W"] | None:
    """The mask of a prompt, if it has one.

    Raises:
        PromptError: nothing is asked, or a part of it cannot be used.
    """
    check_frame("frame", ask.frame, length)
    if not ask.points and ask.box is None and ask.mask is None:
        raise PromptError("nothing is asked: give points, a box or a mask")
    check_said(ask.points, ask.labels, ask.box, Scale(size, 1))
    if ask.mask is None:
        return None
    try:
        return rle.decode(Rle(size, ask.mask))
    except FormatError as error:
        raise PromptError(f"mask: {error}") from error


def chosen_objects(ask: Propagate, scene: Scene) -> tuple[Thing, ...]:
    """The objects to be tracked: those asked for that are prompted.

    Raises:
        PromptError: an unknown object, or nothing is prompted.
    """
    if ask.objects is None:
        asked: Sequence[Thing] = scene.things
    else:
        asked = [thing_of(scene, number) for number in dict.fromkeys(ask.objects)]
    chosen = tuple(thing for thing in asked if thing.said)
    if not chosen:
        raise PromptError("there is nothing to track: click on an object first")
    return chosen


def ways_of(ask: Propagate, chosen: Sequence[Thing], length: int, first_id: int) -> tuple[Way, ...]:
    """The passes of a run.

    Raises:
        PromptError: a frame that does not exist, or a stop that lies the other way.
    """
    prompted = [frame for thing in chosen for frame in thing.said]
    start = (max if ask.reverse else min)(prompted) if ask.start is None else ask.start
    stop = ask.stop if ask.stop is not None else (0 if ask.reverse else length - 1)
    check_frame("start", start, length)
    check_frame("stop", stop, length)
    if (stop > start) if ask.reverse else (stop < start):
        way = "back" if ask.reverse else "on"
        raise PromptError(f"start={start}, stop={stop}: stop does not lie {way} from start")
    ways = [Way(id=first_id, start=start, stop=stop, reverse=ask.reverse)]
    other_start, other_stop = (start + 1, length - 1) if ask.reverse else (start - 1, 0)
    if ask.both and 0 <= other_start < length:
        other = Way(id=first_id + 1, start=other_start, stop=other_stop, reverse=not ask.reverse)
        ways.append(other)
    return tuple(ways)
