"""When frames are shown: what a source knows of it, and when written pictures are to be."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from jaxtyping import Float64

from masklet.errors import MediaError
from masklet.media.sources import FrameSource
from masklet.media.video_file import VideoFile

TICK = Fraction(1, 90_000)
STEADY = 0.15
ROUNDING = 0.0015

Times = Sequence[float] | Float64[np.ndarray, "N"]


class Moment(NamedTuple):
    """When a picture is shown, and for how long, in time bases."""

    shown: int
    lasts: int


class EvenClock:
    """Pictures at a constant rate: one time base each."""

    def __init__(self, rate: Fraction) -> None:
        self.base = 1 / rate
        self._count = 0

    def next(self, frame: int | None) -> Moment:  # noqa: ARG002
        """The moment of the next picture, whichever frame it is."""
        self._count += 1
        return Moment(self._count - 1, 1)


class SourceClock:
    """Pictures that lie as far from each other in time as their frames do in the source.

    Frames may come in either direction and leave others out.

    Args:
        times: seconds at which each frame of the source is shown.
    """

    base = TICK

    def __init__(self, times: Times) -> None:
        self._times = np.asarray(times, dtype=np.float64)
        self._before: int | None = None
        self._seconds = 0.0
        self._last = -1

    def next(self, frame: int | None) -> Moment:
        """The moment of a frame's picture.

        Raises:
            MediaError: it is not known which frame it is, or when that is shown.
        """
        if frame is None or not 0 <= frame < len(self._times):
            raise MediaError(f"frame: {frame} came; the times of {len(self._times)} are known")
        if self._before is not None:
            self._seconds += abs(float(self._times[frame] - self._times[self._before]))
        self._before = frame
        self._last = max(self._last + 1, round(self._seconds / TICK))
        return Moment(self._last, max(1, round(self._gap_after(frame) / TICK)))

    def _gap_after(self, frame: int) -> float:
        """Seconds from a frame to the one after it, of the last one from the one before."""
        if len(self._times) < 2:
            return 0.04
        at = min(frame, len(self._times) - 2)
        return float(self._times[at + 1] - self._times[at])


def uneven_times(source: FrameSource) -> Float64[np.ndarray, "N"] | None:
    """Seconds at which each frame is shown, or None where frames follow each other evenly.

    Frames that a cut file declares and does not hold go on at the mean rate.
    """
    if not isinstance(source, VideoFile) or len(source) < 3:
        return None
    held = source.times
    if len(held) < 3:
        return None
    step = float(held[-1] - held[0]) / (len(held) - 1)
    even = held[0] + step * np.arange(len(held))
    if step <= 0 or float(np.abs(held - even).max()) <= max(STEADY * step, ROUNDING):
        return None
    beyond = held[-1] + step * np.arange(1, len(source) - len(held) + 1)
    return np.concatenate([held, beyond])
