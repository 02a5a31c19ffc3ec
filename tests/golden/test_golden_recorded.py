"""masklet against the reference's answers on generated pictures, which lie beside this file."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.golden.cases import case_files
from tests.golden.compare import answer_case, differences, load_case_model, report

RECORDED = Path(__file__).parent / "recorded"


@pytest.mark.parametrize("name", [path.stem for path in case_files(RECORDED)])
def test_answers_as_the_reference_did(name: str, tmp_path: Path) -> None:
    case = json.loads((RECORDED / f"{name}.json").read_text())
    shapes = json.loads((RECORDED / f"names-{case['model']}.json").read_text())
    model = load_case_model(case, shapes, tmp_path)
    with np.load(RECORDED / f"{name}.npz") as theirs:
        found = differences(case, answer_case(model, case, RECORDED), theirs)
    assert not any(difference.fails for difference in found), report(found)


def test_there_are_cases_for_images_and_video_of_both_generations() -> None:
    cases = [json.loads(path.read_text()) for path in case_files(RECORDED)]
    kinds = {(case["kind"], case["model"]) for case in cases}
    assert len(kinds) == 4
