"""Clicks in rounds on the worst frame of all objects, and the curve of score over time."""

import json

import numpy as np
import pytest
from evaluate.scripted import Scripted, drawn_video, square
from hypothesis import given
from hypothesis import strategies as st
from small import small_model

from masklet.errors import FormatError, PromptError
from masklet.evaluate.methods.ours import ModelMethod
from masklet.evaluate.tasks.blocks import Curves, Table
from masklet.evaluate.tasks.davis_interactive import (
    Curve,
    DavisInteractiveTask,
    Game,
    curve_of,
    game_of,
)
from masklet.evaluate.tasks.played import from_plain

ONE, TWO = square(2, 4, 7), square(20, 10, 7)


def test_between_rounds_the_score_lies_on_a_line_and_after_the_last_it_stays() -> None:
    """0.6 after 10 s, 0.8 after 20 s. The area to 40 s is 3 + 7 + 16 = 26 of 40; to 15 s it is
    3 + 5 * 0.65 = 6.25 of 15."""
    curve = Curve((10.0, 20.0), (0.6, 0.8))
    assert [curve.at(seconds) for seconds in (0, 5, 10, 15, 60)] == pytest.approx(
        [0, 0.3, 0.6, 0.7, 0.8]
    )
    assert curve.area(40) == pytest.approx(26 / 40)
    assert curve.area(15) == pytest.approx(6.25 / 15)


def test_rounds_that_a_video_did_not_have_repeat_its_last_one_at_no_cost() -> None:
    """One object at 0.5 and 0.9 after 2 s and 6 s; two objects at 0.2 and 0.8 after 4 s, with no
    second round. Mean times 3 s and 5 s, mean scores 1.5 / 3 and 1.9 / 3."""
    games = [Game(1, (2.0, 6.0), ((0.5,), (0.9,))), Game(2, (4.0,), ((0.2, 0.8),))]
    curve = curve_of(games)
    assert curve.seconds == (3, 5)
    assert curve.scores == pytest.approx((0.5, 1.9 / 3))
    assert curve_of(games[::-1]).scores == pytest.approx(curve.scores)


@given(
    st.lists(st.tuples(st.floats(0.1, 50), st.floats(0, 1)), min_size=1, max_size=8),
    st.floats(1, 500),
)
def test_an_area_is_a_mean_score(steps: list[tuple[float, float]], until: float) -> None:
    seconds = tuple(sum(step for step, _ in steps[: end + 1]) for end in range(len(steps)))
    curve = Curve(seconds, tuple(score for _, score in steps))
    assert -1e-9 <= curve.area(until) <= max(curve.scores) + 1e-9
    level = Curve(seconds, (1.0,) * len(steps))
    assert level.area(until) >= curve.area(until) - 1e-9


def test_every_object_is_clicked_on_the_frame_where_they_are_worst_together() -> None:
    """Object 2 comes in frame 2 of 6; clicks are good for three frames, so that after round 1
    object 1 is right in frames 0 to 2 and object 2 in frames 2 to 4, and both are right in frames
    0 and 1 too, where object 2 is hidden. Frames 3 and 4 have a mean IoU of 0.5, frame 5 of 0.
    Clicks on frame 5 repair both there; the worst is then frame 3, of which object 1 is clicked
    alone, and all is right."""
    video = drawn_video("two", [{1: ONE}] * 2 + [{1: ONE, 2: TWO}] * 4)
    method = Scripted(holds=3)
    plain = json.loads(json.dumps(DavisInteractiveTask().play(method, video)))
    played = from_plain(plain)
    said = [(said.frame, said.object) for said in method.sessions[0]]
    assert said == [(0, 1), (2, 2), (5, 1), (5, 2), (3, 1)]
    assert [one.prompted for one in played.rounds] == [(0, 2), (0, 2, 5), (0, 2, 3, 5)]
    assert plain["objects"] == 2
    game = game_of(plain)
    assert np.array(game.scores) == pytest.approx(np.array([(3, 5), (4, 6), (6, 6)]) / 6)
    assert len(game.seconds) == 3
    assert list(game.seconds) == sorted(game.seconds)


def test_no_round_begins_when_the_time_is_over() -> None:
    video = drawn_video("one", [{1: ONE}] * 6)
    played = from_plain(DavisInteractiveTask(budget=0.0).play(Scripted(holds=1), video))
    assert len(played.rounds) == 1
    assert (
        len(from_plain(DavisInteractiveTask(rounds=4).play(Scripted(holds=1), video)).rounds) == 4
    )


def test_the_chapter_has_published_rows_and_a_curve() -> None:
    task = DavisInteractiveTask(clicks=1)
    assert task.name == "davis-interactive-1-click"
    video = drawn_video("one", [{1: ONE}] * 6)
    section = task.section({"scripted": [task.play(Scripted(holds=3), video)]})
    figures = section.figures["scripted"]
    assert figures["J&F at 60 s"] == 1
    assert 0.99 < figures["AUC-J&F"] <= 1
    table, curves = section.blocks
    assert isinstance(table, Table)
    assert table.rows[3] == ("SAM 2", 0.84, 0.87, None)
    assert table.published == (1, 2, 3)
    assert isinstance(curves, Curves)
    assert curves.lines[0].y == (0, 0.5, 1)


def test_a_model_plays() -> None:
    """A real model of random weights, for that sessions of several objects are driven rightly."""
    video = drawn_video("two", [{1: ONE, 2: TWO}] * 3)
    task = DavisInteractiveTask(rounds=2)
    played = from_plain(task.play(ModelMethod("small", small_model()), video))
    assert [len(one.objects) for one in played.rounds] == [2, 2]
    assert played.frames == 6
    assert all(len(one.frames) == 3 for each in played.rounds for one in each.objects)


def test_what_cannot_be_played_says_why() -> None:
    task = DavisInteractiveTask()
    with pytest.raises(PromptError, match="wanted a mask"):
        task.play(Scripted(takes_clicks=False), drawn_video("one", [{1: ONE}] * 3))
    with pytest.raises(FormatError, match="void"):
        task.play(Scripted(), drawn_video("void", [{}]))
    with pytest.raises(PromptError, match="rounds: 0"):
        DavisInteractiveTask(rounds=0)
