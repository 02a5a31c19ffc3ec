"""What a video is: how long, large and fast, evenly spaced or not, and a small picture of it."""

from typing import NamedTuple

import numpy as np

from masklet.media.sources import FrameSource
from masklet.media.video_file import VideoFile
from masklet.studio.pictures.encoding import encoded, narrowed

THUMBNAIL_WIDTH = 480
TOLERANCE = 0.25


class Facts(NamedTuple):
    """A video as a project keeps it; ``steady``: frames are at most a quarter of one off beat."""

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
    if isinstance(source, VideoFile):
        return np.array([source.time(frame) for frame in range(len(source))])
    return np.arange(len(source)) / (source.fps or 25.0)


def is_steady(source: FrameSource) -> bool:
    """Whether frame ``n`` is shown ``n / fps`` seconds after the first, near enough."""
    if not isinstance(source, VideoFile) or source.fps is None:
        return True
    times = times_of(source)
    even = np.arange(len(times)) / source.fps
    return bool(np.abs(times - even).max() * source.fps <= TOLERANCE)
