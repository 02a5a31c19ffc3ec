"""The click of the protocol falls into the middle of the worst error."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from masklet.masks.clicks import Click, center_click


def block(height: int, width: int, y: slice, x: slice) -> np.ndarray:
    mask = np.zeros((height, width), dtype=bool)
    mask[y, x] = True
    return mask


def test_center_click_takes_the_middle_of_the_deepest_error() -> None:
    truth = block(20, 30, slice(5, 10), slice(10, 15))
    assert center_click(None, truth) == Click(12, 7, 1)
    surplus = truth | block(20, 30, slice(11, 20), slice(20, 29))
    assert center_click(surplus, truth) == Click(24, 15, 0)
    tie = block(20, 30, slice(12, 17), slice(10, 15))
    click = center_click(tie, truth)
    assert click is not None
    assert click.label == 0


def test_center_click_counts_the_edge_of_the_picture_as_an_edge() -> None:
    assert center_click(None, np.ones((5, 9), dtype=bool)) == Click(2, 2, 1)


def test_center_click_says_nothing_where_nothing_is_wrong() -> None:
    empty = np.zeros((4, 4), dtype=bool)
    assert center_click(None, empty) is None
    assert center_click(~empty, ~empty) is None


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_center_click_lies_on_an_error(seed: int) -> None:
    random = np.random.default_rng(seed)
    truth, prediction = random.random((2, 12, 9)) > 0.5
    click = center_click(prediction, truth)
    assert click is not None
    assert truth[click.y, click.x] == bool(click.label)
    assert prediction[click.y, click.x] != truth[click.y, click.x]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_of_equally_deep_pixels_the_first_is_clicked(seed: int) -> None:
    """By hand: squares of distances to the nearest pixel outside are whole numbers."""
    truth = np.zeros((24, 30), dtype=bool)
    for y, x, size in np.random.default_rng(seed).integers((0, 0, 5), (15, 21, 9), (3, 3)):
        truth[y : y + size, x : x + size] = True
    padded = np.pad(truth, 1)
    outside = np.argwhere(~padded)
    inside = np.argwhere(padded)
    depth = ((inside[:, None] - outside[None]) ** 2).sum(2).min(1)
    y, x = inside[depth.argmax()] - 1
    assert [center_click(None, truth) for _ in range(5)] == [Click(int(x), int(y), 1)] * 5
