"""Offline the worst frame is clicked after every pass, online the first one that has gone wrong."""

import json
from collections.abc import Sequence

import numpy as np
import pytest
from evaluate.scripted import Scripted, drawn_video, square
from small import moving_pictures, small_model

from masklet.data.readers.annotated import Truth
from masklet.errors import FormatError, PromptError
from masklet.evaluate.datasets.held import HeldVideo
from masklet.evaluate.methods.ours import ModelMethod
from masklet.evaluate.scores.convention import DAVIS, EVERY_FRAME, Convention
from masklet.evaluate.tasks.annotator import click_object
from masklet.evaluate.tasks.blocks import Curves, Gallery, Table
from masklet.evaluate.tasks.interactive import OfflineTask, OnlineTask, next_stop
from masklet.evaluate.tasks.played import Played, Round, from_plain
from masklet.masks.region import region_similarity
from masklet.values import Size

HERE = square(4, 8, 8)
NEAR = square(5, 8, 8)
"""Moved by one column: IoU 56 / 72 = 0.78 with HERE, which does not make an annotator stop."""


def still(frames: int, *, name: str = "still") -> HeldVideo:
    return drawn_video(name, [{1: HERE}] * frames)


def levels(played: Played, label: int = 1) -> list[Round]:
    return [one for one in played.rounds if one.objects[0].label == label]


def regions(rounds: Sequence[Round]) -> list[float]:
    return [round(float(one.objects[0].region.mean()), 4) for one in rounds]


@pytest.mark.parametrize(("task", "back"), [(OfflineTask, True), (OnlineTask, False)])
def test_frames_are_clicked_until_all_is_right(
    task: type[OfflineTask] | type[OnlineTask], *, back: bool
) -> None:
    """A click is good for three of ten frames and one click is enough: 3, 6, 9, 10 frames are
    right, which ends it. The worst frame offline is the earliest of those that are lost, which is
    where an annotator stops online. Watching ten frames takes 1 s, so that two frames take
    (1 + 1 + 1.5) * 2 = 7 s offline and 1 + (1 + 1.5) * 2 = 6 s online."""
    method = Scripted(holds=3)
    played = from_plain(task(EVERY_FRAME).play(method, still(10)))
    rounds = levels(played)
    assert [one.number for one in rounds] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert regions(rounds) == [0.3, 0.6, 0.9, 1, 1, 1, 1, 1]
    assert [one.prompted for one in rounds[:4]] == [(0,), (0, 3), (0, 3, 6), (0, 3, 6, 9)]
    assert [one.clicks for one in rounds] == [1, 2, 3, 4, 4, 4, 4, 4]
    assert rounds[1].person == (7 if back else 6)
    assert rounds[7].person == rounds[3].person
    assert method.starts == [[0, 0, 0, 0] if back else [0, 3, 6, 9]]
    assert played.frames == (40 if back else 10 + 7 + 4 + 1)
    assert played.shown == ()


def test_clicks_are_added_up_to_three() -> None:
    """Where two clicks repair a frame the third is not given; where four would, three are."""
    two = from_plain(OfflineTask(EVERY_FRAME).play(Scripted(clicks_needed=2, holds=9), still(4)))
    assert [one.clicks for one in two.rounds] == [2] * 8
    four = from_plain(OfflineTask(EVERY_FRAME).play(Scripted(clicks_needed=4, holds=9), still(4)))
    assert [one.clicks for one in four.rounds][:3] == [3, 4, 4]
    assert regions(four.rounds)[:2] == [0, 1]


