"""What every side tracks: generated frames, a box an object, weights that see every object."""

from typing import NamedTuple

import numpy as np

from tests.golden.deterministic import Override
from tests.golden.pictures import picture

ALWAYS_PRESENT = Override("sam_mask_decoder.pred_obj_score_head.layers.2.bias", 1.0, 10.0)
"""With random weights presence is a toss; far above zero, every frame has masks to compare."""


class ObjectBox(NamedTuple):
    """The box that prompts one object on the first frame, in pixels."""

    object: int
    corners: tuple[float, float, float, float]


def frames(count: int, size: int) -> np.ndarray:
    """Square frames at the model's own size, uint8 [count, size, size, 3], so none is resized."""
    return np.stack([picture(index, size, size) for index in range(count)])


def boxes(objects: int, size: int) -> list[ObjectBox]:
    """One box an object on a grid of four by two, all different."""
    width, height = size / 4, size / 2
    found = []
    for number in range(objects):
        x, y = (number % 4) * width, (number // 4 % 2) * height
        found.append(ObjectBox(number + 1, (x + 4, y + 4, x + 0.9 * width, y + 0.8 * height)))
    return found
