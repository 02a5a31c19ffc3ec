"""What a session answered is kept for the annotator, and its work is counted and timed."""

import numpy as np
import pytest
from evaluate.scripted import Scripted, drawn_video, square

from masklet.errors import FormatError
from masklet.evaluate.scores.convention import EVERY_FRAME
from masklet.evaluate.scores.scoring import Scorer
from masklet.evaluate.tasks.following import Following, Timed

ONE, TWO = square(2, 4, 7), square(20, 10, 7)


def test_the_latest_masks_are_kept_and_earlier_frames_stay() -> None:
    """A click is good for two frames; following on from frame 2 leaves frames 0 and 1 as they
    were, though a click on frame 0 would have changed them."""
    video, method = drawn_video("one", [{1: ONE}] * 4), Scripted(holds=2, clicks_needed=2)
    with method.open(video) as session, Scorer(video, EVERY_FRAME) as scorer:
        following = Following(video=video, labels=(1,), session=Timed(session), scorer=scorer)
        assert following.answer(0, 1) is None
        following.click(0, (1,), 1)
        following.follow()
        assert following.mean_ious() == dict.fromkeys(range(4), 0)
        following.click(0, (1,), 1)
        following.click(2, (1,), 3)
        following.follow(2)
        assert following.mean_ious() == {0: 0, 1: 0, 2: 1, 3: 1}
        answer = following.answer(3, 1)
        assert answer is not None
        assert np.array_equal(answer, ONE)
        assert [scores.region.tolist() for scores in scorer.scores()] == [[0, 0, 1, 1]]
    assert (following.clicks, following.prompted) == (4, [0, 0, 2])
    assert following.session.frames == 6
    assert following.session.prompting > 0
    assert following.session.following > 0


def test_ious_of_a_frame_are_averaged_over_its_objects() -> None:
    video, method = drawn_video("two", [{1: ONE, 2: TWO}] * 2), Scripted(holds=2)
    with method.open(video) as session, Scorer(video, EVERY_FRAME) as scorer:
        following = Following(video=video, labels=(1, 2), session=Timed(session), scorer=scorer)
        following.click(0, (2,), 3)
        following.follow()
    assert following.mean_ious() == {0: 0.5, 1: 0.5}
    assert following.ious[1] == {1: 0, 2: 1}


def test_a_mask_of_another_size_names_video_object_and_frame() -> None:
    video = drawn_video("one", [{1: ONE}] * 3)
    method = Scripted(holds=1, lost=np.zeros((5, 5), dtype=bool))
    with method.open(video) as session, Scorer(video, EVERY_FRAME) as scorer:
        following = Following(video=video, labels=(1,), session=Timed(session), scorer=scorer)
        following.click(0, (1,), 1)
        with pytest.raises(FormatError, match=r"one: the mask of object 1 on frame 1 is \(5, 5\)"):
            following.follow()
