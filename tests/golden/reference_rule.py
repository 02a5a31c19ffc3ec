"""The reference's rule of which memories and pointers a frame reads, slowly and in integers alone.

It follows `SAM2Base._prepare_memory_conditioned_features` of sam2 1.1.0 step by step and makes no
attempt to be short or fast, so that a cleverer plan can be held against it on any case. What the
reference's own code answered on random cases lies in `recorded/reading-rule.json`.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

SLOTS = 7
POINTERS = 16
NO_LIMIT = -1


class Read(NamedTuple):
    """One frame that is read, and its place in time.

    For a memory ``place`` is the row of the learned temporal encoding (6 for a prompted frame and
    for none else, 0 for the frame just before, 5 for the sixth before). For a pointer it is the
    distance in frames that the sine encoding gets, before its division; positive is the past.
    """

    frame: int
    place: int


class Reading(NamedTuple):
    """Everything one frame reads, in the reference's token order, and the pointers' divisor."""

    memories: tuple[Read, ...]
    pointers: tuple[Read, ...]
    divisor: int


class Split(NamedTuple):
    """Prompted frames that take part as such, and those left over by a limit."""

    chosen: tuple[int, ...]
    left: tuple[int, ...]


def split_prompted(frame: int, prompted: Sequence[int], limit: int = NO_LIMIT) -> Split:
    """The prompted frames closest to ``frame``, at most ``limit`` of them, and the rest.

    The nearest earlier one comes first, then the nearest at or after ``frame``, then the others by
    distance; without a limit that binds, all of them in the order given.
    """
    if limit == NO_LIMIT or len(prompted) <= limit:
        return Split(tuple(prompted), ())
    chosen: list[int] = []
    earlier = [t for t in prompted if t < frame]
    later = [t for t in prompted if t >= frame]
    if earlier:
        chosen.append(max(earlier))
    if later:
        chosen.append(min(later))
    others = [t for t in prompted if t not in chosen]
    others.sort(key=lambda t: abs(t - frame))
    chosen.extend(others[: limit - len(chosen)])
    return Split(tuple(chosen), tuple(t for t in prompted if t not in chosen))


def memory_frame(frame: int, distance: int, *, reverse: bool, stride: int = 1) -> int:
    """The frame looked up for the slot ``distance`` (1 to 6) steps away from ``frame``."""
    if distance == 1:
        return frame + 1 if reverse else frame - 1
    if reverse:
        nearest = -(-(frame + 2) // stride) * stride
        return nearest + (distance - 2) * stride
    nearest = ((frame - 2) // stride) * stride
    return nearest - (distance - 2) * stride


def read_rule(
    frame: int,
    *,
    prompted: Sequence[int],
    tracked: Collection[int],
    num_frames: int,
    reverse: bool = False,
    limit: int = NO_LIMIT,
    stride: int = 1,
) -> Reading:
    """What ``frame`` reads when it is not the first, memoryless sight of a prompted frame.

    Args:
        frame: the frame being computed. If it is itself among ``prompted`` (a correction on a
            prompted frame), its own stored memory and pointer are read too.
        prompted: frames kept as conditioning frames, in the order in which they were stored.
        tracked: frames with a kept output that is not a conditioning one, of any pass.
        num_frames: frames of the whole clip.
        reverse: the direction of the pass, or for a correction that of the pass which last
            visited the frame.
        limit: most conditioning frames that take part, -1 for all of them (the released models).
        stride: temporal stride of the memory (1 in the released models).
    """
    chosen, left = split_prompted(frame, prompted, limit)
    memories = [Read(t, SLOTS - 1) for t in chosen]
    for slot in range(1, SLOTS):
        distance = SLOTS - slot
        t = memory_frame(frame, distance, reverse=reverse, stride=stride)
        if t in tracked or t in left:
            memories.append(Read(t, distance - 1))

    most = min(num_frames, POINTERS)
    pointers: list[Read] = []
    for t in chosen:
        past = t >= frame if reverse else t <= frame
        if past:
            pointers.append(Read(t, t - frame if reverse else frame - t))
    for distance in range(1, most):
        t = frame + distance if reverse else frame - distance
        if t < 0 or t >= num_frames:
            break
        if t in tracked or t in left:
            pointers.append(Read(t, distance))
    return Reading(tuple(memories), tuple(pointers), most - 1)
