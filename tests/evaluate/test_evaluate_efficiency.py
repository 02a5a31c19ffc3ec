"""The time of annotating frame by frame, by tracked masks and by tracking that clicks correct."""

import json

import numpy as np
import pytest
from evaluate.scripted import SIZE, Scripted, drawn_video, square
from small import small_model

from masklet.errors import FormatError, PromptError
from masklet.evaluate.datasets.clip import ObjectClip
from masklet.evaluate.datasets.held import HeldVideo
from masklet.evaluate.methods.ours import ModelMethod
from masklet.evaluate.tasks.annotator import Clicked
from masklet.evaluate.tasks.blocks import Table
from masklet.evaluate.tasks.efficiency import (
    Draw,
    EfficiencyTask,
    Work,
    by_masks,
    by_pictures,
    by_prompts,
    click_picture,
    effort_of,
)
from masklet.evaluate.tasks.efficiency_section import Effort, Way, figures_of
from masklet.masks.region import region_similarity

HERE, NEAR, FAR = square(4), square(5), square(6)
"""Moved by one column IoU is 56 / 72 = 0.78, by two 48 / 80 = 0.6."""
EMPTY = np.zeros(SIZE, dtype=bool)


def clip_of(video: HeldVideo) -> ObjectClip:
    return ObjectClip(video=video, label=1, start=0)


def still(frames: int) -> ObjectClip:
    return clip_of(drawn_video("still", [{1: HERE}] * frames))


def exact(clip: ObjectClip) -> Draw:
    """An image model that has every mask right after four clicks."""
    return lambda frame: Clicked(clip.mask(frame), 4)


def test_frame_by_frame_every_frame_is_edited() -> None:
    """Six frames: 0.6 s to look, 6 s to find, 24 clicks of 1.5 s."""
    work = by_pictures(still(6), exact(still(6)))
    assert work.clicks == dict.fromkeys(range(6), 4)
    assert work.seconds == pytest.approx(0.6 + 6 + 36)


def test_masks_are_made_anew_where_tracking_went_wrong() -> None:
    """A mask is good for three frames of six: two are made, 0.6 + 2 + 8 * 1.5 = 14.6 s."""
    clip, method = still(6), Scripted(holds=3, takes_clicks=False)
    with method.open(clip) as session:
        work = by_masks(session, clip, exact(clip), enough=0.8)
    assert work.clicks == {0: 4, 3: 4}
    assert work.seconds == pytest.approx(14.6)
    assert [said.mask is not None and said.mask.sum() for said in method.sessions[0]] == [64, 64]
    assert method.starts == [[0, 3]]


def test_tracked_masks_are_corrected_by_clicks() -> None:
    """Two clicks repair three frames: 0.6 + 2 + 4 * 1.5 = 8.6 s."""
    clip, method = still(6), Scripted(holds=3, clicks_needed=2)
    with method.open(clip) as session:
        work = by_prompts(session, clip, clicks=8, enough=0.8)
    assert work.clicks == {0: 2, 3: 2}
    assert work.seconds == pytest.approx(8.6)


@pytest.mark.parametrize(("enough", "edited"), [(0.8, [0, 1, 2]), (0.75, [0])])
def test_a_frame_that_is_right_enough_is_left_as_it_came(enough: float, edited: list[int]) -> None:
    clip, method = still(3), Scripted(holds=1, lost=NEAR)
    with method.open(clip) as session:
        work = by_prompts(session, clip, clicks=8, enough=enough)
    assert list(work.clicks) == edited
    assert sorted(work.masks) == [0, 1, 2]


def test_a_frame_that_is_never_right_is_left_after_the_last_click() -> None:
    clip, method = still(2), Scripted(clicks_needed=99)
    with method.open(clip) as session:
        work = by_prompts(session, clip, clicks=5, enough=0.8)
    assert work.clicks == {0: 5, 1: 5}


def test_where_the_object_is_hidden_a_mask_is_taken_away_in_one_click() -> None:
    """Frame by frame nothing is done there. Frame 2 of the script is right again by itself."""
    clip = clip_of(drawn_video("gone", [{1: HERE}, {}, {1: HERE}]))
    method = Scripted(holds=1, lost=HERE)
    with method.open(clip) as session:
        work = by_prompts(session, clip, clicks=8, enough=0.8)
    assert work.clicks == {0: 1, 1: 1}
    last = method.sessions[0][-1]
    assert last.frame == 1
    assert last.mask is not None
    assert not last.mask.any()
    assert by_pictures(clip, exact(clip)).clicks == {0: 4, 2: 4}


