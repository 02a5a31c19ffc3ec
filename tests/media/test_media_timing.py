"""When frames are shown: uneven times are told from even ones, and pictures keep their distance."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numbered_videos import Recipe, write_video

from masklet.errors import MediaError
from masklet.media.sources import ArraySequence
from masklet.media.timing import EvenClock, Moment, SourceClock, uneven_times
from masklet.media.video_file import VideoFile


@pytest.mark.parametrize(
    ("times", "uneven"),
    [
        ([0, 40, 80, 120, 160, 200], False),
        ([0, 33, 67, 100, 133, 167], False),
        ([0, 40, 80, 400, 440, 1000], True),
        ([0, 40, 80, 120, 160, 260], True),
        ([0, 500], False),
    ],
)
def test_uneven_times_are_told_from_rounded_ones(
    tmp_path: Path, times: Sequence[int], uneven: bool
) -> None:
    path = write_video(tmp_path / "a.mkv", Recipe(count=len(times), times=times))
    with VideoFile(path) as video:
        found = uneven_times(video)
        assert (found is not None) == uneven
        if found is not None:
            assert found == pytest.approx([time / 1000 for time in times], abs=1e-3)


def test_pictures_have_no_times() -> None:
    assert uneven_times(ArraySequence([np.zeros((4, 4, 3), np.uint8)] * 5)) is None


def test_frames_that_a_cut_file_lost_go_on_at_the_mean_rate(tmp_path: Path) -> None:
    times = [0, 40, 80, 400, 440, 1000] + [1000 + 40 * more for more in range(1, 40)]
    recipe = Recipe(count=len(times), times=times, muxer={"movflags": "faststart"})
    path = write_video(tmp_path / "a.mp4", recipe)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    with VideoFile(path) as video:
        found, held = uneven_times(video), video.times
        assert found is not None
        assert len(held) < len(found) == len(video)
        np.testing.assert_array_equal(found[: len(held)], held)
        assert (np.diff(found[len(held) - 1 :]) > 0).all()


def test_an_even_clock_counts() -> None:
    clock = EvenClock(Fraction(25))
    assert [clock.next(frame) for frame in (7, None, 3)] == [
        Moment(0, 1),
        Moment(1, 1),
        Moment(2, 1),
    ]
    assert clock.base == Fraction(1, 25)


def test_a_source_clock_keeps_distances_in_either_direction() -> None:
    clock = SourceClock([0.0, 0.1, 0.5, 0.6])
    assert [clock.next(frame) for frame in (3, 2, 0)] == [
        Moment(0, 9000),
        Moment(9000, 9000),
        Moment(54000, 9000),
    ]
    again = SourceClock([0.0, 0.1])
    assert [again.next(0).shown, again.next(0).shown, again.next(1).shown] == [0, 1, 9000]
    for frame in (None, -1, 2):
        with pytest.raises(MediaError, match="frame: "):
            again.next(frame)
