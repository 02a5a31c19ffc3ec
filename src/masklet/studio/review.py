"""Ranks the frames that need a person, from what is known of each mask; arrays in, doubts out.

Shapes: F frames of the video, in order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

LEAST_DOUBT = 0.2
NEAR_FRAMES = 10
SURE_SHARE, UNSURE_SHARE = 0.85, 0.4
USUAL, LEAST_USUAL_SCORE = 0.6, 0.4
SURE_PRESENCE = 2.0
CALM_AREA, WILD_AREA = np.log(1.5), np.log(4.0)
CALM_STEP, WILD_STEP = 0.5, 1.5

UNSURE = "the model is unsure"
NEARLY_GONE = "the model is unsure whether the object is there"
SUDDEN = "the mask changes suddenly"
DISAGREE = "forward and backward tracking disagree"


@dataclass(frozen=True, eq=False, kw_only=True)
class Course:
    """One object through the video.

    Attributes:
        known: there is a mask on the frame, maybe an empty one.
        prompted: a person spoke about it there.
        score: predicted IoU.
        presence: object logit, > 0 where it is in the frame.
        area, x, y: pixels inside and their middle.
        agreement: IoU of the last passes forward and backward; 1 where one is missing.
    """

    known: Bool[np.ndarray, "F"]
    prompted: Bool[np.ndarray, "F"]
    score: Float[np.ndarray, "F"]
    presence: Float[np.ndarray, "F"]
    area: Float[np.ndarray, "F"]
    x: Float[np.ndarray, "F"]
    y: Float[np.ndarray, "F"]
    agreement: Float[np.ndarray, "F"]


class Doubt(NamedTuple):
    """A frame that needs a person: how much, from 0 to 1, and why."""

    frame: int
    doubt: float
    reason: str


def doubts_of(course: Course) -> list[Doubt]:
    """The frames of one object that need a person, most doubtful first, none near another."""
    grounds = _grounds(course)
    doubts_RF = np.stack([ground.doubt for ground in grounds])
    asked = course.known & ~course.prompted
    worst = np.where(asked, doubts_RF.max(axis=0), 0.0)
    reasons = doubts_RF.argmax(axis=0)
    chosen = _apart(worst)
    return [Doubt(f, float(worst[f]), grounds[reasons[f]].reason) for f in chosen]


class Ground(NamedTuple):
    """A reason to doubt, and how much of it there is on each frame."""

    reason: str
    doubt: Float[np.ndarray, "F"]


def _grounds(course: Course) -> Sequence[Ground]:
    visible = course.known & (course.presence > 0)
    return (
        Ground(DISAGREE, np.clip(1 - course.agreement, 0, 1) * _farness(course.prompted)),
        Ground(SUDDEN, _suddenness(course, visible)),
        Ground(NEARLY_GONE, _nearness_to_gone(course)),
        Ground(UNSURE, _unsureness(course, visible)),
    )


def _farness(prompted: Bool[np.ndarray, "F"]) -> Float[np.ndarray, "F"]:
    """1 far from every prompt, less near one: there, a person has said what is right."""
    frames, said = np.arange(len(prompted)), np.flatnonzero(prompted)
    if not len(said):
        return np.ones(len(prompted))
    after = np.searchsorted(said, frames).clip(max=len(said) - 1)
    before = (after - 1).clip(min=0)
    away = np.minimum(np.abs(frames - said[before]), np.abs(frames - said[after]))
    return np.clip(away / NEAR_FRAMES, 0.0, 1.0)


def _unsureness(course: Course, visible: Bool[np.ndarray, "F"]) -> Float[np.ndarray, "F"]:
    """How far the score falls below its usual one; models differ in what is high."""
    followed = course.score[visible & ~course.prompted]
    usual = float(np.quantile(followed, USUAL)) if len(followed) else 0.0
    share = course.score / max(usual, LEAST_USUAL_SCORE)
    return np.where(visible, _ramp(-share, -SURE_SHARE, -UNSURE_SHARE), 0.0)


def _nearness_to_gone(course: Course) -> Float[np.ndarray, "F"]:
    """How near presence comes to zero, held against half of what it usually is."""
    followed = np.abs(course.presence[course.known & ~course.prompted])
    usual = float(np.median(followed)) if len(followed) else SURE_PRESENCE
    sure = max(min(usual / 2, SURE_PRESENCE), np.finfo(np.float64).tiny)
    return np.clip(1 - np.abs(course.presence) / sure, 0.0, 1.0)


def _suddenness(course: Course, visible: Bool[np.ndarray, "F"]) -> Float[np.ndarray, "F"]:
    """How much area or place change from the frame before, where both show the object.

    Moves count in widths of the object, beyond what it usually moves.
    """
    area = np.maximum(course.area, 1.0)
    both = visible[1:] & visible[:-1]
    growth = np.abs(np.diff(np.log(area)))
    width = np.sqrt(np.maximum(area[1:], area[:-1]))
    step = np.hypot(np.diff(course.x), np.diff(course.y)) / width
    usual_step = float(np.median(step[both])) if both.any() else 0.0
    usual_growth = float(np.median(growth[both])) if both.any() else 0.0
    of_area = _ramp(growth - usual_growth, CALM_AREA, WILD_AREA)
    of_place = _ramp(step - usual_step, CALM_STEP, WILD_STEP)
    return np.concatenate([[0.0], np.where(both, np.maximum(of_area, of_place), 0.0)])


def _ramp(
    values: Float[np.ndarray, "N"], nothing: float, everything: float
) -> Float[np.ndarray, "N"]:
    """0 up to ``nothing``, 1 from ``everything`` on."""
    return np.clip((values - nothing) / (everything - nothing), 0.0, 1.0)


def _apart(worst: Float[np.ndarray, "F"]) -> Iterator[int]:
    """Frames from the most doubtful down, each standing for those near it."""
    left = worst.copy()
    for frame in np.argsort(-worst, kind="stable"):
        if worst[frame] < LEAST_DOUBT:
            return
        if left[frame] > 0:
            left[max(0, frame - NEAR_FRAMES) : frame + NEAR_FRAMES + 1] = 0
            yield int(frame)
