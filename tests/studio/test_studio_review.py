"""Doubtful frames: each reason alone, ranked, merged, and through a whole project."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small import small_model
from studio_made import BY, FRAMES, HEIGHT, WIDTH, made_session, run, say, track

from masklet.formats.track import RleTrack
from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.studio.review import (
    DISAGREE,
    NEAR_FRAMES,
    NEARLY_GONE,
    SUDDEN,
    UNSURE,
    Course,
    doubts_of,
)
from masklet.studio.session.doubting import course_of
from masklet.values import ObjectId, Size

COUNT = 200


def calm() -> Course:
    """An object that moves evenly and that the model is sure of; prompted on frame 0."""
    frames = np.arange(COUNT)
    return Course(
        known=frames >= 0,
        prompted=frames == 0,
        score=np.full(COUNT, 0.95),
        presence=np.full(COUNT, 8.0),
        area=np.full(COUNT, 400.0),
        x=frames * 2.0,
        y=np.full(COUNT, 50.0),
        agreement=np.ones(COUNT),
    )


def changed(course: Course, column: str, frame: int, value: float) -> Course:
    """One number of it changed."""
    values = getattr(course, column).copy()
    values[frame] = value
    return replace(course, **{column: values})


def test_a_calm_course_raises_no_doubt() -> None:
    """Nor does an object that grows and moves steadily, or leaves the frame."""
    assert doubts_of(calm()) == []
    growing = replace(calm(), area=400 * 1.05 ** np.arange(COUNT), x=np.arange(COUNT) * 15.0)
    assert doubts_of(growing) == []
    gone = np.where(np.arange(COUNT) > 90, -8.0, 8.0)
    assert doubts_of(replace(calm(), presence=gone, area=np.where(gone > 0, 400.0, 0.0))) == []


def test_a_model_that_is_never_very_sure_is_held_against_itself() -> None:
    """Scores and presences that are low everywhere are no doubt; falls from there are."""
    humble = replace(calm(), score=np.full(COUNT, 0.45), presence=np.full(COUNT, 1.2))
    assert doubts_of(humble) == []
    (fall,) = doubts_of(changed(humble, "score", 70, 0.25))
    assert (fall.frame, fall.reason) == (70, UNSURE)
    (fall,) = doubts_of(changed(humble, "presence", 70, -0.1))
    assert (fall.frame, fall.reason) == (70, NEARLY_GONE)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("score", 0.4, UNSURE),
        ("presence", 0.1, NEARLY_GONE),
        ("presence", -0.1, NEARLY_GONE),
        ("area", 4000.0, SUDDEN),
        ("x", 300.0, SUDDEN),
        ("agreement", 0.1, DISAGREE),
    ],
)
def test_each_reason_is_found_and_named(column: str, value: float, reason: str) -> None:
    """On the frame where it is, in words; not where it is unknown or prompted."""
    odd = changed(calm(), column, 60, value)
    (doubt,) = doubts_of(odd)
    assert doubt.reason == reason
    assert doubt.frame in (60, 61)
    assert 0.5 < doubt.doubt <= 1
    around = replace(odd, prompted=np.abs(np.arange(COUNT) - 60) <= 1)
    assert doubts_of(around) == []
    unknown = replace(odd, known=np.abs(np.arange(COUNT) - 60) > 1)
    assert doubts_of(unknown) == []


def test_the_worst_frame_stands_for_those_near_it() -> None:
    """Ranked by doubt; a long bad stretch is told at some distance."""
    bad = calm()
    for frame, score in ((50, 0.6), (53, 0.4), (56, 0.6), (120, 0.5)):
        bad = changed(bad, "score", frame, score)
    assert [doubt.frame for doubt in doubts_of(bad)] == [53, 120]
    long = replace(calm(), score=np.where(np.arange(COUNT) >= 100, 0.4, 0.95))
    frames = sorted(doubt.frame for doubt in doubts_of(long))
    assert 5 <= len(frames) <= 10
    assert min(np.diff(frames)) > NEAR_FRAMES


def test_passes_may_disagree_near_a_prompt() -> None:
    """A person has just said what is right there; farther off it needs a look."""
    apart = replace(calm(), agreement=np.full(COUNT, 0.5))
    corrected = replace(apart, prompted=np.isin(np.arange(COUNT), (100, 104)))
    frames = [doubt.frame for doubt in doubts_of(corrected)]
    assert min(abs(frame - 102) for frame in frames) > 5
    assert {doubt.doubt for doubt in doubts_of(corrected)} == {0.5}


def square(x: int) -> Rle:
    """A mask of ten by ten pixels in a frame of the small project."""
    mask = np.zeros((HEIGHT, WIDTH), dtype=bool)
    mask[5:15, x : x + 10] = True
    return rle.encode(mask)


def test_a_jump_in_imported_masks_is_found(tmp_path: Path) -> None:
    """The frame, the object and the reason; the limit holds."""
    session = made_session(tmp_path / "clip")
    codes: dict[int, dict[ObjectId, Rle]]
    codes = {frame: {"dog": square(2 * frame if frame < 9 else 50)} for frame in range(FRAMES)}
    session.import_masks(RleTrack(Size(HEIGHT, WIDTH), ["dog"], codes), by=BY)
    doubts = session.doubts(5)
    assert [(doubt.frame, doubt.object, doubt.reason) for doubt in doubts] == [(9, 1, SUDDEN)]
    assert session.doubts(0) == []


def test_passes_that_disagree_are_found(tmp_path: Path) -> None:
    """Forward and backward from prompts about different places; prompted frames are left out."""
    model = small_model()
    session = made_session(tmp_path / "clip", model=model)
    session.add_object(None, None, by=BY)
    session.say(say(1, 0, (20, 20)), by=BY)
    run(session.begin(track(), by=BY))
    forward = [session.answers(frame).answers[0].counts for frame in range(FRAMES)]
    session.say(say(1, FRAMES - 1, (60, 40)), by=BY)
    run(session.begin(track(FRAMES - 1, 0, reverse=True), by=BY))
    shown = session.snapshot().shown
    size = Size(HEIGHT, WIDTH)
    course = course_of(shown, shown.live.scene.things[0], size, FRAMES)
    backward = [session.answers(frame).answers[0].counts for frame in range(FRAMES)]
    for frame in range(1, FRAMES - 1):
        same = rle.iou(Rle(size, forward[frame]), Rle(size, backward[frame]))
        assert course.agreement[frame] == pytest.approx(same)
    assert course.agreement.min() < 1
    assert np.flatnonzero(course.prompted).tolist() == [0, FRAMES - 1]
    assert all(doubt.frame not in (0, FRAMES - 1) for doubt in session.doubts(50))
    assert session.doubts(50)
