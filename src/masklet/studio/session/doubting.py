"""Gathers what is known of every object's masks, for the ranking of doubtful frames."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int64

from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.studio.review import Course, doubts_of
from masklet.studio.session.layers import PROMPTED, UNKNOWN
from masklet.studio.session.live import Thing
from masklet.studio.session.shown import Shown
from masklet.studio.store.log import counts_of
from masklet.studio.store.masks import SHAPE, counts_at, shapes
from masklet.studio.wire.views import DoubtView
from masklet.values import Size

MOST_COMPARED = 2000
NONE = -1


def doubts(shown: Shown, size: Size, length: int, limit: int) -> list[DoubtView]:
    """The frames that need a person most, of all objects."""
    found = [
        DoubtView(frame=doubt.frame, object=thing.number, doubt=doubt.doubt, reason=doubt.reason)
        for thing in shown.live.scene.things
        for doubt in doubts_of(course_of(shown, thing, size, length))
    ]
    found.sort(key=lambda doubt: (-doubt.doubt, doubt.frame, doubt.object))
    return found[:limit]


def course_of(shown: Shown, thing: Thing, size: Size, length: int) -> Course:
    """One object through the video."""
    columns = np.zeros((len(SHAPE), length))
    known = np.zeros(length, dtype=bool)
    newest = _newest(shown, thing, thing.passes, length)
    for number in _numbers(newest):
        rows = shapes(shown.database, number, thing.number)
        rows = rows[newest[rows[:, 0].astype(np.int64)] == number]
        frames = rows[:, 0].astype(np.int64)
        columns[:, frames] = rows.T
        known[frames] = True
    prompted = np.zeros(length, dtype=bool)
    for frame, speech in thing.said.items():
        code = Rle(size, counts_of(shown.database, speech.answer, thing.number))
        columns[:, frame] = _shape(frame, speech.score, speech.presence, code)
        known[frame] = prompted[frame] = True
    _, score, presence, area, x, y = columns
    return Course(
        known=known,
        prompted=prompted,
        score=score,
        presence=presence,
        area=area,
        x=x,
        y=y,
        agreement=_agreement(shown, thing, size, length),
    )


def _shape(frame: int, score: float, presence: float, code: Rle) -> list[float]:
    x0, y0, x1, y1 = rle.box(code)
    return [frame, score, presence, rle.area(code), (x0 + x1) / 2, (y0 + y1) / 2]


def _agreement(shown: Shown, thing: Thing, size: Size, length: int) -> Float[np.ndarray, "F"]:
    """IoU of the newest passes forward and backward, on at most some frames, evenly spaced."""
    tracked = {run.id for run in shown.live.scene.runs if run.model is not None}
    passes = [number for number in thing.passes if number in tracked]
    back = [number for number in passes if shown.layers[number].reverse]
    forth = [number for number in passes if number not in back]
    forward = _newest(shown, thing, forth, length)
    backward = _newest(shown, thing, back, length)
    both = np.flatnonzero((forward != NONE) & (backward != NONE))
    frames = both[:: max(1, -(-len(both) // MOST_COMPARED))]
    agreement = np.ones(length)
    one = _counts(shown, thing, frames, forward)
    other = _counts(shown, thing, frames, backward)
    for frame in one.keys() & other.keys():
        agreement[frame] = rle.iou(Rle(size, one[frame]), Rle(size, other[frame]))
    return agreement


def _newest(
    shown: Shown, thing: Thing, passes: Sequence[int], length: int
) -> Int64[np.ndarray, "F"]:
    """By frame, the newest of some passes that tracked an object there; ``NONE`` if none did."""
    newest = np.full(length, NONE)
    for number in passes:
        place, seen = shown.layers[number].part(thing.number, range(length))
        newest[place][(seen != UNKNOWN) & (seen != PROMPTED)] = number
    return newest


def _numbers(newest: Int64[np.ndarray, "F"]) -> list[int]:
    return [int(number) for number in np.unique(newest) if number != NONE]


def _counts(
    shown: Shown, thing: Thing, frames: Int64[np.ndarray, "N"], newest: Int64[np.ndarray, "F"]
) -> dict[int, str]:
    """The masks of frames, each of the pass that is newest there."""
    found: dict[int, str] = {}
    for number in _numbers(newest[frames]):
        wanted = [int(frame) for frame in frames[newest[frames] == number]]
        found.update(counts_at(shown.database, number, thing.number, wanted))
    return found
