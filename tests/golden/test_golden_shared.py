"""masklet against the reference's answers on photographs, which ../shared holds."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.golden.compare import answer_case, differences, load_case_model, report

CASES = (
    "image-sam2.1-tiny-256",
    "image-sam2.1-large-256",
    "video-sam2.1-tiny-256",
    "video-sam2.1-tiny-256-occlusion",
    "video-sam2-base-plus-256",
)
SLOW_CASES = ("image-sam2.1-tiny-1024", "image-sam2-base-plus-1024", "video-sam2.1-tiny-1024")


def _assert_agrees(name: str, golden: Path, folder: Path) -> None:
    case = json.loads((golden / f"{name}.json").read_text())
    shapes = json.loads((golden / f"names-{case['model']}.json").read_text())
    model = load_case_model(case, shapes, folder)
    with np.load(golden / f"{name}.npz") as theirs:
        found = differences(case, answer_case(model, case, golden), theirs)
    assert not any(difference.fails for difference in found), report(found)


@pytest.mark.parametrize("name", CASES)
def test_answers_as_the_reference_did(name: str, shared: Path, tmp_path: Path) -> None:
    _assert_agrees(name, shared / "golden", tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW_CASES)
def test_answers_as_the_reference_did_at_1024(name: str, shared: Path, tmp_path: Path) -> None:
    _assert_agrees(name, shared / "golden", tmp_path)


def test_every_shared_case_is_compared(shared: Path) -> None:
    golden = shared / "golden"
    there = {path.stem for kind in ("image", "video") for path in golden.glob(f"{kind}-*.json")}
    assert there == {*CASES, *SLOW_CASES}
