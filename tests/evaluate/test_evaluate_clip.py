"""An object's clip begins where the object first shows, and has nothing but that object."""

from pathlib import Path

import numpy as np
import pytest
from evaluate.scripted import SIZE, drawn_video, square

from masklet.errors import FormatError
from masklet.evaluate.datasets.clip import Rest, clips_of, first_frames
from masklet.evaluate.scores.convention import DAVIS, DAVIS_UNION
from masklet.evaluate.scores.scoring import ObjectScores
from masklet.media.sources import open_source

ONE, TWO = square(2, 4, 7), square(20, 10, 7)
VIDEO = drawn_video("two", [{1: ONE}] * 3 + [{1: ONE, 5: TWO}, {}, {5: ONE}])


def test_a_clip_counts_frames_from_the_first_that_shows_its_object() -> None:
    assert first_frames(VIDEO) == {1: 0, 5: 3}
    whole, later = clips_of(VIDEO, DAVIS)
    assert whole.source is VIDEO.pictures
    assert (later.start, len(later), later.annotated, later.name) == (3, 3, (0, 1, 2), "two")
    assert np.array_equal(later.picture(2), VIDEO.pictures[5])
    assert [list(later.truth(frame).masks) for frame in range(3)] == [[5], [], [5]]
    for _ in range(2):
        assert np.array_equal(later.mask(0), TWO)
        assert not later.mask(1).any()
        assert np.array_equal(later.mask(2), ONE)
    with pytest.raises(KeyError):
        later.truth(3)
    scores = ObjectScores(5, (1, 2), np.ones(2), None)
    assert later.in_video(scores).frames == (4, 5)


def test_all_objects_as_one_are_one_clip() -> None:
    (clip,) = clips_of(VIDEO, DAVIS_UNION)
    assert np.array_equal(clip.mask(3), ONE | TWO)
    assert list(clip.truth(5).masks) == [1]


def test_the_rest_of_a_video_is_a_source_that_reads_when_asked() -> None:
    rest = Rest(video=VIDEO, start=4)
    source = open_source(rest)
    assert len(source) == len(rest[:]) == 2
    assert np.array_equal(source[1], VIDEO.pictures[5])
    with pytest.raises(IndexError, match="frame 2"):
        rest[2]
    clip = clips_of(VIDEO, DAVIS)[1]
    assert not isinstance(clip.source, Path)
    assert len(clip.source) == 3


def test_a_video_without_objects_is_refused() -> None:
    with pytest.raises(FormatError, match="void"):
        clips_of(drawn_video("void", [{1: np.zeros(SIZE, dtype=bool)}]), DAVIS)
