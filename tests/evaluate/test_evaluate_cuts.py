"""Shot cuts: what a joined clip holds, and what is counted in its three shots."""

import pickle

import numpy as np
import pytest
from scripted import SIZE, Scripted, drawn_video, square

from masklet.errors import FormatError
from masklet.evaluate.datasets.held import HeldVideo
from masklet.evaluate.methods.baselines import CopyMethod
from masklet.evaluate.scores.scoring import ObjectScores
from masklet.evaluate.tasks.blocks import Bars, Table
from masklet.evaluate.tasks.cuts import CutPair, CutsTask, join_clips, pairs_of, shots_of

HEAD = ("J&F before", "silent while away", "J&F after", "found again")


def clip(name: str, frames: int = 8, x: int = 4) -> HeldVideo:
    """A square that stays."""
    return drawn_video(name, [{1: square(x)}] * frames)


def test_a_joined_clip() -> None:
    """3 frames, 2 of the other, 4 more: 9, of which 3 and 4 show nothing of the object."""
    first = drawn_video("a", [{1: square(2 * n)} for n in range(9)])
    video = join_clips(first, clip("b", x=20), before=3, away=2, after=4)
    assert video.name == "a - b"
    assert len(video) == 9
    assert video.annotated == tuple(range(9))
    assert [sorted(video.truth(n).masks) for n in range(9)] == [[1]] * 3 + [[]] * 2 + [[1]] * 4
    assert np.array_equal(video.picture(3), clip("b", x=20).picture(0))
    for joined, own in ((2, 2), (5, 3), (8, 6)):
        assert np.array_equal(video.picture(joined), first.picture(own))
        assert np.array_equal(video.truth(joined).mask(1), square(2 * own))


def test_short_clips_and_other_sizes() -> None:
    """Shots end where a clip ends; the other clip's pictures take this one's size."""
    small = HeldVideo(name="s", pictures=[np.full((10, 12, 3), 7, np.uint8)] * 2, truths={})
    pair = CutPair(first=clip("a", 5), second=small, before=3, away=10, after=10)
    video = pair.joined()
    assert len(video) == 3 + 2 + 2
    assert video.picture(4).shape == (*SIZE, 3)
    assert (video.picture(4) == 7).all()
    assert pair.cut == range(3, 5)
    assert pair.name == video.name


def test_frames_without_annotation_stay_so() -> None:
    """Every second of the own frames; all of the other shot's, where nothing is the truth."""
    first = drawn_video("a", [{1: square(4)}] * 8, every=2)
    video = join_clips(first, clip("b"), before=3, away=2, after=3)
    assert video.annotated == (0, 2, 3, 4, 6)


def test_objects_that_come_later_do_not_count() -> None:
    """The second object shows after the cut only."""
    first = drawn_video("a", [{1: square(4)}] * 4 + [{1: square(4), 2: square(20)}] * 4)
    video = join_clips(first, clip("b"), before=3, away=2, after=5)
    assert {label for n in video.annotated for label in video.truth(n).masks} == {1}


def test_clips_that_cannot_be_joined() -> None:
    """Too short, without an object, of no frames, alone."""
    with pytest.raises(FormatError, match="a: it has 3 frames; wanted more than 3"):
        join_clips(clip("a", 3), clip("b"), before=3, away=2, after=3)
    with pytest.raises(FormatError, match="a: no object shows in its first 3 frames"):
        join_clips(drawn_video("a", [{}] * 8), clip("b"), before=3, away=2, after=3)
    with pytest.raises(FormatError, match="3, 0, 3 came"):
        join_clips(clip("a"), clip("b"), before=3, away=0, after=3)
    with pytest.raises(FormatError, match="1 came; wanted two or more"):
        pairs_of([clip("a")])


def test_pairs() -> None:
    """Each to the next, the last to the first."""
    pairs = pairs_of([clip("a"), clip("b"), clip("c")], before=3)
    assert [pair.name for pair in pairs] == ["a - b", "b - c", "c - a"]
    assert {pair.before for pair in pairs} == {3}


def scores(*region: float) -> ObjectScores:
    """F is 0 on all frames, which begin at 1."""
    frames = tuple(range(1, 1 + len(region)))
    return ObjectScores(1, frames, np.array(region), np.zeros(len(region)))


def test_three_shots() -> None:
    """J 1, 0.5 | 1, 0, 1 | 0.6, 0.6, 0.2, cut at 3 to 6; F is 0 and halves J&F.

    Before (1 + 0.5) / 2 / 2; silent on 2 of 3; after (0.6 + 0.6 + 0.2) / 3 / 2; found on 2 of 3.
    """
    shots = shots_of(scores(1, 0.5, 1, 0, 1, 0.6, 0.6, 0.2), range(3, 6))
    assert shots == pytest.approx((0.375, 2 / 3, 1.4 / 6, 1))
    assert shots_of(scores(1, 0.5, 1, 0, 1, 0.6, 0.2, 0.2), range(3, 6)).found == 0
    nothing = shots_of(scores(1, 0.5), range(3, 6))
    assert np.isnan([nothing.silent, nothing.after, nothing.found]).all()


PAIR = CutPair(first=clip("a"), second=clip("b"), before=3, away=2, after=4)


def test_a_method_that_loses_the_object_at_the_cut() -> None:
    """Right before, silent while away, and never found again."""
    task = CutsTask()
    section = task.section({"s": [task.play(Scripted("s", holds=3), PAIR)]})
    figures = section.figures["s"]
    assert next(iter(figures)) == "J&F after", "the headline"
    assert [figures[name] for name in HEAD] == pytest.approx([1, 1, 0, 0])
    (table,) = (block for block in section.blocks if isinstance(block, Table))
    assert table.head == ("method", *HEAD)
    assert table.rows == (("s", 1.0, 1.0, 0.0, 0.0),)
    (bars,) = (block for block in section.blocks if isinstance(block, Bars))
    assert [(bar.name, bar.value) for bar in bars.groups["s"]] == [("a - b", 0.0)]


def test_a_method_that_does_not_see_the_cut() -> None:
    """A copy of a square that stays: right before and after, and never silent."""
    task = CutsTask()
    figures = task.section({"copy": [task.play(CopyMethod(), PAIR)]}).figures["copy"]
    assert [figures[name] for name in HEAD] == pytest.approx([1, 0, 1, 1])


def test_all_objects_as_one() -> None:
    """Two objects are scored apart or together; the perfect method is right either way."""
    first = drawn_video("a", [{1: square(2), 2: square(20)}] * 8)
    pair = CutPair(first=first, second=clip("b"), before=3, away=2, after=4)
    for union, objects in ((False, 2), (True, 1)):
        plain = CutsTask(union=union).play(CopyMethod(), pair)
        assert len(plain["rounds"][-1]["objects"]) == objects
        assert plain["cut"] == [3, 5]
    assert pickle.loads(pickle.dumps(CutsTask(union=True))) == CutsTask(union=True)
