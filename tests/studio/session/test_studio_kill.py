"""Processes killed in the middle of edits lose nothing that was answered; more rounds by hand."""

from pathlib import Path

import pytest
from small import moving_pictures, small_model

from benchmarks.studio_kill import play, table
from masklet.media.sources import ArraySequence, FrameSource
from masklet.predict.model import Model
from masklet.studio.store.project import VideoFile_

FRAMES, HEIGHT, WIDTH = 12, 48, 72


def opened() -> tuple[Model, FrameSource]:
    """What the killed processes work with."""
    return small_model(), ArraySequence(moving_pictures(FRAMES, (HEIGHT, WIDTH)))


def test_nothing_answered_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three processes, each killed and followed by one that checks what was told."""
    root = Path(__file__).parents[3]
    monkeypatch.setenv("PYTHONPATH", f"{root}:{root / 'tests'}:{Path(__file__).parent}")
    video = VideoFile_(
        name="clip", path="clip", frames=FRAMES, width=WIDTH, height=HEIGHT, fps=None, steady=True
    )
    opener = f"{Path(__file__).stem}:opened"
    outcome = play(tmp_path, video, rounds=3, seed=1, opener=opener)
    assert outcome.lost is None, table(outcome)
    assert len(outcome.rounds) == 3
    assert outcome.rounds[-1].revision > 0
    assert sum(done.edits for done in outcome.rounds) > 0


def test_a_loss_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a process tells of an edit that the log does not hold, the next one finds it."""
    (tmp_path / "facts.jsonl").write_text('{"fact": "edit", "revision": 5, "state": null}\n')
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    video = VideoFile_(
        name="clip", path="clip", frames=FRAMES, width=WIDTH, height=HEIGHT, fps=None, steady=True
    )
    outcome = play(tmp_path, video, rounds=0, seed=1)
    assert outcome.lost is not None
    assert "the log ends before" in outcome.lost
    assert "LOST" in table(outcome)
