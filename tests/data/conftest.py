"""A small made-up root of photos and videos, in which every object has a colour of its own."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from masklet.data.pack import pack
from masklet.data.pool import Pool, load_pool

GROUND = (90, 90, 90)
COLOURS = {1: (230, 40, 40), 2: (40, 220, 60), 3: (50, 60, 235)}


def paint(labels: np.ndarray) -> np.ndarray:
    """A picture in which each label is one flat colour on grey."""
    picture = np.full((*labels.shape, 3), GROUND, dtype=np.uint8)
    for value, colour in COLOURS.items():
        picture[labels == value] = colour
    return picture


def disc(height: int, width: int, x: float, y: float, radius: float) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width]
    return (columns - x) ** 2 + (rows - y) ** 2 < radius**2


def write_photos(root: Path) -> None:
    """Three sets; "bsds500" has a second label map in which the two objects are one."""
    for source, count, maps in (("coco", 6, 1), ("horses", 3, 1), ("bsds500", 3, 2)):
        for split, copies in (("train", count), ("val", 2)):
            folder = root / "images" / source / split
            folder.mkdir(parents=True)
            for number in range(copies):
                labels = np.zeros((60, 80), dtype=np.uint8)
                labels[disc(60, 80, 25 + 2 * number, 30, 12)] = 1
                if source != "horses":
                    labels[disc(60, 80, 55, 25 + number, 8)] = 2
                Image.fromarray(paint(labels)).save(folder / f"{number}.webp", lossless=True)
                Image.fromarray(labels).save(folder / f"{number}.0.png")
                if maps == 2:
                    Image.fromarray((labels > 0).astype(np.uint8)).save(folder / f"{number}.1.png")


def write_videos(root: Path) -> None:
    """Seven sequences of 12 frames in which a blue disc moves to the right."""
    for name in "abcdefg":
        frames = root / "davis-train/JPEGImages/480p" / name
        masks = root / "davis-train/Annotations/480p" / name
        frames.mkdir(parents=True)
        masks.mkdir(parents=True)
        for number in range(12):
            labels = np.where(disc(48, 96, 20 + 4 * number, 24, 10), 3, 0).astype(np.uint8)
            Image.fromarray(paint(labels)).save(frames / f"{number:05d}.jpg", quality=98)
            mask = Image.fromarray(labels)
            mask.putpalette([0, 0, 0, 128, 0, 0, 0, 128, 0, 0, 0, 128])
            mask.save(masks / f"{number:05d}.png")


@pytest.fixture(scope="session")
def data_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder laid out as the real data."""
    root = tmp_path_factory.mktemp("root")
    write_photos(root)
    write_videos(root)
    return root


@pytest.fixture(scope="session")
def shards(data_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, packed at 64 pixels."""
    out = tmp_path_factory.mktemp("shards")
    pack(data_root, out, side=64)
    return out


@pytest.fixture(scope="session")
def pool(shards: Path) -> Pool:
    """The training split, loaded."""
    return load_pool(shards)


@pytest.fixture(scope="session")
def flat_pool(shards: Path) -> Pool:
    """The same without the set in which one region has two colours."""
    return load_pool(shards, set_weights={"bsds500": 0.0})
