"""Holes and specks are found as a flood fill by hand finds them, and nothing else changes."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from masklet.masks import tensor_components
from masklet.masks.components import fill_holes, remove_sprinkles, small_components

LOGITS = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=3, max_dims=3, max_side=9),
    elements=st.sampled_from([-2.0, -0.25, 0.0, 0.5, 3.0]),
)


def flooded(inside: np.ndarray, max_area: int) -> np.ndarray:
    """Small 8-connected components of one mask, pixel by pixel."""
    small = np.zeros_like(inside)
    left = {(int(y), int(x)) for y, x in zip(*np.nonzero(inside), strict=True)}
    while left:
        component, edge = set(), [left.pop()]
        while edge:
            y, x = edge.pop()
            component.add((y, x))
            near = {(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & left
            left -= near
            edge.extend(near)
        if len(component) <= max_area:
            for place in component:
                small[place] = True
    return small


@given(LOGITS, st.integers(1, 12))
def test_components_are_those_of_a_flood_fill(logits: np.ndarray, max_area: int) -> None:
    wanted = np.stack([flooded(mask, max_area) for mask in logits <= 0])
    np.testing.assert_array_equal(small_components(logits <= 0, max_area), wanted)
    filled = fill_holes(logits, max_area)
    assert filled.dtype == np.float32
    np.testing.assert_array_equal(filled, np.where(wanted, np.float32(0.1), logits))
    specks = np.stack([flooded(mask, max_area) for mask in logits > 0])
    removed = remove_sprinkles(logits, max_area)
    np.testing.assert_array_equal(removed, np.where(specks, np.float32(-0.1), logits))


@given(LOGITS, st.integers(0, 12))
def test_tensors_get_the_same(logits: np.ndarray, max_area: int) -> None:
    tensor = torch.from_numpy(logits)
    filled = tensor_components.fill_holes(tensor, max_area)
    np.testing.assert_array_equal(filled.numpy(), fill_holes(logits, max_area))
    removed = tensor_components.remove_sprinkles(tensor, max_area)
    np.testing.assert_array_equal(removed.numpy(), remove_sprinkles(logits, max_area))


def test_nothing_happens_without_an_area_or_a_mask() -> None:
    logits = np.full((2, 4, 4), -1, np.float32)
    tensor = torch.from_numpy(logits)
    assert fill_holes(logits, 0) is logits
    assert remove_sprinkles(logits, 0) is logits
    assert tensor_components.fill_holes(tensor, 0) is tensor
    assert fill_holes(logits[:0], 8).shape == (0, 4, 4)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
def test_other_types_keep_their_type_and_values(dtype: torch.dtype) -> None:
    logits = torch.full((1, 5, 5), 2.7182818, dtype=dtype)
    logits[0, 2, 2] = -1
    filled = tensor_components.fill_holes(logits, 8)
    assert filled.dtype == dtype
    assert filled[0, 2, 2] == torch.tensor(0.1, dtype=dtype)
    assert (filled[0, 0] == logits[0, 0]).all()
    assert logits[0, 2, 2] == -1
