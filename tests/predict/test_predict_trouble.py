"""Trouble on the way loses nothing: unreadable frames, a full disk, any numbers as prompts."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from small import moving_pictures, same, small_model

from masklet.errors import MediaError, PromptError
from masklet.predict.checks import Scale, check_said
from masklet.predict.model import Model
from masklet.predict.records import Layout, Records
from masklet.stream.state import Entry
from masklet.values import Size

LAYOUT = Layout(side=4, channels=8)


@pytest.fixture(scope="module")
def model() -> Model:
    """One small model for the whole file."""
    return small_model()


def entry(value: float) -> Entry:
    """An answer in which every number is ``value``."""
    number = torch.tensor(value)
    return Entry(torch.full((4, 4), value), number, number, torch.full((8,), value))


class CutShort:
    """A source whose last frames cannot be read."""

    fps = None

    def __init__(self, pictures: list[np.ndarray], readable: int) -> None:
        self._pictures = pictures
        self._readable = readable
        self.size = Size(*pictures[0].shape[:2])

    def __len__(self) -> int:
        return len(self._pictures)

    def __getitem__(self, index: int) -> np.ndarray:
        if index >= self._readable:
            raise MediaError(f"frame {index} of clip.mp4 is missing: the file is cut short")
        return self._pictures[index]

    def close(self) -> None:
        """Holds nothing."""


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file may grow beyond ``size`` bytes, as on a disk that is nearly full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_records_come_back_in_any_order() -> None:
    """What was written is read bit for bit; only kept frames can be read."""
    records = Records(10, LAYOUT)
    for frame in (7, 2, 9):
        records.write(frame, entry(frame + 0.1))
    assert torch.equal(records.read(2, torch.device("cpu")).logits, entry(2.1).logits)
    assert torch.equal(records.read(9, torch.device("cpu")).pointer, entry(9.1).pointer)
    assert [frame for frame in range(-3, 13) if records.kept(frame)] == [2, 7, 9]


def test_visits_remember_their_way() -> None:
    """The last pass over a frame counts, and a record stays through it."""
    records = Records(3, LAYOUT)
    records.write(1, entry(1.0))
    assert not records.visited(1)
    records.visit(1, reverse=True)
    assert records.went_back(1)
    records.visit(1, reverse=False)
    assert not records.went_back(1)
    assert records.kept(1)
    assert not records.kept(2)


def test_a_full_disk_is_one_error_and_earlier_frames_stay() -> None:
    """The error names the frame; what fitted can be read."""
    records = Records(10, LAYOUT)
    records.write(0, entry(0.5))
    with files_of_at_most(LAYOUT.numbers * 4 + 10), pytest.raises(MediaError, match="frame 1"):
        records.write(1, entry(1.5))
    assert records.kept(0)
    assert not records.kept(1)
    assert torch.equal(records.read(0, torch.device("cpu")).logits, entry(0.5).logits)


def test_a_session_survives_a_full_disk(model: Model) -> None:
    """Propagation stops with one error; with room again, it goes on as if nothing had happened."""
    with model.video(moving_pictures(12)) as calm, model.video(moving_pictures(12)) as video:
        calm.prompt(frame=0, points=[(20, 20)])
        whole = list(calm.propagate())
        video.prompt(frame=0, points=[(20, 20)])
        part = []
        with files_of_at_most(7000), pytest.raises(MediaError, match="could not be kept"):
            part.extend(video.propagate())
        rest = list(video.propagate(start=len(part)))
        kept = [video.result(frame) for frame in range(12)]
    assert same(whole, kept, 2e-4)
    assert rest[-1].index == 11


def test_a_file_cut_short_keeps_what_came_before(model: Model) -> None:
    """The error names the frame; results until then can be asked for and the session goes on."""
    with model.video(CutShort(moving_pictures(10), readable=6)) as video:
        video.prompt(frame=0, points=[(20, 20)])
        seen = []
        with pytest.raises(MediaError, match="frame 6"):
            seen.extend(video.propagate())
        assert [video.result(frame).index for frame in range(6) if video.result(frame).objects] == [
            0,
            1,
            2,
            3,
            4,
            5,
        ]
        with pytest.raises(MediaError, match="frame 8"):
            video.prompt(frame=8, points=[(20, 20)])
        assert video.objects == (1,)
        assert [r.index for r in video.propagate(start=3, stop=5)] == [3, 4, 5]


@settings(max_examples=300, deadline=None)
@given(
    points=st.lists(st.tuples(st.floats(), st.floats()), max_size=3),
    labels=st.none() | st.lists(st.integers(-3, 4), max_size=3),
    box=st.none() | st.lists(st.floats(), max_size=5),
)
def test_any_numbers_are_a_prompt_or_an_error(
    points: list[tuple[float, float]], labels: list[int] | None, box: list[float] | None
) -> None:
    """What is accepted lies inside of the network's picture."""
    try:
        said = check_said(points, labels, box, Scale(Size(48, 72), 64))
    except PromptError:
        return
    assert len(said.points) == len(said.labels) == len(points)
    corners = [] if said.box is None else list(said.box)
    assert all(0 <= value <= 64 for value in [*corners, *(v for p in said.points for v in p)])
