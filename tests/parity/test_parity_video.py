"""Our video session against transformers' on the same small random weights: a second oracle."""

import numpy as np
import pytest
import torch

from masklet.media.sources import ArraySequence
from masklet.predict.runtime import Runtime
from masklet.predict.video import Video
from masklet.values import FrameResult
from tests.golden.pictures import clip
from tests.parity.small_models import SIZE, make_twins
from tests.parity.their_session import Click, Kept, Place, TheirSession

TOLERANCE = 2e-4
FRAMES = 20
FIRST = [
    Click(0, 1, [[40.0, 60.0]], [1]),
    Click(0, 2, [[70.0, 15.0], [115.0, 60.0]], [2, 3]),
]
SECOND = [
    Click(5, 1, [[60.0, 70.0], [20.0, 20.0]], [1, 0]),
    Click(5, 2, [[90.0, 40.0]], [1]),
]

Answers = dict[Place, Kept]


def our_answers(video: Video, result: FrameResult) -> Answers:
    answers = {}
    for row, name in enumerate(result.objects):
        stored = video.stored(result.index, name)
        assert stored is not None
        assert isinstance(name, int)
        answers[Place(result.index, name)] = Kept(
            result.logits[row], float(result.presence[row]), np.asarray(stored.pointer)
        )
    return answers


def our_prompt(video: Video, click: Click) -> Answers:
    if click.labels == [2, 3]:
        box = [value for point in click.points for value in point]
        result = video.prompt(frame=click.frame, object=click.object, box=box)
    else:
        result = video.prompt(
            frame=click.frame, object=click.object, points=click.points, labels=click.labels
        )
    return our_answers(video, result)


def assert_same(ours: Answers, theirs: dict[Place, Kept]) -> None:
    assert ours.keys() == theirs.keys()
    for place, kept in theirs.items():
        mine = ours[place]
        for name in ("logits", "pointer"):
            a, b = getattr(mine, name), getattr(kept, name)
            assert np.linalg.norm(a - b) <= TOLERANCE * np.linalg.norm(b), (place, name)
        assert mine.presence == pytest.approx(kept.presence, rel=TOLERANCE, abs=TOLERANCE), place


@pytest.mark.parametrize("presence", [2.0, 0.2], ids=["there", "now and then"])
@pytest.mark.parametrize("newer", [True, False], ids=["sam2.1", "sam2"])
def test_clip_forward_then_backward_is_the_same(newer: bool, presence: float) -> None:
    twins = make_twins(newer=newer, seed=3, presence=presence)
    runtime = Runtime(model=twins.ours, device=torch.device("cpu"), dtype=torch.float32)
    frames = list(clip(FRAMES, SIZE, SIZE))
    pictures = torch.stack([runtime.prepare(frame) for frame in frames])
    theirs = TheirSession(twins.video, pictures)
    with Video(runtime, ArraySequence(frames), fill_holes=0) as video:
        for clicks in (FIRST, SECOND):
            ours: Answers = {}
            for click in clicks:
                ours |= our_prompt(video, click)
            assert_same(ours, dict(theirs.prompt(clicks)))
        for start, reverse in ((0, False), (FRAMES - 2, True)):
            ours = {}
            for result in video.propagate(start=start, reverse=reverse):
                ours |= our_answers(video, result)
            assert_same(ours, dict(theirs.propagate(start, reverse=reverse)))
