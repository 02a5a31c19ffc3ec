"""Training learns, stops, and goes on exactly where it was."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from masklet.data.pool import Pool
from masklet.errors import CheckpointError
from masklet.train import loop
from masklet.train.checkpointing import Run, averaged_weights
from masklet.train.loop import Setup, fit
from masklet.train.recipes import Recipe, clips, photos

SIZE = 64


def tiny(recipe: Recipe, steps: int) -> Recipe:
    """The recipe on two small pictures or clips, for so many steps."""
    schedule = replace(recipe.schedule, steps=steps, warmup=2, cooldown=2)
    pictures = replace(recipe.pictures, size=SIZE, batch=2, objects=2)
    return replace(recipe, schedule=schedule, size=SIZE, batch=2, frames=3, pictures=pictures)


def weights(run: Run) -> dict[str, torch.Tensor]:
    """A copy of everything that a run has learned."""
    return {name: tensor.clone() for name, tensor in run.model.state_dict().items()}


def equal(left: dict[str, torch.Tensor], right: dict[str, torch.Tensor]) -> bool:
    """Bit for bit."""
    return left.keys() == right.keys() and all(torch.equal(left[n], right[n]) for n in left)


def test_photos_are_learned(pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Flat discs of two colours: the loss of the last answer falls within sixty steps."""
    monkeypatch.setattr(loop, "LOG_EVERY", 10)
    recipe = tiny(photos(60), 60)
    fit(recipe, Setup(pool=pool, folder=tmp_path))
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == list(range(10, 61, 10))
    assert lines[-1]["last"]["dice"] < 0.85 * lines[0]["last"]["dice"]


@pytest.mark.parametrize("stage", [photos, clips])
def test_a_resumed_run_is_the_straight_run(stage, pool: Pool, tmp_path: Path) -> None:
    """Four steps at once equal two and, from the file, two more, bit for bit."""
    recipe = tiny(stage(4), 4)
    straight = fit(recipe, Setup(pool=pool, folder=tmp_path / "straight"))
    part = replace(recipe, schedule=replace(recipe.schedule, steps=4))
    run = loop.set_up(part, Setup(pool=pool, folder=tmp_path / "parts"))
    for _ in range(2):
        loop.take_step(part, run, pool)
    loop.save_run(run, tmp_path / "parts" / "run.pt")
    resumed = fit(part, Setup(pool=pool, folder=tmp_path / "parts"))
    assert resumed.step == 4
    assert equal(weights(straight), weights(resumed))
    assert equal(straight.average, resumed.average)


def test_a_stage_starts_from_the_average_of_the_one_before(pool: Pool, tmp_path: Path) -> None:
    """Clips begin with what photos have learned, but for memory, which is primed."""
    fit(tiny(photos(2), 2), Setup(pool=pool, folder=tmp_path / "photos"))
    start = tmp_path / "photos" / "run.pt"
    setup = Setup(pool=pool, folder=tmp_path / "clips", start=start)
    run = loop.set_up(tiny(clips(2), 2), setup)
    learned = averaged_weights(start)
    trunk = "image_encoder.trunk.stem.0.0.weight"
    assert torch.equal(run.model.state_dict()[trunk], learned[trunk])
    query = "memory_attention.layers.0.cross_attention.q_proj.weight"
    assert not torch.equal(run.model.state_dict()[query], learned[query])


def test_a_damaged_run_is_refused(pool: Pool, tmp_path: Path) -> None:
    """One error that names the file."""
    (tmp_path / "run.pt").write_bytes(b"not a run")
    with pytest.raises(CheckpointError, match=r"run\.pt"):
        fit(tiny(photos(2), 2), Setup(pool=pool, folder=tmp_path))
