"""The simulated annotator clicks where most is wrong, finds the worst frame, takes its time."""

import numpy as np
import pytest
from evaluate.scripted import SIZE, Scripted, drawn_video, square
from hypothesis import given
from hypothesis import strategies as st

from masklet.errors import PromptError
from masklet.evaluate.tasks.annotator import (
    click_object,
    examining_seconds,
    offline_seconds,
    online_seconds,
    prompting_seconds,
    tight_box,
    worst_frame,
)

EMPTY = np.zeros(SIZE, dtype=bool)


def test_the_first_click_is_in_the_middle_and_stops_when_all_is_right() -> None:
    """A 7 x 7 square at (4, 8) has its middle at (7, 11); the script answers it exactly."""
    truth = square(4, 8, 7)
    method = Scripted()
    with method.open(drawn_video("a", [{1: truth}])) as session:
        clicked = click_object(session, frame=0, label=1, truth=truth, clicks=3)
    assert clicked.clicks == 1
    assert np.array_equal(clicked.mask, truth)
    assert [(said.points, said.labels) for said in method.sessions[0]] == [(((7, 11),), (1,))]


def test_a_surplus_is_clicked_away_and_clicks_are_limited() -> None:
    """The answer covers the truth and a 5 x 5 patch at (20, 2): a negative click at (22, 4)."""
    truth, patch = square(4, 8, 7), square(20, 2, 5)
    method = Scripted(clicks_needed=9, lost=truth | patch)
    with method.open(drawn_video("a", [{1: truth}])) as session:
        clicked = click_object(
            session, frame=0, label=1, truth=truth, clicks=2, answer=truth | patch
        )
    assert clicked.clicks == 2
    assert np.array_equal(clicked.mask, truth | patch)
    assert [(said.points, said.labels) for said in method.sessions[0]] == [(((22, 4),), (0,))] * 2


@pytest.mark.parametrize("answer", [None, EMPTY])
def test_nothing_is_clicked_where_there_is_nothing(answer: np.ndarray | None) -> None:
    method = Scripted()
    with method.open(drawn_video("a", [{1: square(2)}, {}])) as session:
        clicked = click_object(session, frame=1, label=1, truth=EMPTY, clicks=3, answer=answer)
    assert clicked.clicks == 0
    assert not clicked.mask.any()
    assert method.sessions == [[]]


def test_a_method_without_clicks_says_so() -> None:
    method = Scripted(takes_clicks=False)
    with (
        method.open(drawn_video("a", [{1: square(2)}])) as session,
        pytest.raises(PromptError, match="wanted a mask"),
    ):
        click_object(session, frame=0, label=1, truth=square(2), clicks=1)


def test_the_worst_frame_is_the_earliest_of_the_lowest() -> None:
    assert worst_frame({4: 0.5, 2: 0.5, 0: 0.9, 6: 1.0}) == 2
    assert worst_frame({0: 1.0, 1: 1.0}) is None
    assert worst_frame({}) is None


def test_a_tight_box_has_the_first_and_last_pixel() -> None:
    assert tight_box(square(4, 8, 7)) == (4, 8, 10, 14)
    assert tight_box(square(5, 3, 1)) == (5, 3, 6, 4)
    with pytest.raises(PromptError, match="empty"):
        tight_box(EMPTY)


@given(st.integers(0, 31), st.integers(0, 23), st.integers(2, 20))
def test_a_tight_box_holds_the_mask_and_no_line_more(x: int, y: int, side: int) -> None:
    mask = square(x, y, side)
    x0, y0, x1, y1 = (int(edge) for edge in tight_box(mask))
    assert mask[y0 : y1 + 1, x0 : x1 + 1].sum() == mask.sum()
    if min(mask.any(axis=0).sum(), mask.any(axis=1).sum()) > 1:
        assert all(line.any() for line in (mask[y0], mask[y1], mask[:, x0], mask[:, x1]))


def test_times_are_those_of_the_paper() -> None:
    """300 frames are watched in 30 s. Four frames of three clicks, offline:
    (30 + 1 + 1.5 * 3) * 4 = 142; online: 30 + (1 + 1.5 * 3) * 4 = 52."""
    assert examining_seconds(300) == 30
    assert examining_seconds(60) == 6
    assert prompting_seconds(frames=4, clicks=12) == 22
    assert offline_seconds(300, frames=4, clicks=12) == 142
    assert online_seconds(300, frames=4, clicks=12) == 52


@given(st.integers(1, 1000), st.integers(1, 8), st.integers(0, 3))
def test_online_is_never_slower_than_offline(length: int, frames: int, clicks: int) -> None:
    both = {"frames": frames, "clicks": frames * clicks}
    assert online_seconds(length, **both) <= offline_seconds(length, **both) + 1e-9
