"""The palette is that of DAVIS, and overlay colours can be told apart."""

from pathlib import Path

import numpy as np
from PIL import Image

from masklet.masks.palette import davis_palette, overlay_colour


def test_davis_palette(shared: Path) -> None:
    known = [(0, 0, 0), (128, 0, 0), (0, 128, 0), (128, 128, 0), (0, 0, 128), (128, 0, 128)]
    assert davis_palette()[:6].tolist() == [list(colour) for colour in known]
    assert davis_palette()[255].tolist() == [224, 224, 192]
    picture = next((shared / "data/davis-dev/Annotations/480p").glob("*/*.png"))
    with Image.open(picture) as image:
        palette = image.getpalette()
    assert palette is not None
    used = len(palette) // 3
    assert davis_palette()[:used].ravel().tolist() == palette


def test_overlay_colours_differ() -> None:
    colours = np.array([overlay_colour(number) for number in range(40)], dtype=float)
    apart = np.linalg.norm(colours[:, None] - colours[None], axis=2)
    np.fill_diagonal(apart, 1000)
    assert apart[:12, :12].min() > 40
    assert apart.min() > 8
    assert np.diagonal(apart, 1).min() > 60
    assert colours.min() >= 0
    assert colours.max() <= 255
