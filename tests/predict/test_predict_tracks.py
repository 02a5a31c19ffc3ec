"""A video session's whole state as a value, tries that change nothing, and passes over a choice."""

from dataclasses import replace

import numpy as np
import pytest
from small import moving_pictures, same, small_model

from masklet.errors import PromptError
from masklet.media.sources import ArraySequence
from masklet.predict.model import Model
from masklet.predict.track import Track
from masklet.predict.video import Video
from masklet.stream.state import Bank


class Counted(ArraySequence):
    """Pictures that note in which order they are asked for."""

    def __init__(self, pictures: list[np.ndarray]) -> None:
        self.asked: list[int] = []
        super().__init__(pictures)

    def __getitem__(self, index: int) -> np.ndarray:
        self.asked.append(index)
        return super().__getitem__(index)


@pytest.fixture(scope="module")
def model() -> Model:
    """One small model for the whole file."""
    return small_model()


@pytest.fixture
def video(model: Model) -> Video:
    """Twelve frames and no object yet."""
    return model.video(moving_pictures(12))


def forgetful(track: Track) -> Track:
    """A track as it is made out of what was kept: without any memory."""
    bank = track.bank
    prompted = {t: entry._replace(memory=None) for t, entry in bank.prompted.items()}
    return replace(track, bank=Bank(prompted=prompted, pending=bank.pending))


def test_tracks_can_be_set_back(video: Video) -> None:
    """Objects and prompts are those of then; what could be undone before cannot be any more."""
    video.prompt(frame=0, points=[(20, 20)])
    tracks = video.tracks
    video.prompt(frame=5, points=[(40, 20)])
    video.prompt(frame=3, object=1, points=[(30, 30)])
    video.tracks = tracks
    assert video.objects == (1,)
    assert list(video.prompts(1)) == [0]
    with pytest.raises(PromptError, match="nothing to undo"):
        video.undo()


def test_a_session_goes_on_without_the_memories_it_held(video: Video, model: Model) -> None:
    """They are encoded again out of the answers: corrections and later passes are the same."""
    with model.video(moving_pictures(12)) as calm:
        results = []
        for session in (calm, video):
            session.prompt(frame=0, points=[(20, 20)])
            session.prompt(frame=6, object=1, points=[(30, 20)])
            done = list(session.propagate(stop=8))
            if session is video:
                session.tracks = tuple(forgetful(track) for track in session.tracks)
            done.append(session.prompt(frame=4, object=1, points=[(50, 40)], labels=[0]))
            done += session.propagate(start=3)
            results.append(done)
    assert same(results[0], results[1], 1e-5)


def test_warming_brings_memories_back_one_by_one(model: Model) -> None:
    """A prompt then reads no other frame, and gives what it gives without."""
    source = Counted(moving_pictures(20))
    results = []
    for warm in (False, True):
        with Video(model.runtime, source, features=3) as video:
            video.prompt(frame=0, object="a", points=[(20, 20)])
            video.prompt(frame=0, object="b", points=[(50, 30)])
            list(video.propagate())
            source.asked.clear()
            while warm and video.warm(8):
                assert len(source.asked) == len(set(source.asked))
            if warm:
                assert sorted(source.asked) == [*range(2, 9)]
                assert not video.warm(8)
                source.asked.clear()
            results.append(video.prompt(frame=8, object="a", points=[(40, 30)]))
            assert sorted(source.asked) == ([] if warm else [*range(2, 9)])
            before = len(source.asked)
            results.append(video.prompt(frame=8, object="a", points=[(10, 30)]))
            assert len(source.asked) == before
    assert same(results[:2], results[2:], 1e-5)


def test_a_preview_is_a_first_prompt_that_changes_nothing(video: Video) -> None:
    """Under the number 0, whatever else there is."""
    video.prompt(frame=0, points=[(20, 20)])
    list(video.propagate())
    before = video.tracks
    tried = video.preview(frame=4, points=[(40, 30), (10, 10)], labels=[1, 0])
    assert video.tracks is before
    assert tried.objects == (0,)
    said = video.prompt(frame=4, object="new", points=[(40, 30), (10, 10)], labels=[1, 0])
    assert (tried.logits == said.logits).all()
    with pytest.raises(PromptError, match="nothing is asked"):
        video.preview(frame=0)
    with pytest.raises(PromptError, match="outside"):
        video.preview(frame=0, points=[(99, 1)])


def test_a_preview_of_a_correction_is_what_the_correction_gives(video: Video) -> None:
    """On a prompted frame and on a tracked one, memory included."""
    video.prompt(frame=0, object="a", points=[(20, 20)])
    list(video.propagate())
    for frame in (0, 6):
        before = video.tracks
        tried = video.preview(frame=frame, object="a", points=[(40, 30)], labels=[0])
        assert video.tracks is before
        said = video.prompt(frame=frame, object="a", points=[(40, 30)], labels=[0])
        assert (tried.logits == said.logits).all()
    with pytest.raises(PromptError, match="not known"):
        video.preview(frame=0, object="b", points=[(1, 1)])


def test_a_pass_over_chosen_objects_leaves_the_others(video: Video, model: Model) -> None:
    """It gives what tracking them alone gives; without a choice, all are tracked."""
    video.prompt(frame=0, object="a", points=[(20, 20)])
    video.prompt(frame=2, object="b", points=[(50, 30)])
    done = list(video.propagate(objects=["b"]))
    with model.video(moving_pictures(12)) as alone:
        alone.prompt(frame=2, object="b", points=[(50, 30)])
        assert same(done, list(alone.propagate()))
    assert [result.objects for result in map(video.result, (0, 1, 2, 5))] == [
        ("a",),
        (),
        ("b",),
        ("b",),
    ]
    assert all(result.objects == ("a", "b") for result in video.propagate())
    with pytest.raises(PromptError, match="'c' is not known"):
        video.propagate(objects=["c"])
    with pytest.raises(PromptError, match="nothing to propagate"):
        video.propagate(objects=[])


def test_a_warm_frame_is_not_encoded_again(model: Model) -> None:
    """Frames asked for last are held, as many as were wished for."""
    source = Counted(moving_pictures(6))
    asked = source.asked
    with Video(model.runtime, source, features=3) as video:
        asked.clear()
        video.warm(1)
        for frame in (2, 3, 1, 4, 1):
            video.warm(frame)
        video.prompt(frame=1, points=[(20, 20)])
        assert asked == [1, 2, 3, 4]
        video.warm(2)
        assert asked[-1] == 2
        with pytest.raises(PromptError, match="frames 0 to 5"):
            video.warm(6)