def test_offline_the_worst_frame_is_clicked_and_online_a_fair_one_is_passed() -> None:
    """The mask lags by a column, IoU 0.78, and the object of frame 2 is elsewhere, IoU 0."""
    video = drawn_video("one", [{1: HERE}, {1: HERE}, {1: square(20, 2, 8)}, {1: HERE}])
    method = Scripted(holds=1, lost=NEAR)
    offline = from_plain(OfflineTask(EVERY_FRAME, frames=4).play(method, video))
    assert [one.prompted for one in offline.rounds] == [(0,), (0, 2), (0, 1, 2), (0, 1, 2, 3)]
    online = from_plain(OnlineTask(EVERY_FRAME, frames=4).play(method, video))
    assert [one.prompted for one in online.rounds] == [(0,), (0, 2), (0, 2), (0, 2)]
    iou = 56 / 72
    assert (
        regions(online.rounds) == [round((1 + 2 * iou) / 4, 4)] + [round((2 + 2 * iou) / 4, 4)] * 3
    )
    strict = from_plain(OnlineTask(EVERY_FRAME, frames=4, below=0.8).play(method, video))
    assert [one.prompted for one in strict.rounds] == [(0,), (0, 1), (0, 1, 2), (0, 1, 2, 3)]
    assert [shown.frame for shown in online.shown] == [1]
    assert online.shown[0].caption == "one, object 1, frame 1: IoU 78 at the end"


def test_an_object_that_comes_later_is_a_clip_of_its_own() -> None:
    """Object 2 comes in frame 3 of 6. Its clip has frames 3, 4, 5, of which DAVIS scores 4 alone;
    it is clicked first on frame 3, and a click is good for one frame."""
    other = square(18, 4, 6)
    video = drawn_video("two", [{1: HERE}] * 3 + [{1: HERE, 2: other}] * 3)
    method = Scripted(holds=1)
    played = from_plain(OnlineTask(DAVIS, frames=3).play(method, video))
    first, second = levels(played, 1), levels(played, 2)
    assert [one.objects[0].frames for one in (first[0], second[0])] == [(1, 2, 3, 4), (4,)]
    assert [one.prompted for one in second] == [(3,), (3, 4), (3, 4, 5)]
    assert regions(second) == [0, 1, 1]
    assert regions(first) == [0, 0.25, 0.5]
    assert second[1].person == pytest.approx(30 * 3 / 300 + (1 + 1.5) * 2)
    assert {said.object for said in method.sessions[1]} == {2}
    assert [said.frame for said in method.sessions[1]] == [0, 1, 2]


def test_where_the_object_is_gone_a_surplus_is_clicked_away() -> None:
    """The object of frame 0 is hidden in frame 1, where the answer is still a square."""
    video = drawn_video("gone", [{1: HERE}, {}, {1: HERE}])
    method = Scripted(holds=1, lost=HERE)
    played = from_plain(OfflineTask(EVERY_FRAME, frames=2).play(method, video))
    assert regions(played.rounds) == [round(2 / 3, 4), 1]
    assert [said.labels for said in method.sessions[0]] == [(1,), (0,)]


def test_all_objects_as_one() -> None:
    other = square(18, 4, 6)
    video = drawn_video("two", [{1: HERE}] + [{1: HERE, 3: other}] * 3)
    union = Convention(first=True, last=True, union=True)
    played = from_plain(OfflineTask(union, frames=2).play(Scripted(holds=2), video))
    assert [one.objects[0].label for one in played.rounds] == [1, 1]
    assert [one.objects[0].frames for one in played.rounds] == [(0, 1, 2, 3)] * 2
    assert regions(played.rounds) == [0.5, 1]


def test_frames_without_annotation_are_neither_clicked_nor_scored() -> None:
    video = drawn_video("sparse", [{1: HERE}] * 9, every=4)
    played = from_plain(OnlineTask(EVERY_FRAME, frames=3).play(Scripted(holds=2), video))
    assert [one.prompted for one in played.rounds] == [(0,), (0, 4), (0, 4, 8)]
    assert played.rounds[0].objects[0].frames == (0, 4, 8)


@pytest.mark.parametrize("task", [OfflineTask(), OnlineTask()])
def test_what_cannot_be_played_says_why(task: OfflineTask | OnlineTask) -> None:
    with pytest.raises(PromptError, match="wanted a mask"):
        task.play(Scripted(takes_clicks=False), still(4))
    with pytest.raises(FormatError, match=r"void: .* no object"):
        task.play(Scripted(), drawn_video("void", [{}, {}]))
    with pytest.raises(PromptError, match="clicks: 0"):
        type(task)(clicks=0)
    with pytest.raises(PromptError, match="frames: 0"):
        type(task)(frames=0)
    with pytest.raises(FormatError, match=r"still: .*frame 1 .*\(3, 3\)"):
        task.play(Scripted(holds=1, lost=np.zeros((3, 3), dtype=bool)), still(4))


