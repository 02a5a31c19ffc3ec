"""Over several sets, every set counts alike, however many objects it has."""

from pathlib import Path

import pytest
from made_data import make_video

from masklet.errors import MediaError
from masklet.evaluate.methods.baselines import CopyMethod
from masklet.evaluate.running.suites import SuiteSpec
from masklet.evaluate.tasks.blocks import Table
from masklet.evaluate.tasks.played import from_plain
from masklet.evaluate.tasks.sets import set_means


def make_set(root: Path, name: str, videos: str, frames: int) -> None:
    """A set in the plain layout."""
    for video in videos:
        make_video(root / "made" / name, video, frames=frames)
    for kind in ("JPEGImages", "Annotations"):
        (root / "all" / name).mkdir(parents=True, exist_ok=True)
        (root / "made" / name / kind / "480p").rename(root / "all" / name / kind)


def test_the_mean_is_over_sets(tmp_path: Path) -> None:
    """One set has two videos of five frames, the other one of four: their means differ."""
    make_set(tmp_path, "long", "ab", 5)
    make_set(tmp_path, "short", "c", 4)
    suite = SuiteSpec(name="sets", root=tmp_path / "all", prompts=("mask",)).build()
    (part,) = suite.parts
    assert [item.name for item in part.items] == ["long/a", "long/b", "short/c"]
    played = [part.task.play(CopyMethod(), item) for item in part.items]
    means = set_means([from_plain(plain) for plain in played])
    assert means["long"] < means["short"] < 1
    section = part.task.section({"copy": played})
    overall = (means["long"] + means["short"]) / 2
    assert section.figures["copy"]["J&F, mean of sets"] == pytest.approx(overall)
    assert section.figures["copy"]["J&F"] < overall
    table = section.blocks[0]
    assert isinstance(table, Table)
    assert table.head == ("method", "mean of sets", "long", "short")
    published = {table.rows[row][0]: table.rows[row][1] for row in table.published}
    assert published["SAM + Cutie"] == 0.741


def test_a_folder_without_sets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no dataset in it"):
        SuiteSpec(name="sets", root=tmp_path).build()
