"""Clips as they are played in training: what is asked, and what is remembered as in the stream."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
import torch
from small import small_model
from torch import Tensor

from masklet.model.image_encoder import ImageFeatures
from masklet.model.prompt_encoder import Prompts
from masklet.model.sam2 import Sam2
from masklet.stream.gather import Reading
from masklet.stream.plan import Clock, plan_reads
from masklet.stream.state import Entry
from masklet.stream.step import take_masks, track, write
from masklet.train.draws import Draws
from masklet.train.follow import Follower, follow
from masklet.train.game import Player, Rules, on_grid, rules_in_the_paper
from masklet.train.prompting import First, plan_clip, start_in_the_paper

SIDE, ROWS, FRAMES = 64, 2, 3
SEEDS = (3, 6, 7, 17)
PAPER = start_in_the_paper()
WEIGHT = torch.full((ROWS,), 1 / ROWS)


class Scene(NamedTuple):
    """A clip of noise in which two squares move."""

    features: ImageFeatures
    masks_TRHW: torch.Tensor

    def rows(self, frame: int) -> ImageFeatures:
        """A frame's features once an object."""
        parts = (x[frame : frame + 1].expand(ROWS, -1, -1, -1) for x in self.features)
        return ImageFeatures(*parts)

    def truth(self, frame: int, grid: int) -> torch.Tensor:
        """A frame's masks on a grid."""
        return on_grid(self.masks_TRHW[frame], grid)


def scene(model: Sam2, frames: int) -> Scene:
    """Squares lie on whole cells of the decoder's grid."""
    generator = torch.Generator().manual_seed(4)
    masks = torch.zeros(frames, ROWS, SIDE, SIDE, dtype=torch.bool)
    for frame in range(frames):
        for row in range(ROWS):
            left = (8 * row + 4 * frame) % 32
            masks[frame, row, 16:48, left : left + 24] = True
    return Scene(model.encode(torch.randn(frames, 3, SIDE, SIDE, generator=generator)), masks)


def player(rules: Rules, seed: int = 0) -> Player:
    """A small network and a seeded annotator."""
    model = small_model().runtime.model.requires_grad_(True)
    return Player(model, Draws(torch.Generator().manual_seed(seed)), rules)


@contextmanager
def prompts_heard(model: Sam2) -> Iterator[list[Prompts]]:
    """The prompts of every question that the network is asked."""
    heard: list[Prompts] = []
    handle = model.prompt_encoder.register_forward_pre_hook(lambda _, given: heard.append(given[0]))
    yield heard
    handle.remove()


def places(first: First | None, *, corrected: bool) -> list[int]:
    """How many points each question on a frame has; none is asked with one place for no point."""
    asked = [2 if first is First.BOX else 1]
    if corrected:
        before = asked[0] if first else 0
        asked += [before + clicks for clicks in range(1, PAPER.clicks + 1)]
    return asked


@pytest.mark.parametrize("seed", SEEDS)
def test_a_clip_is_asked_as_planned(seed: int) -> None:
    """Seven clicks on every corrected frame, logits fed back, and a loss for every answer.

    Answers to one click and to none have three masks, all others one.
    """
    annotator = player(rules_in_the_paper(), seed)
    clip = scene(annotator.model, FRAMES)
    truth = torch.stack([clip.truth(t, 1) for t in range(FRAMES)])[None]
    plan = plan_clip(PAPER, FRAMES, Draws(torch.Generator().manual_seed(seed)))
    with torch.no_grad(), prompts_heard(annotator.model) as heard:
        losses = follow(annotator, clip.features, truth, WEIGHT, start=PAPER)
    asked, judged = [], []
    for frame in plan.order(FRAMES):
        first = plan.prompted.get(frame)
        points = places(first, corrected=frame in plan.corrected)
        asked += points
        judged += [] if first is First.MASK else points
    assert [len(each.points[0]) for each in heard] == asked
    assert [loss.real_ious.shape[1] for loss in losses] == [3 if n <= 1 else 1 for n in judged]
    clicked = [
        each for each in heard if bool((each.labels[:, -1] < 2).all()) and len(each.labels[0]) > 1
    ]
    assert all(each.has_mask.all() for each in clicked)
    assert all(each.mask.min() >= -32 and each.mask.max() <= 32 for each in clicked)


def test_the_seeds_above_play_everything() -> None:
    """Every kind of first prompt, one frame prompted and two, none to two corrected."""
    plans = [plan_clip(PAPER, FRAMES, Draws(torch.Generator().manual_seed(s))) for s in SEEDS]
    assert {first for p in plans for first in p.prompted.values()} == set(First) - {First.HINT}
    assert {len(p.prompted) for p in plans} == {1, 2}
    assert {len(p.corrected) for p in plans} == {0, 1, 2}


