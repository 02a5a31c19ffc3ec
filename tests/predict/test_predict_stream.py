"""The stream gives the offline session's numbers, in constant memory between prompts."""

import numpy as np
import pytest
from small import moving_pictures, small_model

from masklet.errors import MediaError, PromptError
from masklet.predict.model import Model
from masklet.values import FrameResult, Prompt

TOLERANCE = 2e-4
LENGTH = 24


@pytest.fixture(scope="module")
def model() -> Model:
    """One small model for the whole file."""
    return small_model()


def agree(left: FrameResult, right: FrameResult) -> None:
    """Two results of one frame are the same within float tolerance."""
    assert (left.index, left.objects) == (right.index, right.objects)
    assert np.allclose(left.logits, right.logits, atol=TOLERANCE)
    assert np.allclose(left.presence, right.presence, atol=TOLERANCE)


def test_the_stream_is_the_offline_session(model: Model) -> None:
    """Two objects, one added late, one corrected, one removed, on the way."""
    pictures = moving_pictures(LENGTH)
    tracker = model.stream()
    live: list[FrameResult] = []
    corrections: list[FrameResult] = []
    for index, picture in enumerate(pictures):
        prompts = [Prompt(object="a", points=[(20, 20)])] if index == 0 else []
        prompts += [Prompt(object="b", box=(30, 5, 60, 40))] if index == 7 else []
        live.append(tracker.step(picture, prompts))
        if index == 12:
            corrections.append(tracker.prompt(object="a", points=[(50, 30)], labels=[0]))
            tracker.prompt(object="a", points=[(10, 30)])
        if index == 18:
            tracker.remove("b")
    with model.video(pictures) as video:
        video.prompt(frame=0, object="a", points=[(20, 20)])
        offline = list(video.propagate(stop=6))
        video.prompt(frame=7, object="b", box=(30, 5, 60, 40))
        offline += list(video.propagate(start=7, stop=12))
        agree(video.prompt(frame=12, object="a", points=[(50, 30)], labels=[0]), corrections[0])
        video.prompt(frame=12, object="a", points=[(10, 30)])
        offline += list(video.propagate(start=13, stop=18))
        video.remove("b")
        offline += list(video.propagate(start=19))
    for left, right in zip(live, offline, strict=True):
        agree(left, right)


def test_a_bound_on_prompted_frames_keeps_the_first_and_the_latest(model: Model) -> None:
    """Older corrections between them are forgotten, and with them their memory."""
    tracker = model.stream(max_prompted_frames=2)
    for index, picture in enumerate(moving_pictures(8)):
        prompts = [Prompt(object=1, points=[(20, 20)])] if index in (0, 2, 4) else []
        result = tracker.step(picture, prompts)
        assert result.objects == (1,)
    assert len(tracker.memories(1)) <= 2 + 7


def test_what_cannot_be_done_is_refused(model: Model) -> None:
    """Errors leave the stream as it was."""
    tracker = model.stream()
    with pytest.raises(PromptError, match="no picture"):
        tracker.prompt(object=1, points=[(1, 1)])
    first, second = moving_pictures(2)
    with pytest.raises(PromptError, match="outside"):
        tracker.step(first, [Prompt(object=1, points=[(500, 1)])])
    assert tracker.step(first, [Prompt(object=1, points=[(20, 20)])]).index == 0
    with pytest.raises(MediaError, match="size"):
        tracker.step(second[:10])
    with pytest.raises(MediaError, match="uint8"):
        tracker.step(second.astype(np.float32))
    with pytest.raises(PromptError, match="not known"):
        tracker.remove(5)
    assert tracker.step(second).index == 1
