"""What the annotation shows of difficulty, and scores sorted by it, worked out by hand."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import SIZE, Scripted, drawn_video, square

from masklet.data.readers.annotated import Mask
from masklet.errors import FormatError
from masklet.evaluate.scores.convention import DAVIS, DAVIS_UNION
from masklet.evaluate.tasks.blocks import Bars, Table
from masklet.evaluate.tasks.difficulty import Difficulty, difficulties
from masklet.evaluate.tasks.robustness import AXES, RobustnessTask, scores_in

PIXELS = SIZE.height * SIZE.width


def of(label: int, found: tuple[Difficulty, ...]) -> list[Difficulty]:
    """One object's frames."""
    return [one for one in found if one.label == label]


def test_size_and_speed() -> None:
    """A square of 8 x 8 = 64 pixels of 24 x 32 = 768: a twelfth.

    Its centre moves 4 pixels, half its size of 8; then 4 across and 3 down, 5 / 8.
    """
    masks = [{1: square(0)}, {1: square(4)}, {1: square(8, 11)}]
    found = difficulties(drawn_video("video", masks), DAVIS)
    assert [one.share for one in found] == [pytest.approx(1 / 12)] * 3
    assert [one.speed for one in found] == [None, pytest.approx(0.5), pytest.approx(0.625)]
    assert [(one.hidden, one.since) for one in found] == [(0, None)] * 3


def test_hiding() -> None:
    """Seen on 0, 1; hidden 2, 3, 4; seen 5, 6; hidden 7; seen 8. Three frames, then one.

    While it is hidden the last hiding counts on; there is no speed across a gap.
    """
    there = [0, 1, 5, 6, 8]
    masks = [{1: square(0)} if frame in there else {} for frame in range(9)]
    found = difficulties(drawn_video("video", masks), DAVIS)
    assert [one.hidden for one in found] == [0, 0, 0, 0, 0, 3, 3, 3, 1]
    assert [one.since for one in found] == [None] * 5 + [0, 1, 2, 0]
    assert [one.visible for one in found] == [frame in there for frame in range(9)]
    assert [one.speed for one in found] == [None, 0, None, None, None, None, 0, None, None]


def test_hiding_where_not_every_frame_is_annotated() -> None:
    """Every second frame: seen on 0, not on 2 and 4, seen again on 6: from 2 to 6 are 4 frames."""
    masks = [{1: square(0)}, {}, {}, {}, {}, {}, {1: square(0)}]
    found = difficulties(drawn_video("video", masks, every=2), DAVIS)
    assert [(one.frame, one.hidden) for one in found] == [(0, 0), (2, 0), (4, 0), (6, 4)]


def test_an_object_counts_from_its_first_appearance() -> None:
    """The second comes on frame 2."""
    masks = [{1: square(0)}, {1: square(0)}, {1: square(0), 2: square(16)}]
    found = difficulties(drawn_video("video", masks), DAVIS)
    assert [one.frame for one in of(1, found)] == [0, 1, 2]
    assert [one.frame for one in of(2, found)] == [2]


def test_distractors_are_of_similar_size() -> None:
    """Areas 64, 36, 128 and 16: 36 / 64 = 0.56 and 128 / 64 = 2 are similar, 16 / 64 is not.

    For 36 the range is 18 to 72: only 64. For 128 it is 64 to 256: 64. For 16 it is 8 to 32: none.
    """
    wide = square(0, 16) | square(8, 16)
    masks: dict[int, Mask] = {1: square(0, 0), 2: square(10, 0, 6), 3: wide, 4: square(20, 0, 4)}
    found = difficulties(drawn_video("video", [masks]), DAVIS)
    assert [one.distractors for one in found] == [2, 1, 1, 0]


def test_all_objects_as_one() -> None:
    """Two squares of 64 pixels are one object of 128 without company; it never hides."""
    masks = [{1: square(0), 2: square(16)}, {2: square(16)}]
    found = difficulties(drawn_video("video", masks), DAVIS_UNION)
    assert [one.share * PIXELS for one in found] == [pytest.approx(128), pytest.approx(64)]
    assert [(one.label, one.distractors, one.hidden) for one in found] == [(1, 0, 0)] * 2


