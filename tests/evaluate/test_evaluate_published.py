"""Published figures are those of the tables, each with a source."""

import pytest

from masklet.evaluate.report.published import PAPER, README, published

SUITES = {
    "davis2017": ("mask",),
    "davis2017-test": ("mask",),
    "mose": ("mask",),
    "lvos": ("mask",),
    "lvos2": ("mask",),
    "sav-val": ("mask",),
    "sav-test": ("mask",),
    "youtube-vos": ("mask",),
    "zero-shot17": ("1-click", "3-clicks", "5-clicks", "box", "mask"),
    "sa23": ("1-click", "images", "frames of videos", "14 video sets"),
    "davis-interactive": ("clicks", "scribbles"),
    "data-engine": ("",),
    "fairness": ("gender", "age"),
}


def figure(suite: str, setting: str, method: str, name: str = "J&F", source: str = "") -> float:
    """One figure of the one row of a method whose source begins so."""
    (row,) = (
        row
        for row in published(suite, setting)
        if row.method == method and row.source.startswith(source)
    )
    return row.figures[name]


def test_figures_are_those_of_the_tables() -> None:
    """Read off the printed tables by eye."""
    assert figure("mose", "mask", "STCN") == 0.525
    assert figure("davis2017", "mask", "SAM 2 B+") == 0.909
    assert figure("davis2017", "mask", "SAM 2 T, released") == 0.892
    assert figure("davis2017-test", "mask", "JointFormer") == 0.881
    assert figure("lvos", "mask", "DDMemory") == 0.607
    assert figure("lvos2", "mask", "SAM 2.1 L, released", source=README) == 0.806
    assert figure("sav-val", "mask", "SAM 2.1 L") == 0.779
    assert figure("sav-val", "mask", "SAM 2.1 S, released") == 0.769
    assert figure("sav-test", "mask", "SAM 2.1 T, released", source=README) == 0.765
    assert figure("youtube-vos", "mask", "Cutie-base+", "G") == 0.875
    assert figure("youtube-vos", "mask", "EdgeTAM", "G") == 0.862
    assert figure("zero-shot17", "1-click", "SAM + Cutie") == 0.567
    assert figure("zero-shot17", "3-clicks", "SAM 2.1 B+") == 0.753
    assert figure("zero-shot17", "mask", "EfficientTAM-S") == 0.778
    assert figure("sa23", "1-click", "SAM ViT-H", "5") == 0.813
    assert figure("sa23", "images", "SAM 2 L", "1") == 0.643
    assert figure("sa23", "frames of videos", "SAM 2.1 B+", "5") == 0.832
    assert figure("sa23", "14 video sets", "SAM 2 B+", "1", f"{PAPER}, table 15") == 0.699
    assert figure("davis-interactive", "clicks", "SAM 2", "J&F at 60 s") == 0.87
    assert figure("davis-interactive", "scribbles", "MiVOS", "AUC-J&F") == 0.87
    assert figure("data-engine", "", "SAM in each frame", "seconds a frame") == 37.8
    assert figure("data-engine", "", "SAM 2 from any prompt", "alignment large") == 1
    assert figure("fairness", "gender", "female", "1-click") == 0.751
    assert figure("fairness", "age", "26 to 50", "mask") == 0.958


def test_rows_with_a_dash_are_left_out() -> None:
    assert [row.method for row in published("lvos", "mask")][:3] == [
        "DEVA",
        "DDMemory",
        "Cutie-base",
    ]
    assert "SAM 2.1 B+" not in [row.method for row in published("sa23", "14 video sets")]
    assert set(published("data-engine", "")[0].figures) == {
        "seconds a frame",
        "edited frames",
        "clicks a clicked frame",
    }


@pytest.mark.parametrize("suite", SUITES)
def test_every_row_says_whose_and_where_from(suite: str) -> None:
    for setting in SUITES[suite]:
        rows = published(suite, setting)
        assert rows
        assert len({(row.method, row.source) for row in rows}) == len(rows)
        for row in rows:
            assert row.method
            assert "paper" in row.source or "README" in row.source
            scores = [value for name, value in row.figures.items() if " a " not in name]
            assert all(0.2 < score <= 1 or suite == "data-engine" for score in scores)
            assert row.figures


def test_where_nothing_is_published_nothing_comes() -> None:
    assert published("my own videos", "mask") == ()
    assert published("mose", "1-click") == ()
    assert published("zero-shot17", "scribble") == ()
    assert published("sa23", "3-clicks") == ()
    assert published("davis-interactive", "mask") == ()
    assert published("data-engine", "mask") == ()
    assert published("fairness", "place") == ()
