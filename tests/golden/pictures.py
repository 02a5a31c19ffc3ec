"""Pictures made from whole numbers alone, the same bit for bit everywhere, so none is stored.

A tinted gradient with a checkered floor and a little noise; a bright disc that crosses from left
to right and a striped box that comes down behind it.
"""

import numpy as np


def picture(index: int, height: int, width: int) -> np.ndarray:
    """Frame ``index`` of the generated clip, RGB uint8 [height, width, 3]."""
    rows, columns = np.mgrid[0:height, 0:width]
    image = np.empty((height, width, 3), dtype=np.int64)
    image[..., 0] = 60 + 120 * columns // width
    image[..., 1] = 50 + 110 * rows // height
    image[..., 2] = 140 - 90 * (rows + columns) // (height + width)
    cell = max(height // 8, 2)
    floor = (rows > 2 * height // 3) & ((rows // cell + columns // cell) % 2 == 0)
    image[floor] += 35
    _draw_box(image, index, rows, columns)
    _draw_disc(image, index, rows, columns)
    noise = np.random.Generator(np.random.PCG64(1000 + index)).integers(-9, 10, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def _draw_disc(image: np.ndarray, index: int, rows: np.ndarray, columns: np.ndarray) -> None:
    height, width = rows.shape
    radius = min(height, width) // 5
    x = width // 4 + index * width // 32
    y = height // 2 + (index % 4) * height // 40
    distance = (rows - y) ** 2 + (columns - x) ** 2
    image[distance <= radius**2] = (215, 190, 40)
    image[distance <= (radius // 2) ** 2] = (190, 60, 45)


def _draw_box(image: np.ndarray, index: int, rows: np.ndarray, columns: np.ndarray) -> None:
    height, width = rows.shape
    top = height // 8 + index * height // 48
    left = 5 * width // 8
    inside = (rows >= top) & (rows < top + height // 3)
    inside &= (columns >= left) & (columns < left + width // 4)
    stripes = (columns - left) // max(width // 24, 1) % 2 == 0
    image[inside] = (35, 70, 150)
    image[inside & stripes] = (90, 170, 200)


def clip(count: int, height: int, width: int) -> np.ndarray:
    """The first ``count`` frames, uint8 [count, height, width, 3]."""
    return np.stack([picture(index, height, width) for index in range(count)])
