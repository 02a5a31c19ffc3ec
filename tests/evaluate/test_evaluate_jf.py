"""J and F are those of the DAVIS 2017 toolkit."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masklet.formats.davis import read_labels
from masklet.masks.boundary import boundary_accuracy, outline, reach
from masklet.masks.region import region_similarity
from masklet.values import Size

RECORDED = (
    "bmx-trees",
    "breakdance",
    "car-shadow",
    "dog",
    "drift-chicane",
    "drift-straight",
    "horsejump-high",
    "motocross-jump",
    "paragliding-launch",
    "scooter-black",
)
QUICK = ("car-shadow", "drift-straight")


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in RECORDED],
)
def test_every_frame_scores_as_the_toolkit_says(shared: Path, name: str) -> None:
    recorded = json.loads((shared / "golden/jf/expected.json").read_text())["sequences"][name]
    results = sorted((shared / "golden/jf/results" / name).glob("*.png"))
    annotations = shared / "data/davis-dev/Annotations/480p" / name
    pairs = [(read_labels(path) > 0, read_labels(annotations / path.name) > 0) for path in results]
    region = [region_similarity(*pair) for pair in pairs]
    boundary = [boundary_accuracy(*pair) for pair in pairs]
    assert np.std(boundary) > 0.1 or np.std(region) > 0.01
    np.testing.assert_allclose(region, recorded["J"], rtol=0, atol=1e-6)
    np.testing.assert_allclose(boundary, recorded["F"], rtol=0, atol=1e-6)


def test_every_recorded_sequence_is_tried(shared: Path) -> None:
    recorded = json.loads((shared / "golden/jf/expected.json").read_text())["sequences"]
    assert set(recorded) == set(RECORDED)


def test_empty_masks_score_as_agreed() -> None:
    empty = np.zeros((20, 30), dtype=bool)
    some = empty.copy()
    some[5:9, 5:9] = True
    assert region_similarity(empty, empty) == boundary_accuracy(empty, empty) == 1
    assert region_similarity(some, empty) == boundary_accuracy(some, empty) == 0
    assert region_similarity(empty, some) == boundary_accuracy(empty, some) == 0
    assert boundary_accuracy(~empty, ~empty) == 1


def outline_by_definition(mask: np.ndarray) -> np.ndarray:
    """Pixels unlike the one to the right, below or between, the picture going on as it ends."""
    wide = np.pad(mask, ((0, 1), (0, 1)), mode="edge")
    return (mask != wide[:-1, 1:]) | (mask != wide[1:, :-1]) | (mask != wide[1:, 1:])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 40))
def test_outlines_lie_where_they_are_said_to(seed: int, height: int, width: int) -> None:
    random = np.random.default_rng(seed)
    noise = cv2.GaussianBlur(random.random((height, width), dtype=np.float32), (0, 0), 2)
    mask = noise > random.uniform(0.4, 0.6)
    np.testing.assert_array_equal(outline(mask), outline_by_definition(mask))
    np.testing.assert_array_equal(outline(mask.T), outline_by_definition(mask.T))


@pytest.mark.parametrize("box", [(0, 0, 4, 4), (0, 10, 6, 30), (12, 20, 20, 30), (0, 0, 20, 30)])
def test_masks_at_the_border_have_no_outline_there(box: tuple[int, int, int, int]) -> None:
    """Only the far mask is elsewhere, so the box's outline decides: 1 with itself, else 0."""
    top, left, bottom, right = box
    mask = np.zeros((20, 30), dtype=bool)
    mask[top:bottom, left:right] = True
    far = np.zeros((20, 30), dtype=bool)
    far[9, 2] = True
    assert boundary_accuracy(mask, mask) == 1
    assert boundary_accuracy(mask, far) == boundary_accuracy(far, mask) == 0


def test_the_reach_grows_with_the_picture() -> None:
    assert reach(Size(480, 854)) == 8
    assert reach(Size(2160, 3840)) == 36
    assert reach(Size(10, 10)) == 1


def test_an_outline_counts_within_reach_and_not_beyond() -> None:
    truth = np.zeros((480, 854), dtype=bool)
    truth[:, 300:] = True
    assert boundary_accuracy(np.roll(truth, 8, axis=1) & truth, truth) == 1
    assert boundary_accuracy(np.roll(truth, 9, axis=1) & truth, truth) == 0


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([(24, 31), (200, 280)]))
def test_distance_says_what_dilation_with_a_disk_does(seed: int, size: tuple[int, int]) -> None:
    random = np.random.default_rng(seed)
    noise = random.random((2, *size), dtype=np.float32)
    answer, truth = (cv2.GaussianBlur(field, (0, 0), 4) > 0.53 for field in noise)
    lines = outline(answer), outline(truth)
    if not (lines[0].any() and lines[1].any()):
        return
    far = reach(Size(*size))
    span = np.arange(-far, far + 1)
    disk = (span[:, None] ** 2 + span**2 <= far**2).astype(np.uint8)
    wide = [cv2.dilate(line.astype(np.uint8), disk) > 0 for line in lines]
    precision, recall = wide[1][lines[0]].mean(), wide[0][lines[1]].mean()
    wanted = 2 * precision * recall / (precision + recall) if precision + recall else 0
    assert boundary_accuracy(answer, truth) == pytest.approx(wanted, abs=1e-12)
    assert boundary_accuracy(truth, answer) == pytest.approx(wanted, abs=1e-12)