def test_alignment_counts_masks_alike_with_those_made_frame_by_frame() -> None:
    """Of four frames one is the same, one has IoU 0.78, one 0.6, and one is empty in both."""
    alone, work = Work(), Work()
    for frame, mask in enumerate((HERE, NEAR, FAR, EMPTY)):
        work.keep(frame, mask)
        alone.edit(frame, Clicked(HERE if mask.any() else EMPTY, 3))
    effort = effort_of(Way.MASKS, 64, work, alone)
    assert (effort.aligned, effort.compared, effort.edited) == (2, 3, 0)
    itself = effort_of(Way.PICTURES, 64, alone, alone)
    assert (itself.aligned, itself.compared, itself.clicks) == (0, 0, 12)


def effort(way: Way, area: int, **numbers: float) -> Effort:
    given = {"frames": 10, "seconds": 20.0, "edited": 2, "clicks": 6, "aligned": 9, "compared": 10}
    return Effort(way=way, area=area, **{**given, **numbers})  # pyright: ignore[reportArgumentType]


def test_figures_are_over_all_frames_of_all_objects() -> None:
    """20 s and 50 s for 10 and 30 frames: 1.75 s a frame. 2 and 6 edited of 40; 6 and 30 clicks on
    8 frames. Small below 1024 pixels, large from 9216 on."""
    efforts = [
        effort(Way.MASKS, 1023),
        effort(
            Way.MASKS, 9216, frames=30, seconds=50, edited=6, clicks=30, aligned=28, compared=30
        ),
        effort(Way.PROMPTS, 1024, aligned=1),
    ]
    figures = figures_of(efforts)
    assert figures == pytest.approx(
        {
            "seconds a frame, masks": 1.75,
            "edited frames, masks": 0.2,
            "clicks a clicked frame, masks": 4.5,
            "alignment, masks": 37 / 40,
            "alignment small, masks": 0.9,
            "alignment large, masks": 28 / 30,
            "seconds a frame, prompts": 2,
            "edited frames, prompts": 0.2,
            "clicks a clicked frame, prompts": 3,
            "alignment, prompts": 0.1,
            "alignment medium, prompts": 0.1,
        }
    )
    assert figures == figures_of(efforts[::-1])


def test_a_model_annotates_in_three_ways_and_the_chapter_has_the_paper_beside() -> None:
    video = drawn_video("two", [{1: HERE, 2: square(20, 4, 9)}] * 3)
    task = EfficiencyTask(clicks=2)
    plain = json.loads(json.dumps(task.play(ModelMethod("small", small_model()), video)))
    efforts = [Effort(**one) for one in plain["efforts"]]
    assert [(one.way, one.area, one.frames) for one in efforts] == [
        (way, area, 3) for area in (64, 81) for way in Way
    ]
    assert all(one.edited == 3 for one in efforts if one.way == Way.PICTURES)
    section = task.section({"small": [plain]})
    (table,) = section.blocks
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows[:3]] == [
        "small: frame by frame",
        "small: tracking masks",
        "small: tracking, corrected by clicks",
    ]
    assert table.rows[3][1:5] == ("37.8", 1.0, "4.80", None)
    assert table.published == (3, 4, 5)
    assert table.rows[0][4:] == (None, None, None, None)


def test_a_picture_is_clicked_until_it_is_right_enough() -> None:
    model, clip = small_model(), still(1)
    one = click_picture(model, clip, 0, clicks=1, enough=1.0)
    assert one.clicks == 1
    iou = region_similarity(one.mask, HERE)
    assert click_picture(model, clip, 0, clicks=5, enough=iou).clicks == 1
    assert click_picture(model, clip, 0, clicks=3, enough=1.0).clicks == 3


def test_what_cannot_be_played_says_why() -> None:
    video = drawn_video("still", [{1: HERE}] * 2)
    with pytest.raises(PromptError, match="scripted: it segments no single pictures"):
        EfficiencyTask().play(Scripted(), video)
    with pytest.raises(PromptError, match="wanted a mask"):
        EfficiencyTask(clicks=1).play(Scripted(pictures=small_model(), takes_clicks=False), video)
    with pytest.raises(FormatError, match="void"):
        EfficiencyTask().play(Scripted(pictures=small_model()), drawn_video("void", [{}]))
    with pytest.raises(PromptError, match="clicks: 0"):
        EfficiencyTask(clicks=0)
