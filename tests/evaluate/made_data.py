"""Little annotated videos and photos in the layout of the real ones."""

from pathlib import Path

import numpy as np
from PIL import Image
from small import moving_pictures

SIZE = (48, 72)


def labels_at(step: int) -> np.ndarray:
    """Object 1, a square that wanders to the right, and object 3, which stays."""
    labels = np.zeros(SIZE, dtype=np.uint8)
    labels[10:30, 5 + 4 * step : 25 + 4 * step] = 1
    labels[36:46, 50:70] = 3
    return labels


def make_video(root: Path, name: str, frames: int = 5, seed: int = 0) -> None:
    """One video of two objects under ``root``, in the layout of DAVIS."""
    pictures, annotations = (root / kind / "480p" / name for kind in ("JPEGImages", "Annotations"))
    for folder in (pictures, annotations):
        folder.mkdir(parents=True)
    for step, picture in enumerate(moving_pictures(frames, SIZE, seed)):
        Image.fromarray(picture).save(pictures / f"{2 * step:05d}.jpg")
        label_picture = Image.fromarray(labels_at(step))
        label_picture.putpalette(list(range(256)) * 3)
        label_picture.save(annotations / f"{2 * step:05d}.png")


def make_photos(folder: Path, count: int = 3) -> None:
    """Photos of two objects with two label maps each, the second of 16 bits with one object."""
    folder.mkdir(parents=True)
    for number, picture in enumerate(moving_pictures(count, SIZE, seed=5)):
        Image.fromarray(picture).save(folder / f"photo_{number}.webp")
        Image.fromarray(labels_at(number)).save(folder / f"photo_{number}.0.png")
        whole = np.zeros(SIZE, dtype=np.uint16)
        whole[4:40, 8:60] = 700
        whole[0, 0] = 2
        Image.fromarray(whole).save(folder / f"photo_{number}.1.png")
