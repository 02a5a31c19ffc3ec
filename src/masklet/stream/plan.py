"""Which memories and pointers a frame reads: integers alone, decided before any tensor is touched.

Source: paper section 4, reference ``sam2_base.py`` lines 497-650.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

RECENT = 6
PROMPTED_SLOT = 6
POINTERS = 16


class MemoryRead(NamedTuple):
    """A frame whose memory is read, and its row of the learned temporal positions.

    Row 6 is for prompted frames, rows 0 to 5 for tracked frames 1 to 6 steps away.
    """

    frame: int
    slot: int


class PointerRead(NamedTuple):
    """A frame whose pointer is read, and how many frames away it is; positive is the past."""

    frame: int
    distance: int


class Plan(NamedTuple):
    """Everything one object reads on one frame.

    Attributes:
        farthest: what pointer distances are divided by.
    """

    memories: tuple[MemoryRead, ...]
    pointers: tuple[PointerRead, ...]
    farthest: int


class Clock(NamedTuple):
    """Which way time runs, and the clip's length; None for an endless stream.

    A clip shorter than 16 frames divides pointer distances by less, which a stream cannot know.
    """

    reverse: bool = False
    length: int | None = None

    @property
    def pointers(self) -> int:
        """How many frames back pointers are read from, this frame included."""
        return POINTERS if self.length is None else min(self.length, POINTERS)


def nearest_prompted(frame: int, prompted: Sequence[int], limit: int) -> tuple[int, ...]:
    """At most ``limit`` prompted frames: the nearest before, the nearest at or after, the nearest.

    Raises:
        ValueError: the limit is below 2, which could leave one side of the frame without any.
    """
    if limit < 2:
        raise ValueError(f"limit={limit}: at least 2 prompted frames must be allowed")
    if len(prompted) <= limit:
        return tuple(prompted)
    before = [t for t in prompted if t < frame]
    after = [t for t in prompted if t >= frame]
    first = [max(before)] if before else []
    first += [min(after)] if after else []
    rest = sorted((t for t in prompted if t not in first), key=lambda t: abs(t - frame))
    return tuple(first + rest[: limit - len(first)])


def plan_reads(
    frame: int,
    prompted: Sequence[int],
    tracked: Callable[[int], bool],
    clock: Clock,
    *,
    limit: int | None = None,
) -> Plan:
    """What one object reads on ``frame``.

    Args:
        frame: the frame being computed; if it is itself prompted, it reads its own memory too.
        prompted: frames with a prompt, whose memories are always read, in the past and the future.
        tracked: says whether a frame was tracked and keeps its output, in any pass.
        clock: direction and length.
        limit: most prompted frames that are read; the others count as tracked ones.
    """
    chosen = tuple(prompted) if limit is None else nearest_prompted(frame, prompted, limit)
    left = frozenset(prompted).difference(chosen)
    back = 1 if clock.reverse else -1

    def kept(t: int) -> bool:
        return t >= 0 and (t in left or tracked(t))

    memories = [MemoryRead(t, PROMPTED_SLOT) for t in chosen]
    for distance in range(RECENT, 0, -1):
        t = frame + back * distance
        if kept(t):
            memories.append(MemoryRead(t, distance - 1))
    pointers = [PointerRead(t, (frame - t) * -back) for t in chosen if (frame - t) * -back >= 0]
    for distance in range(1, clock.pointers):
        t = frame + back * distance
        if kept(t):
            pointers.append(PointerRead(t, distance))
    return Plan(tuple(memories), tuple(pointers), clock.pointers - 1)
