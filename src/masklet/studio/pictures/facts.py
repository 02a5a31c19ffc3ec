"""What a video is: how long, large and fast, evenly spaced or not, and a small picture of it."""

from typing import NamedTuple

import numpy as np

from masklet.media.sources import FrameSource
from masklet.media.timing import uneven_times
from masklet.studio.pictures.encoding import encoded, narrowed

THUMBNAIL_WIDTH = 480


class Facts(NamedTuple):
    """A video as a project keeps it."""

    frames: int
    width: int
    height: int
    fps: float | None
    steady: bool


def facts_of(source: FrameSource) -> Facts:
    """The facts of an open source."""
    height, width = source.size
    return Facts(len(source), width, height, source.fps, is_steady(source))


def thumbnail_of(source: FrameSource) -> bytes:
    """A small JPEG of a frame near the beginning, where fewer videos are black."""
    return encoded(narrowed(source[min(len(source) - 1, len(source) // 10)], THUMBNAIL_WIDTH))


def times_of(source: FrameSource) -> np.ndarray:
    """Seconds from the showing of the first frame to that of each, float64 [N]."""
    times = uneven_times(source)
    return np.arange(len(source)) / (source.fps or 25.0) if times is None else times


def is_steady(source: FrameSource) -> bool:
    """Whether frames follow each other evenly."""
    return uneven_times(source) is None
