"""Little datasets on disk, drawn from label pictures."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from masklet.masks.palette import davis_palette

SIZE = (12, 16)


def labels(*boxes: tuple[int, int, int, int, int]) -> np.ndarray:
    """Label pictures of boxes (label, top, left, bottom, right), later ones on top."""
    drawn = np.zeros(SIZE, dtype=np.uint8)
    for label, top, left, bottom, right in boxes:
        drawn[top:bottom, left:right] = label
    return drawn


def write_labels(folder: Path, pictures: Mapping[str, np.ndarray] | Sequence[np.ndarray]) -> Path:
    """A palette PNG for each, named 00000 and so on where no names are given."""
    named = pictures if isinstance(pictures, Mapping) else dict(enumerate(pictures))
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in named.items():
        image = Image.fromarray(picture)
        image.putpalette(davis_palette().tobytes())
        image.save(folder / (name if isinstance(name, str) else f"{name:05d}.png"))
    return folder


def write_pictures(folder: Path, names: Sequence[str]) -> Path:
    """A JPEG for each name, with its ending; the n-th is all of brightness 10 n."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(names):
        Image.fromarray(np.full((*SIZE, 3), 10 * number, dtype=np.uint8)).save(folder / name)
    return folder


def stems(count: int, step: int = 1) -> list[str]:
    """00000, and so on, every ``step``-th number."""
    return [f"{step * number:05d}" for number in range(count)]
