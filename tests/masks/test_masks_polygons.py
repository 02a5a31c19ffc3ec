"""Polygons of a mask give it back, whatever its holes and pieces."""

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from masklet.masks.polygons import mask_of_polygons, outlines_of
from masklet.values import Size


@st.composite
def masks(draw: st.DrawFn) -> np.ndarray:
    """Blurred noise above a threshold: pieces within holes within pieces, thin lines, pixels."""
    height, width = draw(st.integers(1, 50)), draw(st.integers(1, 50))
    noise = np.random.default_rng(draw(st.integers(0, 2**32))).random((height, width))
    sigma = draw(st.sampled_from([0.01, 0.7, 1.5, 4.0]))
    smooth = cv2.GaussianBlur(noise.astype(np.float32), (0, 0), sigma)
    return smooth > np.quantile(smooth, draw(st.floats(0, 1)))


@settings(max_examples=300, deadline=None)
@given(masks())
def test_polygons_go_round(mask: np.ndarray) -> None:
    outlines = outlines_of(mask)
    drawn = mask_of_polygons(outlines.polygons, Size(*mask.shape))
    np.testing.assert_array_equal(drawn, mask)
    pieces = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)[0] - 1
    assert len(outlines.polygons) == pieces


def test_corners_only_and_holes_counted() -> None:
    mask = np.zeros((40, 60), dtype=bool)
    mask[5:35, 5:55] = True
    assert len(outlines_of(mask).polygons[0]) == 4
    mask[10:12, 10:12] = mask[20:25, 30:40] = False
    outlines = outlines_of(mask)
    assert (len(outlines.polygons), outlines.holes) == (1, 2)
    assert not mask_of_polygons(outlines.polygons, Size(40, 60))[22, 35]
    assert outlines_of(np.zeros((3, 4), dtype=bool)) == ((), 0)
