"""``masklet evaluate score``: the table, the JSON document, and one line for bad input."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tyro
from cli_ran import Ran
from PIL import Image

from masklet.cli.main import run
from masklet.cli.score import Score

SIZE = (12, 16)


def write(folder: Path, *boxes: tuple[int, int]) -> None:
    """Label pictures of a square of four pixels; each box is its value and its left side."""
    folder.mkdir(parents=True)
    for frame, (value, left) in enumerate(boxes):
        labels = np.zeros(SIZE, dtype=np.uint8)
        labels[2:6, left : left + 4] = value
        Image.fromarray(labels).save(folder / f"{frame:05d}.png")


@pytest.fixture
def score(capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """The verb run with arguments as on the command line."""

    def ran(*arguments: object) -> Ran:
        capfd.readouterr()
        verb = tyro.cli(
            Score, args=[str(one) for one in arguments], config=(tyro.conf.FlagCreatePairsOff,)
        )
        code = run(verb)
        said = capfd.readouterr()
        return Ran(code, said.out, said.err)

    return ran


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """In ``far`` the square is one pixel beside: 12 pixels in both and 20 in either, J = 0.6.

    F is 1, as outlines may be off by one pixel there. ``perfect`` is perfect but for its first
    frame. All objects have value 1, except in the prediction of ``far``'s last frame.
    """
    predictions, annotations = tmp_path / "predictions", tmp_path / "annotations"
    write(predictions / "far", (1, 3), (1, 3), (2, 3))
    write(annotations / "far", (1, 2), (1, 2), (1, 2))
    write(predictions / "perfect", (1, 11), (1, 2), (1, 2))
    write(annotations / "perfect", (1, 2), (1, 2), (1, 2))
    return predictions, annotations


def test_json_is_one_document(score: Callable[..., Ran], folders: tuple[Path, Path]) -> None:
    ran = score(*folders, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("\n") == 1
    document = json.loads(ran.out)
    assert list(document) == ["sequences", "mean"]
    assert document["sequences"]["far"] == pytest.approx({"J": 0.6, "F": 1.0, "J&F": 0.8})
    assert document["sequences"]["perfect"] == {"J": 1.0, "F": 1.0, "J&F": 1.0}
    assert document["mean"] == pytest.approx({"J": 0.8, "F": 1.0, "J&F": 0.9})


def test_table(score: Callable[..., Ran], folders: tuple[Path, Path]) -> None:
    assert score(*folders).out.splitlines() == [
        "                     J&F      J      F",
        "far                0.800  0.600  1.000",
        "perfect            1.000  1.000  1.000",
        "--------------------------------------",
        "mean of 2 objects  0.900  0.800  1.000",
    ]


def test_all_frames_and_union(score: Callable[..., Ran], folders: tuple[Path, Path]) -> None:
    """J of perfect is 0 on its first frame; value 2 is an error unless all count as one."""
    ran = score(*folders, "--all-frames")
    assert ran.code == 2
    assert "far/00002.png: object 2 came" in ran.err
    document = json.loads(score(*folders, "--all-frames", "--union", "--json").out)
    assert document["sequences"]["far"]["J"] == pytest.approx(0.6)
    assert document["sequences"]["perfect"]["J"] == pytest.approx(2 / 3)


def test_named_videos(
    score: Callable[..., Ran], folders: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "val.txt").write_text("far\n\n")
    document = json.loads(score(*folders, "--names", tmp_path / "val.txt", "--json").out)
    assert list(document["sequences"]) == ["far"]
    ran = score(*folders, "--names", tmp_path / "absent.txt")
    assert ran.code == 2
    assert "absent.txt cannot be read" in ran.err


def test_bad_input_is_one_line(score: Callable[..., Ran], folders: tuple[Path, Path]) -> None:
    (folders[0] / "far/00001.png").write_bytes(b"no picture")
    ran = score(*folders)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("masklet: error: ")
    assert ran.err.count("\n") == 1
    assert "far/00001.png cannot be read: it is no PNG" in ran.err
    ran = score(folders[0], folders[1] / "absent")
    assert "absent cannot be read: No such file or directory" in ran.err
