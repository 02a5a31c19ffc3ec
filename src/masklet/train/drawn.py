"""A small pool that is drawn, not photographed: shapes on patterned grounds, still and moving.

For a first run with nothing at hand. Pictures are kept without loss, the same on every machine.
"""

import os
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from jaxtyping import UInt8

from masklet.data.shards import Record, write_shard

PHOTOS, CLIPS, FRAMES, SHAPES = 48, 4, 8, 3
SET, NAME = "coco", "train-000.safetensors"
CORNERS = (3, 4, 32)


class Shape(NamedTuple):
    """A regular figure: place, reach and turn in shares of the side, colour, and how it moves."""

    corners: int
    place: np.ndarray
    reach: float
    turn: float
    colour: np.ndarray
    step: np.ndarray


class Drawn(NamedTuple):
    """A picture, and which shape is in front at each pixel, 0 for none."""

    picture: UInt8[np.ndarray, "s s 3"]
    labels: UInt8[np.ndarray, "s s"]


def draw_pool(folder: Path, *, side: int = 96, seed: int = 0) -> Path:
    """Draw photos and clips into a shard in ``folder``, where there is none; returns ``folder``."""
    path = folder / NAME
    if path.exists():
        return folder
    generator = np.random.Generator(np.random.PCG64(seed))
    records = [_record("photo", number, 1, side, generator) for number in range(PHOTOS)]
    records += [_record("clip", number, FRAMES, side, generator) for number in range(CLIPS)]
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    write_shard(part, records)
    part.replace(path)
    return folder


def _record(
    kind: str, number: int, frames: int, side: int, generator: np.random.Generator
) -> Record:
    ground = _ground(side, generator)
    shapes = [_shape(place, generator) for place in range(SHAPES)]
    drawn = [_draw(ground, shapes, frame) for frame in range(frames)]
    return Record(
        kind=kind,
        source=SET,
        name=f"{kind}-{number}",
        height=side,
        width=side,
        pictures=tuple(_png(each.picture[..., ::-1]) for each in drawn),
        maps=tuple(_png(each.labels) for each in drawn),
    )


def _ground(side: int, generator: np.random.Generator) -> UInt8[np.ndarray, "s s 3"]:
    """Two dull colours in stripes of some slope, with a little noise."""
    low, high = generator.integers(60, 150, (2, 3))
    slope = generator.integers(-3, 4, 2)
    rows, columns = np.mgrid[0:side, 0:side]
    striped = (slope[0] * rows + slope[1] * columns) // (side // 6) % 2 == 0
    noise = generator.integers(-12, 13, (side, side, 3))
    return (np.where(striped[..., None], low, high) + noise).clip(0, 255).astype(np.uint8)


def _shape(place: int, generator: np.random.Generator) -> Shape:
    """Bright, in its own third of the picture at first."""
    corners = int(generator.choice(CORNERS))
    colour = generator.integers(0, 256, 3)
    colour[generator.integers(3)] = 255 * generator.integers(2)
    angle = generator.random() + place / SHAPES * 2 * np.pi
    return Shape(
        corners=corners,
        place=0.5 + 0.27 * np.array([np.cos(angle), np.sin(angle)]),
        reach=float(generator.uniform(0.1, 0.22)),
        turn=float(generator.uniform(0, np.pi)),
        colour=colour,
        step=generator.uniform(-0.04, 0.04, 2),
    )


def _draw(ground: UInt8[np.ndarray, "s s 3"], shapes: list[Shape], frame: int) -> Drawn:
    """Later shapes lie in front."""
    picture, side = ground.copy(), len(ground)
    labels = np.zeros((side, side), dtype=np.uint8)
    for number, shape in enumerate(shapes, start=1):
        angles = shape.turn + 2 * np.pi * np.arange(shape.corners) / shape.corners
        rim = shape.reach * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        outline = ((shape.place + frame * shape.step + rim) * side).round().astype(np.int32)
        cv2.fillPoly(labels, [outline], (number,))
        picture[labels == number] = shape.colour
    return Drawn(picture, labels)


def _png(image: np.ndarray) -> bytes:
    done, encoded = cv2.imencode(".png", np.ascontiguousarray(image))
    assert done
    return encoded.tobytes()
