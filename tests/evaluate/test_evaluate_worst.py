"""Frames drawn for reports show the answer and the truth where they are."""

import io

import numpy as np
import pytest
from PIL import Image

from masklet.errors import MediaError
from masklet.evaluate.tasks.worst import draw_shown

GREY = np.full((60, 80, 3), 128, dtype=np.uint8)


def square(top: int, left: int, side: int) -> np.ndarray:
    """A mask of a grey picture's size with one square in it."""
    mask = np.zeros((60, 80), dtype=bool)
    mask[top : top + side, left : left + side] = True
    return mask


def opened(jpeg: bytes) -> np.ndarray:
    """Pixels as whole numbers that can be subtracted."""
    with Image.open(io.BytesIO(jpeg)) as picture:
        assert picture.format == "JPEG"
        return np.asarray(picture).astype(int)


def test_the_answer_is_pink_and_the_truth_a_yellow_line() -> None:
    """Shown six times as large: pixel (y, x) of the picture is at (6 y, 6 x)."""
    pixels = opened(draw_shown(GREY, square(10, 10, 20), square(30, 50, 20), width=480))
    assert pixels.shape == (360, 480, 3)
    red, green, _ = pixels[6 * 20, 6 * 20]
    assert red - green > 60
    edge = pixels[6 * 40, 6 * 50 - 3 : 6 * 50 + 4]
    assert max(red - blue for red, _, blue in edge) > 60
    inside, outside = pixels[6 * 40, 6 * 60], pixels[6 * 5, 6 * 70]
    assert abs(inside - 128).max() < 12
    assert abs(outside - 128).max() < 12


def test_a_large_picture_is_made_small_and_thin_masks_stay_in_sight() -> None:
    """A line one pixel wide covers a quarter of the pixels it becomes."""
    picture = np.full((400, 800, 3), 128, dtype=np.uint8)
    line = np.zeros((400, 800), dtype=bool)
    line[100:300, 401] = True
    nothing = np.zeros_like(line)
    pixels = opened(draw_shown(picture, line, nothing, width=200))
    assert pixels.shape == (100, 200, 3)
    assert (pixels[50, 95:105, 0] - pixels[50, 95:105, 1]).max() > 40


def test_nothing_to_draw_leaves_the_picture() -> None:
    nothing = np.zeros((60, 80), dtype=bool)
    assert abs(opened(draw_shown(GREY, nothing, nothing)) - 128).max() <= 2


@pytest.mark.parametrize("wrong", ["answer", "truth"])
def test_a_mask_of_another_size_is_named(wrong: str) -> None:
    masks = {"answer": square(1, 1, 5), "truth": square(1, 1, 5)}
    masks[wrong] = masks[wrong][:50]
    with pytest.raises(MediaError, match=rf"{wrong}: a mask of \[50, 80\] came; wanted \[60, 80\]"):
        draw_shown(GREY, masks["answer"], masks["truth"])
    with pytest.raises(MediaError, match="width: 3 came"):
        draw_shown(GREY, square(1, 1, 5), square(1, 1, 5), width=3)
