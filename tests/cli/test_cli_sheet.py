"""Which frames a contact sheet keeps."""

from pathlib import Path

import numpy as np
import pytest

from masklet.cli.sheet import KEPT, SHOWN, Sheet, spread
from masklet.media.pictures import read_picture
from masklet.values import FrameResult, Size


def result(index: int) -> FrameResult:
    none = np.zeros(0, np.float32)
    logits = np.zeros((0, 4, 4), np.float32)
    return FrameResult(
        index=index, objects=(), logits=logits, scores=none, presence=none, size=Size(40, 64)
    )


@pytest.mark.parametrize("length", [1, 2, 11, 12, 13, 500])
def test_spread_takes_both_ends_and_even_steps(length: int) -> None:
    rows = sorted(spread(length, SHOWN))
    assert len(rows) == min(SHOWN, length)
    assert (rows[0], rows[-1]) == (0, length - 1)
    steps = np.diff(rows)
    assert not len(steps) or steps.max() - steps.min() <= 1


@pytest.mark.parametrize("total", [None, 300])
def test_a_sheet_keeps_few_frames_of_many(tmp_path: Path, total: int | None) -> None:
    sheet = Sheet(tmp_path / "sheet.png", fps=25.0, total=total)
    picture = np.full((40, 64, 3), 90, np.uint8)
    most = 0
    for index in range(300):
        sheet.add(picture, result(index))
        most = max(most, sheet.kept)
    sheet.close()
    assert most <= (KEPT if total is None else SHOWN)
    assert read_picture(tmp_path / "sheet.png").shape[1] == 1600


def test_a_sheet_of_nothing_is_not_written(tmp_path: Path) -> None:
    Sheet(tmp_path / "sheet.png", fps=None, total=None).close()
    assert list(tmp_path.iterdir()) == []
