"""Real little videos whose frames tell their numbers, made by the encoders that people use."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream
from jaxtyping import UInt8

HEIGHT, WIDTH = 48, 64


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a test's video is made; times are in milliseconds."""

    count: int = 30
    codec: str = "libx264"
    times: Sequence[int] | None = None
    rotation: int | None = None
    mirrored: bool = False
    muxer: dict[str, str] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)


def write_video(path: Path, recipe: Recipe) -> Path:
    """Encodes numbered frames, a key frame every twelve, three B-frames between others."""
    options = {"g": "12", "bf": "3"} | recipe.options
    with av.open(path, "w", options=recipe.muxer) as container:
        stream = container.add_stream(recipe.codec, rate=25, options=options)
        assert isinstance(stream, VideoStream)
        stream.height, stream.width, stream.pix_fmt = HEIGHT, WIDTH, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        if recipe.rotation is not None:
            stream.set_display_rotation(recipe.rotation, hflip=recipe.mirrored)
        for number in range(recipe.count):
            frame = av.VideoFrame.from_ndarray(numbered_picture(number), format="rgb24")
            frame.pts = number * 40 if recipe.times is None else recipe.times[number]
            frame.time_base = Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def numbered_picture(number: int) -> UInt8[np.ndarray, "48 64 3"]:
    """A frame in one colour with a red upper left quarter."""
    picture = np.empty((HEIGHT, WIDTH, 3), dtype=np.uint8)
    picture[:] = colour_of(number)
    picture[: HEIGHT // 2, : WIDTH // 2] = (220, 20, 20)
    return picture


def colour_of(number: int) -> tuple[int, int, int]:
    """The colour of a frame, below number 128; neighbours differ much."""
    return (20, 30 + 12 * (number * 5 % 16), 30 + 25 * (number // 16))


def numbers_of(pictures: Iterable[UInt8[np.ndarray, "H W 3"]]) -> list[int]:
    """Which frames some pictures show, however they are turned."""
    colours = np.array([colour_of(number) for number in range(128)])
    medians = [np.median(picture.reshape(-1, 3), axis=0) for picture in pictures]
    return [int(np.abs(colours - median).sum(axis=1).argmin()) for median in medians]