@given(
    st.floats(0, 1),
    st.none() | st.floats(0, 3),
    st.integers(0, 60),
    st.integers(0, 9),
)
def test_bins_do_not_overlap(
    share: float, speed: float | None, hidden: int, distractors: int
) -> None:
    """Every frame is in exactly one bin of hiding, and in one at most of each other way."""
    frame = Difficulty(1, 0, share, speed if share else None, hidden, None, distractors)
    for axis in AXES:
        held = sum(one.holds(frame) for one in axis.bins)
        assert (
            held == 1 if axis.name == "hidden" or (share and frame.speed is not None) else held < 2
        )


def test_scores_are_sorted() -> None:
    """Slow on frames 1, 2 where the answer holds; fast on 3, 4 where it is lost; 5 is the last.

    The square moves 0, 0, 8, 8 pixels of its size 8: speeds 0, 0, 1, 1. J&F 1, 1, 0, 0.
    """
    masks = [{1: square(x)} for x in (0, 0, 0, 8, 16, 16)]
    task = RobustnessTask()
    plain = task.play(Scripted(holds=3), drawn_video("video", masks))
    section = task.section({"scripted": [plain]})
    figures = section.figures["scripted"]
    assert figures["speed: under 0.05 sizes"] == pytest.approx(1)
    assert figures["speed: 0.5 sizes and more"] == pytest.approx(0)
    assert figures["size: 2 to 10 %"] == pytest.approx(0.5)
    assert not any("0.15 to 0.5" in name for name in figures), "nothing was that fast"
    (table,) = (block for block in section.blocks if isinstance(block, Table))
    assert table.head == ("speed", "frames", "scripted")
    assert table.rows == (("under 0.05 sizes", 2, 1.0), ("0.5 sizes and more", 2, 0.0))
    (bars,) = (block for block in section.blocks if isinstance(block, Bars))
    assert [bar.value for bar in bars.groups["scripted"]] == [1.0, 0.0]


def test_hidden_frames_are_a_bin_of_their_own() -> None:
    """Hidden on 2 and 3, when an answer of nothing is right; seen again on 4, which is lost."""
    masks = [{1: square(0)}, {1: square(0)}, {}, {}, {1: square(0)}, {1: square(0)}]
    plain = RobustnessTask().play(Scripted(holds=2), drawn_video("video", masks))
    figures = RobustnessTask().section({"s": [plain]}).figures["s"]
    assert figures["hidden: never hidden yet"] == pytest.approx(1)
    assert figures["hidden: while out of sight"] == pytest.approx(1)
    assert figures["hidden: after 1 to 5 frames"] == pytest.approx(0)


def test_methods_stand_side_by_side() -> None:
    """Frames of all videos together: 2 right ones of 4 for one, all for the other."""
    masks = [{1: square(x)} for x in (0, 0, 0, 8, 16, 16)]
    task, video = RobustnessTask(), drawn_video("video", masks)
    results = {
        name: [task.play(Scripted(name, holds=holds), video)] * 2
        for name, holds in (("short", 3), ("long", 6))
    }
    (table,) = (b for b in task.section(results).blocks if isinstance(b, Table))
    assert table.head == ("speed", "frames", "short", "long")
    assert table.rows[1] == ("0.5 sizes and more", 4, 0.0, 1.0)
    assert np.isnan(task.section({"none": []}).figures["none"].get("size: 2 to 10 %", np.nan))


def test_the_task_can_be_sent_elsewhere() -> None:
    """It is played in other processes too."""
    task = RobustnessTask(convention=DAVIS_UNION)
    assert pickle.loads(pickle.dumps(task)) == task
    assert scores_in(AXES[0].bins[0], []) == []


def test_nothing_to_follow() -> None:
    """A video whose annotation shows no object."""
    with pytest.raises(FormatError, match="video"):
        RobustnessTask().play(Scripted(), drawn_video("video", [{}, {}]))
