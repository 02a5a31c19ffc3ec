"""The simulated annotator: where it clicks, which frame it goes to, and how long that takes it.

Source: Ravi et al., 2024, appendix F; reference ``sam2/modeling/sam2_utils.py`` 252-314 for the
place of a click.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from masklet.data.readers.annotated import Mask
from masklet.errors import PromptError
from masklet.evaluate.methods.method import Session
from masklet.masks.clicks import Click, center_click
from masklet.masks.region import region_similarity
from masklet.values import Box

LOCATE_SECONDS = 1.0
CLICK_SECONDS = 1.5
EXAMINE_SECONDS = 30.0
EXAMINED_FRAMES = 300


class Clicked(NamedTuple):
    """The mask of an object on a frame, and how many clicks that took."""

    mask: Mask
    clicks: int


def click_object(
    session: Session,
    *,
    frame: int,
    label: int,
    truth: Mask,
    clicks: int,
    answer: Mask | None = None,
    enough: float = 1.0,
) -> Clicked:
    """Up to so many clicks on one frame, each in the middle of the largest error by then.

    Fewer are given where the mask is good enough, and none at all where there is neither an
    object nor an answer.

    Args:
        session: is told of every click at once.
        frame: to click on.
        label: the object.
        truth: where the object is.
        clicks: at most so many.
        answer: the mask that the annotator sees before the first click; None where the object has
            none yet.
        enough: IoU of a mask that needs no more clicks.

    Raises:
        PromptError: the method takes no clicks.
    """

    def tell(click: Click) -> Mask:
        return session.prompt(
            frame=frame, object=label, points=[(click.x, click.y)], labels=[click.label]
        )

    mask = np.zeros_like(truth) if answer is None else answer
    return click_until(tell, mask, truth, clicks=clicks, enough=enough)


def click_until(
    tell: Callable[[Click], Mask], mask: Mask, truth: Mask, *, clicks: int, enough: float = 1.0
) -> Clicked:
    """``click_object`` for whatever answers a click with a mask; ``mask`` is what is seen first."""
    for given in range(clicks):
        click = center_click(mask, truth)
        if click is None or region_similarity(mask, truth) >= enough:
            return Clicked(mask, given)
        mask = tell(click)
    return Clicked(mask, clicks)


def worst_frame(ious: Mapping[int, float]) -> int | None:
    """The frame of lowest IoU, the earliest of several; None where nothing is wrong anywhere."""
    worst = min(sorted(ious), key=lambda frame: ious[frame], default=None)
    return None if worst is None or ious[worst] >= 1 else worst


def tight_box(mask: Mask) -> Box:
    """The first and last column and row of a mask, as pixel indices like clicks.

    Where these are one and the same the box is a pixel wide, as a box must have some extent.

    Raises:
        PromptError: the mask is empty.
    """
    if not mask.any():
        raise PromptError("mask: an empty one came; wanted one with an object to draw a box around")
    rows, columns = np.nonzero(mask)
    x0, x1, y0, y1 = columns.min(), columns.max(), rows.min(), rows.max()
    return (float(x0), float(y0), float(max(x1, x0 + 1)), float(max(y1, y0 + 1)))


def examining_seconds(length: int) -> float:
    """To watch a video of ``length`` frames for mistakes."""
    return EXAMINE_SECONDS * length / EXAMINED_FRAMES


def prompting_seconds(*, frames: int, clicks: int) -> float:
    """To find the object on so many frames and give so many clicks in all."""
    return LOCATE_SECONDS * frames + CLICK_SECONDS * clicks


def offline_seconds(length: int, *, frames: int, clicks: int) -> float:
    """Where the whole video is watched before each of so many frames is clicked.

    With c clicks a frame: (T_exam L / 300 + T_loc + T_click c) N.

    Args:
        length: of the video in frames.
        frames: clicked on.
        clicks: on all of these together.
    """
    return examining_seconds(length) * frames + prompting_seconds(frames=frames, clicks=clicks)


def online_seconds(length: int, *, frames: int, clicks: int) -> float:
    """Where the video is watched once and stopped at each of so many frames.

    With c clicks a frame: T_exam L / 300 + (T_loc + T_click c) N.

    Args:
        length: of the video in frames.
        frames: clicked on.
        clicks: on all of these together.
    """
    return examining_seconds(length) + prompting_seconds(frames=frames, clicks=clicks)
