"""Folders of drawn pictures and masks, in the layouts that people have."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

SIZE = (48, 64)


def labels_of(number: int) -> np.ndarray:
    """Two discs and a square, elsewhere in every picture."""
    random = np.random.default_rng(number)
    labels = np.zeros(SIZE, dtype=np.uint8)
    for value, x in ((1, 14), (2, 32)):
        centre = (x + int(random.integers(-3, 4)), int(random.integers(12, 36)))
        cv2.circle(labels, centre, int(random.integers(6, 9)), (value,), cv2.FILLED)
    top, left = int(random.integers(4, 28)), 46 + int(random.integers(0, 4))
    labels[top : top + 13, left : left + 12] = 3
    return labels


def picture_of(labels: np.ndarray, number: int) -> np.ndarray:
    """Bright things on a dark, noisy ground."""
    random = np.random.default_rng(1000 + number)
    picture = random.integers(40, 80, (*labels.shape, 3))
    for value in range(1, 4):
        picture[labels == value] += random.integers(60, 150, 3)
    return picture.clip(0, 255).astype(np.uint8)


def save(folder: Path, name: str, pixels: np.ndarray) -> Path:
    """A picture file, its folder made."""
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(folder / name)
    return folder / name


def write_beside(folder: Path, numbers: range) -> Path:
    """``007.jpg`` with ``007.png``."""
    for number in numbers:
        labels = labels_of(number)
        save(folder, f"{number:03d}.jpg", picture_of(labels, number))
        save(folder, f"{number:03d}.png", labels)
    return folder


def write_apart(folder: Path, numbers: range) -> Path:
    """``images/007.png`` with ``masks/007.png``."""
    for number in numbers:
        labels = labels_of(number)
        save(folder / "images", f"{number:03d}.png", picture_of(labels, number))
        save(folder / "masks", f"{number:03d}.png", labels)
    return folder


def write_numbered(folder: Path, numbers: range) -> Path:
    """``007.webp`` with ``007.0.png`` and ``007.1.png``, in which all is one object."""
    for number in numbers:
        labels = labels_of(number)
        save(folder, f"{number:03d}.webp", picture_of(labels, number))
        save(folder, f"{number:03d}.0.png", labels)
        save(folder, f"{number:03d}.1.png", (labels > 0).astype(np.uint8))
    return folder
