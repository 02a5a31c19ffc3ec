"""Groups of clips: the list, group means and the gap between groups, with worked answers."""

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scripted import Scripted, drawn_video, square

from masklet.errors import FormatError, MediaError, PromptError
from masklet.evaluate.datasets.groups import Groups, read_groups
from masklet.evaluate.scores.scoring import ObjectScores
from masklet.evaluate.tasks.blocks import Bars, Table
from masklet.evaluate.tasks.fairness import (
    FairnessTask,
    Group,
    fairness_section,
    gap_of,
    groups_table,
    words,
)
from masklet.evaluate.tasks.played import Played, Round, to_plain

LIST = "video,gender,place\na,male,in\nb,female,in\nc,male,out\nd,female,in\n"


def listed(folder: Path, text: str = LIST) -> Path:
    """A list in a file."""
    path = folder / "clips.csv"
    path.write_text(text)
    return path


def played(name: str, *scores: float) -> dict[str, Any]:
    """A clip with an object for each score, which all of its three frames have."""
    objects = tuple(
        ObjectScores(label, (1, 2, 3), np.full(3, score), np.full(3, score))
        for label, score in enumerate(scores, start=1)
    )
    return to_plain(Played(name, 3, 1.0, (Round(1, (0,), 1, 0.0, objects),)))


def results(scores: Mapping[str, float]) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """One method and one prompt."""
    return {"1-click": {"nano": [played(name, score) for name, score in scores.items()]}}


SCORES = {"a": 0.9, "b": 0.5, "c": 0.7, "d": 0.7}


def test_groups_are_read(tmp_path: Path) -> None:
    """All columns but the video's, or those asked for; groups by name."""
    groups = read_groups(listed(tmp_path))
    assert list(groups.columns) == ["gender", "place"]
    assert groups.members("gender") == {"female": ["b", "d"], "male": ["a", "c"]}
    assert list(read_groups(listed(tmp_path), ["place"]).columns) == ["place"]
    spaced = listed(tmp_path, "\ufeffgender , video\n male, a\n")
    assert read_groups(spaced).members("gender") == {"male": ["a"]}


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        (LIST, ["age"], r"clips\.csv: no column age; it has gender, place"),
        ("clip,gender\na,male\n", None, r"clips\.csv: columns clip, gender came; wanted video"),
        ("video\na\n", None, "wanted a column to group by"),
        ("", None, "columns none came"),
        ("video,gender\n", None, "no videos in it"),
        ("video,gender\na,male\na,female\n", None, "line 3: video a comes a second time"),
        ("video,gender\na,male\nb,\n", None, "line 3: nothing under gender"),
        ("video,gender\na\n", None, "line 2: nothing under gender"),
    ],
)
def test_a_bad_list_is_refused(
    tmp_path: Path, text: str, columns: list[str] | None, message: str
) -> None:
    """The error names the file, and the line or the column."""
    with pytest.raises(FormatError, match=message):
        read_groups(listed(tmp_path, text), columns)


def test_a_list_that_cannot_be_read(tmp_path: Path) -> None:
    """No file, and a file that is no text."""
    with pytest.raises(MediaError, match=r"none\.csv cannot be read"):
        read_groups(tmp_path / "none.csv")
    path = tmp_path / "picture.csv"
    path.write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(FormatError, match=r"picture\.csv: it is no CSV file"):
        read_groups(path)


def test_the_list_and_the_dataset_hold_the_same_videos(tmp_path: Path) -> None:
    """Either way round is an error that names the file and the video."""
    groups = read_groups(listed(tmp_path))
    groups.check("dbca")
    with pytest.raises(FormatError, match=r"clips\.csv: video e of the dataset is not in the list"):
        groups.check("abcde")
    with pytest.raises(FormatError, match=r"clips\.csv: video d is not in the dataset"):
        groups.check("abc")
    with pytest.raises(FormatError, match="video d is not in the dataset"):
        fairness_section(results(dict.fromkeys("abc", 1.0)), groups)


def tables(section: Any) -> dict[str, Table]:
    """A section's tables by title."""
    return {block.title: block for block in section.blocks if isinstance(block, Table)}


def test_group_means_and_the_gap(tmp_path: Path) -> None:
    """Male (0.9 + 0.7) / 2 = 0.8, female (0.5 + 0.7) / 2 = 0.6: a gap of 0.2.

    Of two clips, the interval of the mean reaches from one to the other; that of the gap from
    0.7 - 0.7 to 0.9 - 0.5.
    """
    section = fairness_section(results(SCORES), read_groups(listed(tmp_path)))
    table = tables(section)["J&F by gender: nano"]
    assert table.head == ("gender", "clips", "1-click")
    assert table.rows == (
        ("female", 2, "60.0 (50.0 to 70.0)"),
        ("male", 2, "80.0 (70.0 to 90.0)"),
        ("largest gap", None, "20.0 (0.0 to 40.0)"),
    )
    assert "1-click: male over female" in table.note
    figures = section.figures["nano"]
    assert figures["gender: male, 1-click"] == pytest.approx(0.8)
    assert figures["gender: largest gap, 1-click"] == pytest.approx(0.2)


