"""What counts under each convention, worked out by hand, and that annotations are read once."""

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layouts_made import SIZE, labels

from masklet.data.readers.annotated import AnnotatedVideo, Mask, Truth, truth_of_labels
from masklet.errors import FormatError
from masklet.evaluate.datasets.held import HeldVideo
from masklet.evaluate.scores.convention import (
    DAVIS,
    DAVIS_UNION,
    EVERY_FRAME,
    LVOS,
    SAV,
    VOST,
    YOUTUBE,
    Convention,
)
from masklet.evaluate.scores.scoring import ObjectScores, Scorer, mean_of

ONE = labels((1, 2, 2, 6, 6))
OTHER = labels((2, 7, 8, 11, 14))
TWO = labels((1, 2, 2, 6, 6), (2, 7, 8, 11, 14))
NONE = labels()


def video(*drawn: np.ndarray) -> HeldVideo:
    """A video annotated on every frame."""
    pictures = [np.zeros((*SIZE, 3), dtype=np.uint8) for _ in drawn]
    truths = {frame: truth_of_labels(one) for frame, one in enumerate(drawn)}
    return HeldVideo(name="drawn", pictures=pictures, truths=truths)


def scored(
    truth: AnnotatedVideo, answers: Mapping[int, np.ndarray], convention: Convention
) -> dict[int, ObjectScores]:
    """Scores by label of answers given as label pictures."""
    with Scorer(truth, convention, workers=2) as scorer:
        for frame, answer in answers.items():
            scorer.add(frame, truth_of_labels(answer).masks)
        return {one.label: one for one in scorer.scores()}


def test_davis_counts_every_object_on_every_frame_between() -> None:
    """Object 2 comes late; where it is in neither, J and F are 1."""
    found = scored(video(ONE, ONE, TWO, TWO), {1: ONE, 2: ONE}, DAVIS)
    assert found[1].frames == found[2].frames == (1, 2)
    assert found[1].both.tolist() == [1, 1]
    assert found[2].region.tolist() == [1, 0]


def test_sav_counts_from_where_an_object_was_seen() -> None:
    """Object 2 is in the annotation from frame 3 and in the answer from frame 2."""
    found = scored(video(ONE, ONE, ONE, TWO, TWO), {1: ONE, 2: TWO, 3: TWO}, SAV)
    assert found[1].frames == (1, 2, 3)
    assert found[2].frames == (2, 3)
    assert found[2].region.tolist() == [0, 1]


def test_sav_sees_no_object_of_the_first_frame_alone() -> None:
    assert set(scored(video(TWO, ONE, ONE), {1: TWO}, SAV)) == {1}
    assert set(scored(video(TWO, ONE, ONE), {1: TWO}, DAVIS)) == {1, 2}


def test_youtube_counts_after_an_objects_prompt() -> None:
    """Object 1 shows on frame 0 and object 2 on frame 2: its score begins on frame 3."""
    found = scored(video(ONE, ONE, TWO, TWO), {0: NONE, 1: ONE, 2: ONE, 3: TWO}, YOUTUBE)
    assert found[1].frames == (1, 2, 3)
    assert found[2].frames == (3,)
    assert found[1].both.tolist() + found[2].both.tolist() == [1, 1, 1, 1]
    assert scored(video(ONE, ONE, TWO), {1: ONE}, YOUTUBE)[2].frames == ()


def test_union_takes_all_objects_as_one() -> None:
    """16 pixels of 40 are found: J = 0.4."""
    found = scored(video(TWO, TWO, TWO), {1: ONE}, DAVIS_UNION)
    assert found[1].region.tolist() == [0.4]
    assert scored(video(NONE, NONE, NONE), {}, DAVIS_UNION)[1].both.tolist() == [1]


def test_an_object_of_the_answer_alone_is_not_counted() -> None:
    assert set(scored(video(ONE, ONE, ONE), {1: TWO}, DAVIS)) == {1}


