"""What one method did on one video under one protocol, as it is kept in a JSON file."""

import base64
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from masklet.evaluate.scores.scoring import ObjectScores

Plain = Mapping[str, Any]
"""A value that JSON holds, as it is read back."""


class Round(NamedTuple):
    """What was reached for one or more objects after some rounds of prompts.

    Attributes:
        number: 1 for the first prompts alone, 2 for one round of corrections more, ...
        prompted: frames that have prompts by now.
        clicks: given by now.
        person: seconds that a person would have taken by now.
        objects: scores of the whole video as it is now.
    """

    number: int
    prompted: tuple[int, ...]
    clicks: int
    person: float
    objects: tuple[ObjectScores, ...]


class Shown(NamedTuple):
    """A frame worth a look: JPEG bytes of the picture with the answer and the truth on it."""

    frame: int
    caption: str
    jpeg: bytes


class Played(NamedTuple):
    """One video.

    Attributes:
        video: its name.
        frames: frames followed, over all rounds.
        seconds: that the method took for following these.
        rounds: at least one; several with one number where objects are played one by one.
        shown: its worst frames, perhaps.
    """

    video: str
    frames: int
    seconds: float
    rounds: tuple[Round, ...]
    shown: tuple[Shown, ...] = ()


def to_plain(played: Played) -> dict[str, Any]:
    """As JSON can hold it; ``from_plain`` gives the same back."""
    return {
        "video": played.video,
        "frames": played.frames,
        "seconds": played.seconds,
        "rounds": [
            {
                "number": one.number,
                "prompted": list(one.prompted),
                "clicks": one.clicks,
                "person": one.person,
                "objects": [_plain_object(scores) for scores in one.objects],
            }
            for one in played.rounds
        ],
        "shown": [
            {
                "frame": shown.frame,
                "caption": shown.caption,
                "jpeg": base64.b64encode(shown.jpeg).decode(),
            }
            for shown in played.shown
        ],
    }


def from_plain(plain: Plain) -> Played:
    """What ``to_plain`` was given."""
    return Played(
        video=plain["video"],
        frames=plain["frames"],
        seconds=plain["seconds"],
        rounds=tuple(
            Round(
                number=one["number"],
                prompted=tuple(one["prompted"]),
                clicks=one["clicks"],
                person=one["person"],
                objects=tuple(_object_of(scores) for scores in one["objects"]),
            )
            for one in plain["rounds"]
        ),
        shown=tuple(
            Shown(shown["frame"], shown["caption"], base64.b64decode(shown["jpeg"]))
            for shown in plain["shown"]
        ),
    )


def _plain_object(scores: ObjectScores) -> dict[str, Any]:
    return {
        "label": scores.label,
        "frames": list(scores.frames),
        "J": scores.region.tolist(),
        "F": None if scores.boundary is None else scores.boundary.tolist(),
    }


def _object_of(plain: Plain) -> ObjectScores:
    boundary = plain["F"]
    return ObjectScores(
        label=plain["label"],
        frames=tuple(plain["frames"]),
        region=np.array(plain["J"], dtype=float),
        boundary=None if boundary is None else np.array(boundary, dtype=float),
    )