def test_names_and_chapter() -> None:
    """Two videos: after one frame 3 of 10 and 3 of 5 frames are right, mean 0.45; after two 6 of
    10 and all, 0.8; their mean 0.625. The times after two frames are those of 10 and 5 frames,
    (1 + 2.5) * 2 = 7 and (0.5 + 2.5) * 2 = 6, mean 6.5."""
    task = OfflineTask(EVERY_FRAME, frames=2)
    assert (task.name, OnlineTask(clicks=1).name) == (
        "interactive-offline-3-clicks",
        "interactive-online-1-click",
    )
    videos = [still(10, name="long"), still(5, name="short")]
    plains = [json.loads(json.dumps(task.play(Scripted(holds=3), video))) for video in videos]
    section = task.section({"scripted": plains})
    figures = section.figures["scripted"]
    assert figures == pytest.approx(
        {"J&F": 0.625, "J&F 1": 0.45, "J&F 2": 0.8, "seconds 1": 3.25, "seconds 2": 6.5}
    )
    table, frames, seconds, gallery = section.blocks
    assert isinstance(table, Table)
    assert table.head == ("method", "mean", "1", "2", "clicks", "seconds")
    assert [len(row) for row in table.rows] == [6]
    assert isinstance(frames, Curves)
    assert isinstance(seconds, Curves)
    assert [line.x for line in (*frames.lines, *seconds.lines)] == [(1, 2), (3.25, 6.5)]
    assert isinstance(gallery, Gallery)
    assert [photo.caption for photo in gallery.photos] == [
        "long, object 1, frame 6: IoU 0 at the end"
    ]


def test_only_region_is_called_j() -> None:
    task = OnlineTask(Convention(first=True, last=True, boundary=False), frames=1)
    section = task.section({"scripted": [task.play(Scripted(holds=2), still(4))]})
    assert section.figures["scripted"] == {"J": 0.5, "J 1": 0.5, "seconds 1": pytest.approx(2.9)}


def test_the_next_stop_is_a_later_frame() -> None:
    ious = {0: 0.1, 2: 0.75, 4: 0.74, 6: 0.2}
    assert next_stop(ious, 0, 0.75) == 4
    assert next_stop(ious, 4, 0.75) == 6
    assert next_stop(ious, 6, 0.75) is None


def drifting(frames: int) -> HeldVideo:
    """Pictures for a real model: a square that drifts with what is under it."""
    truths = {}
    for step in range(frames):
        mask = np.zeros((48, 72), dtype=bool)
        mask[12:32, 40 - 3 * step : 60 - 3 * step] = True
        truths[step] = Truth(Size(48, 72), {1: mask})
    return HeldVideo(name="drifting", pictures=moving_pictures(frames), truths=truths)


def single_pass(method: ModelMethod, video: HeldVideo, limit: int) -> list[float]:
    """Online with at most ``limit`` clicked frames in one pass that sees no later frame."""
    ious: list[float] = []
    with method.open(video) as session:
        click_object(session, frame=0, label=1, truth=video.truth(0).mask(1), clicks=3)
        left, frame = limit - 1, 0
        answers = session.propagate(0)
        while frame < len(video):
            mask = next(answers).masks[1]
            truth = video.truth(frame).mask(1)
            if frame > 0 and left > 0 and region_similarity(mask, truth) < 0.75:
                click_object(session, frame=frame, label=1, truth=truth, clicks=3, answer=mask)
                answers = session.propagate(frame)
                mask = next(answers).masks[1]
                left -= 1
            ious.append(region_similarity(mask, truth))
            frame += 1
    return ious


def test_going_on_with_one_more_frame_is_the_same_as_a_play_of_its_own() -> None:
    """With a real model of random weights, bit for bit."""
    video, method = drifting(6), ModelMethod("small", small_model())
    played = from_plain(OnlineTask(EVERY_FRAME, frames=3).play(method, video))
    for one in played.rounds:
        assert one.objects[0].region.tolist() == single_pass(method, video, one.number)
    assert [len(one.prompted) for one in played.rounds] == [1, 2, 3]