def test_the_last_answer_of_a_frame_counts_and_none_is_empty() -> None:
    truth = video(ONE, ONE, ONE, ONE)
    with Scorer(truth, DAVIS, workers=1) as scorer:
        scorer.add(1, {})
        scorer.add(1, truth_of_labels(ONE).masks)
        scorer.add(3, {})
        (found,) = scorer.scores()
    assert found.region.tolist() == [1, 0]


def test_region_alone() -> None:
    found = scored(video(ONE, ONE, ONE), {1: ONE}, VOST)[1]
    assert found.boundary is None
    assert found.both.tolist() == [1]


def test_a_mask_of_another_size_is_named() -> None:
    with Scorer(video(ONE, ONE, ONE), DAVIS) as scorer:
        scorer.add(1, {1: np.zeros((3, 4), dtype=bool)})
        with pytest.raises(
            FormatError, match=r"drawn: the mask of object 1 on frame 1 is \(3, 4\)"
        ):
            scorer.scores()


class CountingVideo:
    """A video that counts how often each annotation is read."""

    def __init__(self, inner: HeldVideo) -> None:
        self.name, self.source = inner.name, inner.source
        self.annotated, self.picture = inner.annotated, inner.picture
        self.reads: Counter[int] = Counter()
        self._inner = inner

    def __len__(self) -> int:
        return len(self._inner)

    def truth(self, frame: int) -> Truth:
        """The annotation, counted."""
        self.reads[frame] += 1
        return self._inner.truth(frame)


@pytest.mark.parametrize("convention", [DAVIS, SAV, YOUTUBE, DAVIS_UNION])
def test_every_annotation_is_read_once(convention: Convention) -> None:
    counting = CountingVideo(video(ONE, TWO, TWO, ONE))
    scored(counting, {1: ONE, 2: TWO}, convention)
    assert max(counting.reads.values()) == 1


def random_labels(seed: int, count: int) -> list[np.ndarray]:
    random = np.random.default_rng(seed)
    return [random.integers(0, 4, SIZE, dtype=np.uint8) for _ in range(count)]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([DAVIS, SAV, YOUTUBE, EVERY_FRAME, DAVIS_UNION]))
def test_perfect_is_1_and_the_order_of_objects_does_not_matter(
    seed: int, convention: Convention
) -> None:
    drawn, answers = random_labels(seed, 4), random_labels(seed + 1, 4)
    perfect = scored(video(*drawn), dict(enumerate(drawn)), convention)
    assert all((one.both == 1).all() for one in perfect.values())

    def masks(answer: np.ndarray, order: int) -> dict[int, Mask]:
        return {label: answer == label for label in (1, 2, 3)[::order]}

    both = []
    for order in (1, -1):
        with Scorer(video(*drawn), convention, workers=1) as scorer:
            for frame in range(4)[::order]:
                scorer.add(frame, masks(answers[frame], order))
            both.append(scorer.scores())
    for one, other in zip(*both, strict=True):
        assert one.label == other.label
        np.testing.assert_array_equal(one.both, other.both)
    empty = scored(video(*drawn), {}, convention)
    assert all((one.both == 0).all() for one in empty.values())


def test_a_mean_passes_over_objects_without_frames() -> None:
    assert mean_of([np.array([1.0, 0.0]), np.array([]), np.array([1.0])]) == 0.75
    assert np.isnan(mean_of([]))


def test_in_lvos_an_object_counts_between_its_first_and_last_frame() -> None:
    """Object 2 shows on frames 1 to 3, so frame 2 counts; object 1 on 0 to 4, so 1, 2 and 3."""
    truth = video(ONE, TWO, TWO, TWO, ONE)
    found = scored(truth, {1: TWO, 2: ONE, 3: TWO}, LVOS)
    assert {label: one.frames for label, one in found.items()} == {1: (1, 2, 3), 2: (2,)}
    assert found[2].region.tolist() == [0]


def test_in_vost_objects_that_come_later_do_not_count() -> None:
    found = scored(video(ONE, TWO, TWO, ONE), {1: TWO, 2: TWO}, VOST)
    assert list(found) == [1]