@pytest.mark.parametrize("endless", [True, False])
def test_what_is_remembered_is_what_the_stream_remembers(endless: bool) -> None:
    """From a mask on, over more frames than memories are read of."""
    frames = 9 if endless else 4
    annotator = player(Rules(grid=1, endless=endless))
    model, clip = annotator.model, scene(annotator.model, frames)
    follower = Follower(annotator, frames)
    entries: list[dict[int, Entry]] = [{} for _ in range(ROWS)]
    clock = Clock(length=None if endless else frames)
    with torch.no_grad():
        truth = clip.truth(0, 1)
        follower.start(0, clip.rows(0), truth, WEIGHT, first=First.MASK, clicks=0)
        given = take_masks(model, clip.rows(0), clip.masks_TRHW[0])
        logits, presence = (
            torch.stack([getattr(e, n) for e in given]) for n in ("logits", "presence")
        )
        memories = write(model, clip.rows(0), logits, presence, binary=True)
        for row, entry in enumerate(given):
            entries[row][0] = entry._replace(memory=memories[row])
        for frame in range(1, frames):
            follower.step(frame, clip.rows(frame), clip.truth(frame, 1), WEIGHT, clicks=0)
            plan = plan_reads(frame, (0,), lambda t, now=frame: 0 < t < now, clock)
            alone = ImageFeatures(*(x[frame : frame + 1] for x in clip.features))
            tracked = track(model, alone, [Reading(plan, each) for each in entries])
            for row, entry in enumerate(tracked):
                entries[row][frame] = entry
    for frame, kept in follower.kept.items():
        for row in range(ROWS):
            entry = entries[row][frame]
            torch.testing.assert_close(kept.pointer[row], entry.pointer, rtol=1e-4, atol=1e-4)
            assert entry.memory is not None
            torch.testing.assert_close(kept.memory[row], entry.memory, rtol=1e-4, atol=1e-4)


class Read(NamedTuple):
    """What a frame read: of each memory its row of positions in time, of each pointer how far."""

    slots: list[int]
    distance: list[float]


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Callable[[Sam2], list[Read]]:
    """``reading(model)`` is what the model reads from then on."""

    def listen(model: Sam2) -> list[Read]:
        read: list[Read] = []
        plain = model.memory_tokens

        def listening(memories: Tensor, slots: Tensor, pointers: Tensor, far: Tensor) -> Any:
            assert memories.shape[1] == slots.shape[1]
            assert pointers.shape[1] == far.shape[1]
            read.append(Read(slots[0].tolist(), far[0].tolist()))
            return plain(memories, slots, pointers, far)

        monkeypatch.setattr(model, "memory_tokens", listening)
        return read

    return listen


def test_corrected_and_prompted_frames_are_read_from_both_sides(
    reading: Callable[[Sam2], list[Read]],
) -> None:
    """As prompted ones: a second one that was prompted at first from before it as well."""
    annotator = player(rules_in_the_paper())
    clip, read = scene(annotator.model, FRAMES), reading(annotator.model)
    follower = Follower(annotator, FRAMES)
    with torch.no_grad():
        for frame in (0, 2):
            truth = clip.truth(frame, 1)
            follower.start(frame, clip.rows(frame), truth, WEIGHT, first=First.CLICK, clicks=1)
        follower.step(1, clip.rows(1), clip.truth(1, 1), WEIGHT, clicks=2)
    assert {t: kept.prompted for t, kept in follower.kept.items()} == {0: True, 1: True, 2: True}
    assert read == [Read([6, 6], [0.5, -0.5])]


def test_six_memories_and_fifteen_pointers_are_read_beside_those_of_prompted_frames(
    reading: Callable[[Sam2], list[Read]],
) -> None:
    """The last frame of twenty; distances are in shares of fifteen frames."""
    annotator = player(rules_in_the_paper())
    clip, read = scene(annotator.model, 1), reading(annotator.model)
    follower = Follower(annotator, 20)
    with torch.no_grad():
        truth = clip.truth(0, 1)
        follower.start(0, clip.rows(0), truth, WEIGHT, first=First.MASK, clicks=0)
        kept = follower.kept[0]._replace(prompted=False)
        follower.kept |= dict.fromkeys(range(1, 19), kept)
        follower.recall(19, clip.rows(0).stride16)
    assert read[0].slots == [6, 5, 4, 3, 2, 1, 0]
    expected = [19, *range(1, 16)]
    assert read[0].distance == pytest.approx([far / 15 for far in expected])


def test_what_is_judged_absent_is_empty_in_the_paper() -> None:
    """Its answer is, and the loss of its mask teaches nothing but presence."""
    annotator = player(rules_in_the_paper())
    with torch.no_grad():
        head = annotator.model.mask_decoder.presence_head.layers[-1]
        head.get_parameter("weight").zero_()
        head.get_parameter("bias").fill_(-3.0)
    clip = scene(annotator.model, 1)
    conditioned = annotator.model.without_memory(clip.rows(0).stride16)
    first, truth = First.CLICK, clip.truth(0, 1)
    played = annotator.play(conditioned, clip.rows(0), truth, WEIGHT, first=first, clicks=0)
    assert played.answer.logits.max() == -1024
    torch.stack([loss.focal + loss.dice for loss in played.losses]).sum().backward()
    heads = annotator.model.mask_decoder.mask_heads
    assert not any(p.grad is not None and p.grad.any() for p in heads.parameters())
