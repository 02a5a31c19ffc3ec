"""Which frames and which objects of a video count: the fine print of each benchmark."""

from dataclasses import dataclass
from enum import StrEnum


class Counting(StrEnum):
    """From where on an object's frames count.

    ALWAYS: every scored frame (DAVIS).
    SEEN: from the first scored frame where it is in the annotation or in the answer (SA-V).
    PROMPTED: after the first annotated frame where it is visible, which is its prompt
        (YouTube-VOS).
    WITHIN: between the first annotated frame where it is visible and the last, both left out
        (LVOS).
    """

    ALWAYS = "always"
    SEEN = "seen"
    PROMPTED = "prompted"
    WITHIN = "within"


@dataclass(frozen=True, kw_only=True)
class Convention:
    """What is scored.

    Attributes:
        first: the first annotated frame counts too.
        last: the last annotated frame counts too.
        counting: from where on an object's frames count.
        boundary: F is measured beside J.
        union: all objects of a video are scored as one.
        later: objects that the first annotated frame does not show count too.
    """

    first: bool = False
    last: bool = False
    counting: Counting = Counting.ALWAYS
    boundary: bool = True
    union: bool = False
    later: bool = True


DAVIS = Convention()
DAVIS_UNION = Convention(union=True)
EVERY_FRAME = Convention(first=True, last=True)
SAV = Convention(counting=Counting.SEEN)
YOUTUBE = Convention(first=True, last=True, counting=Counting.PROMPTED)
LVOS = Convention(first=True, last=True, counting=Counting.WITHIN)
VOST = Convention(boundary=False, later=False)


def scored_frames(annotated: tuple[int, ...], convention: Convention) -> tuple[int, ...]:
    """The annotated frames that count for some object."""
    begin = 0 if convention.first else 1
    end = len(annotated) if convention.last else len(annotated) - 1
    return annotated[begin:end]