def test_a_single_clip_has_no_interval(tmp_path: Path) -> None:
    """Place: in 0.9, 0.5, 0.7 with mean 0.7; out 0.7 alone. The gap is nothing, and not sure."""
    section = fairness_section(results(SCORES), read_groups(listed(tmp_path)))
    table = tables(section)["J&F by place: nano"]
    assert table.rows[1] == ("out", 1, "70.0")
    assert table.rows[2] == ("largest gap", None, "0.0")


def test_a_clip_is_the_mean_of_its_objects(tmp_path: Path) -> None:
    """One clip of objects 1 and 0.5 beside one of 0.25: 0.75 and 0.25, mean 0.5."""
    groups = read_groups(listed(tmp_path, "video,kind\na,x\nb,x\n"))
    plains = {"mask": {"nano": [played("a", 1.0, 0.5), played("b", 0.25)]}}
    figures = fairness_section(plains, groups).figures["nano"]
    assert figures == {"kind: x, mask": pytest.approx(0.5)}, "one group has no gap"


def test_the_gap_is_between_those_furthest_apart() -> None:
    """Of 0.5, 0.9 and 0.6 it is 0.4; the order of groups does not matter."""
    groups = [Group(n, np.array([v, v])) for n, v in (("x", 0.5), ("y", 0.9), ("z", 0.6))]
    for order in (groups, groups[::-1]):
        gap = gap_of(order)
        assert gap is not None
        assert (gap.best, gap.worst) == ("y", "x")
        assert gap.size == pytest.approx(0.4)
        assert gap.interval == pytest.approx((0.4, 0.4))
    assert gap_of(groups[:1]) is None


def test_a_group_without_scored_frames_is_a_dash() -> None:
    """It has no clips under one prompt; the row stays."""
    split = {
        "1-click": (Group("x", np.array([0.5])),),
        "mask": (Group("x", np.array([0.5])), Group("y", np.array([0.25]))),
    }
    table = groups_table("kind", "nano", split)
    assert table.rows[:2] == (("x", 1, "50.0", "50.0"), ("y", 1, None, "25.0"))
    assert words(0.5, None) == "50.0"


def test_the_papers_groups_stand_beside(tmp_path: Path) -> None:
    """For gender there is a published table, shown apart; for place there is none."""
    section = fairness_section(results(SCORES), read_groups(listed(tmp_path)))
    found = tables(section)
    table = found["Published: SAM 2 by gender"]
    assert table.head == ("gender", "1-click", "3-clicks", "mask")
    assert table.rows[0] == ("male", 0.819, 0.951, 0.959)
    assert table.published == (0, 1)
    assert "Published: SAM 2 by place" not in found
    titles = [block.title for block in section.blocks if isinstance(block, Bars)]
    assert titles == ["J&F by gender, 1-click", "J&F by place, 1-click"]


def test_the_task_plays_three_prompts(tmp_path: Path) -> None:
    """Held for 3 of 4 frames that count (1 to 4 of 6), so J is 0.5 each; all settings agree."""
    groups = read_groups(listed(tmp_path, "video,gender\na,male\nb,female\n"))
    task = FairnessTask(groups=groups)
    videos = [drawn_video(name, [{1: square(4)}] * 6) for name in "ab"]
    plains = [task.play(Scripted(holds=3), video) for video in videos]
    assert list(plains[0]) == ["1-click", "3-clicks", "mask"]
    section = task.section({"scripted": plains})
    assert section.figures["scripted"]["gender: male, 3-clicks"] == pytest.approx(0.5)
    assert section.figures["scripted"]["gender: largest gap, mask"] == 0
    assert pickle.loads(pickle.dumps(task)) == task


def test_the_task_refuses_what_it_cannot_play(tmp_path: Path) -> None:
    """A clip that is not in the list; a method without clicks."""
    task = FairnessTask(groups=read_groups(listed(tmp_path)))
    with pytest.raises(FormatError, match="video z is not in the list"):
        task.play(Scripted(), drawn_video("z", [{1: square(4)}] * 4))
    with pytest.raises(PromptError):
        task.play(Scripted(takes_clicks=False), drawn_video("a", [{1: square(4)}] * 4))


def test_groups_need_a_list() -> None:
    """Names come from any of the columns."""
    groups = Groups(path=Path("x.csv"), columns={"k": {"a": "1", "b": "2"}})
    assert groups.videos == ("a", "b")
