"""What makes an object hard to follow, read off the annotation: size, speed, hiding, company."""

from collections.abc import Iterable, Mapping
from math import hypot, sqrt
from typing import NamedTuple

import numpy as np

from masklet.data.readers.annotated import AnnotatedVideo, Mask, Truth
from masklet.evaluate.scores.convention import Convention
from masklet.evaluate.scores.scoring import UNION, united

SIMILAR = (0.5, 2.0)


class Difficulty(NamedTuple):
    """One object on one annotated frame, from its first appearance on.

    Attributes:
        label: its number.
        frame: the frame's number.
        share: part of the frame that it covers; 0 where it is not visible.
        speed: how far its centre moved since the annotated frame before, in sizes of the object
            (the square root of its area there); None where it is not visible in both.
        hidden: how many frames it was last hidden for: from the first annotated frame without it
            up to the one that shows it again. 0 where it never was hidden before.
        since: frames since that one; None where it never was hidden before.
        distractors: other objects in this frame with half to twice its area.
    """

    label: int
    frame: int
    share: float
    speed: float | None
    hidden: int
    since: int | None
    distractors: int

    @property
    def visible(self) -> bool:
        """The annotation shows it here."""
        return self.share > 0


class Seen(NamedTuple):
    """Area in pixels and centre of a mask."""

    area: int
    x: float
    y: float


class Past(NamedTuple):
    """What an object did so far.

    Attributes:
        seen: on the annotated frame before; None where it was hidden.
        lost: the first annotated frame without it, while it is hidden.
        hidden: of ``Difficulty``.
        back: the frame that showed it again.
    """

    seen: Seen | None
    lost: int | None = None
    hidden: int = 0
    back: int | None = None


def difficulties(video: AnnotatedVideo, convention: Convention) -> tuple[Difficulty, ...]:
    """Every object on every annotated frame from its first appearance on, frame by frame.

    Reads the whole annotation. Where the convention scores all objects as one, they are one.

    Raises:
        MediaError, FormatError: an annotation cannot be used.
    """
    truths = ((frame, video.truth(frame)) for frame in video.annotated)
    if convention.union:
        truths = ((frame, as_one(truth)) for frame, truth in truths)
    return difficulties_of(truths)


def as_one(truth: Truth) -> Truth:
    """All objects as one."""
    union = united(truth.masks, truth)
    return Truth(truth.size, {UNION: union} if union.any() else {})


def difficulties_of(truths: Iterable[tuple[int, Truth]]) -> tuple[Difficulty, ...]:
    """As ``difficulties``, of frame numbers with their annotation, in order."""
    past: dict[int, Past] = {}
    found: list[Difficulty] = []
    for frame, truth in truths:
        now = {label: seen for label, mask in truth.masks.items() if (seen := seen_of(mask))}
        for label in sorted({*past, *now}):
            before = past.get(label)
            past[label] = after(before, now.get(label), frame)
            speed = speed_of(before.seen if before else None, now.get(label))
            found.append(_difficulty(label, frame, truth, now, past[label], speed))
    return tuple(found)


def _difficulty(
    label: int, frame: int, truth: Truth, now: Mapping[int, Seen], past: Past, speed: float | None
) -> Difficulty:
    area = now[label].area if label in now else 0
    return Difficulty(
        label=label,
        frame=frame,
        share=area / (truth.size.height * truth.size.width),
        speed=speed,
        hidden=past.hidden,
        since=None if past.back is None else frame - past.back,
        distractors=distractors_of(label, now),
    )


def seen_of(mask: Mask) -> Seen | None:
    """Area and centre; None where the mask is empty."""
    y, x = np.nonzero(mask)
    return Seen(len(x), float(x.mean()), float(y.mean())) if len(x) else None


def after(past: Past | None, seen: Seen | None, frame: int) -> Past:
    """What an object did by ``frame``, where it is ``seen``, or hidden if None."""
    if past is None:
        return Past(seen)
    if seen is None:
        return past._replace(seen=None, lost=frame if past.lost is None else past.lost)
    if past.lost is None:
        return past._replace(seen=seen)
    return Past(seen, hidden=frame - past.lost, back=frame)


def speed_of(before: Seen | None, now: Seen | None) -> float | None:
    """The way of the centre in sizes of the object; None where it is not visible in both."""
    if before is None or now is None:
        return None
    return hypot(now.x - before.x, now.y - before.y) / sqrt(before.area)


def distractors_of(label: int, now: Mapping[int, Seen]) -> int:
    """Other objects with half to twice the area; 0 where the object itself is hidden."""
    if label not in now:
        return 0
    low, high = (times * now[label].area for times in SIMILAR)
    return sum(low <= seen.area <= high for other, seen in now.items() if other != label)
