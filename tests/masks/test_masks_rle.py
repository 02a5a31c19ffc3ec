"""Run lengths go round exactly, and broken ones are refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pycocotools import mask as coco

from masklet.errors import FormatError
from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.values import Size

MASKS = hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, max_side=40))


@given(MASKS)
def test_masks_go_round(mask: np.ndarray) -> None:
    code = rle.encode(mask)
    assert code.size == mask.shape
    np.testing.assert_array_equal(rle.decode(code), mask)
    assert rle.area(code) == mask.sum()
    ys, xs = np.nonzero(mask)
    tight = (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1) if len(xs) else (0, 0, 0, 0)
    assert rle.box(code) == tight


@given(MASKS)
def test_run_lengths_are_those_of_the_mask(mask: np.ndarray) -> None:
    """Compared with runs counted pixel by pixel down the columns."""
    runs, inside = [0], False
    for pixel in mask.T.ravel().tolist():
        if pixel != inside:
            runs.append(0)
            inside = pixel
        runs[-1] += 1
    assert rle.run_lengths(rle.encode(mask).counts).tolist() == runs


def test_long_runs_and_any_truth_value() -> None:
    mask = np.zeros((3000, 2000), np.uint8)
    mask[5, 1999] = 7
    np.testing.assert_array_equal(rle.decode(rle.encode(mask)), mask > 0)
    assert rle.area(rle.empty(Size(3, 4))) == 0


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # pycocotools
@given(st.text(alphabet=st.characters(codec="ascii"), max_size=12))
def test_no_text_is_decoded_to_anything_but_a_whole_mask(counts: str) -> None:
    """Either the runs fill the mask, and then pycocotools agrees, or an error says not."""
    code = Rle(Size(3, 4), counts)
    try:
        mask = rle.decode(code)
    except FormatError:
        return
    again = coco.decode({"size": [3, 4], "counts": rle.encode(mask).counts})
    np.testing.assert_array_equal(mask, again)


@pytest.mark.parametrize("counts", ["", "0", "0;", "0l0000000", "zzzzz", "é", "0oooooooooo0", "<1"])
def test_broken_counts_are_refused(counts: str) -> None:
    with pytest.raises(FormatError, match="counts"):
        rle.decode(Rle(Size(3, 4), counts))


def test_absurd_sizes_are_refused() -> None:
    for size in (Size(-1, 4), Size(2**20, 2**20)):
        with pytest.raises(FormatError, match="size"):
            rle.decode(Rle(size, "0"))
