"""Training learns, stops, and goes on exactly where it was."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from small import SMALL

from masklet.data.pool import Pool
from masklet.errors import CheckpointError
from masklet.train import loop
from masklet.train.checkpointing import averaged_weights, model_of
from masklet.train.loop import Setup, fit
from masklet.train.paper_recipes import full_training
from masklet.train.recipes import Recipe, clips, photos
from tests.train.tiny import NETWORK, StopAt, assert_same_run, tiny

WHOLE_GAME = replace(
    tiny(full_training(20, SMALL), 20, SMALL), frames=2, objects=1, single=0.0, accumulate=2
)


def test_photos_are_learned(pool: Pool, tmp_path: Path) -> None:
    """Flat discs of two colours: the loss of the last answer falls within sixty steps."""
    recipe = tiny(photos(60), 60)
    fit(recipe, Setup(pool=pool, folder=tmp_path, log_every=10))
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == list(range(10, 61, 10))
    assert lines[-1]["last"]["dice"] < 0.85 * lines[0]["last"]["dice"]


@pytest.mark.parametrize(
    "recipe",
    [
        tiny(photos(20), 20),
        tiny(clips(20), 20),
        tiny(photos(20), 20, SMALL),
        pytest.param(WHOLE_GAME, marks=pytest.mark.slow),
    ],
    ids=["photos", "clips", "dropping", "whole-game"],
)
def test_a_resumed_run_is_the_straight_run(recipe: Recipe, pool: Pool, tmp_path: Path) -> None:
    """Twenty steps equal ten and, from the file, ten more, bit for bit, and so do their files.

    The last two drop paths by PyTorch's global random numbers; the last one plays the paper's game
    in bfloat16, in two parts whose blocks are recomputed.
    """
    straight, parts = tmp_path / "straight", tmp_path / "parts"
    fit(recipe, Setup(pool=pool, folder=straight, log_every=5))
    stopped = fit(recipe, Setup(pool=pool, folder=parts, log_every=5), StopAt(10))
    assert stopped.step == 10
    torch.manual_seed(99)
    resumed = fit(recipe, Setup(pool=pool, folder=parts, log_every=5))
    assert resumed.step == 20
    assert_same_run(straight / "run.pt", parts / "run.pt")
    assert figures(straight) == figures(parts)


def figures(folder: Path) -> list[tuple]:
    """What a log says, but for the time that steps took."""
    return [(line["step"], line["first"], line["last"]) for line in read_log(folder)]


def read_log(folder: Path) -> list[dict]:
    """Every line of a run's log."""
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def test_steps_that_a_killed_run_lost_are_logged_once(pool: Pool, tmp_path: Path) -> None:
    """Lines after the checkpoint, one of them cut short, give way to those of the resumed run."""
    setup = Setup(pool=pool, folder=tmp_path, log_every=1)
    recipe = tiny(photos(4), 4)
    fit(recipe, setup, StopAt(2))
    with (tmp_path / "log.jsonl").open("a") as file:
        file.write('{"step": 3, "seconds": 1}\n{"step": 4, "sec')
    fit(recipe, setup)
    lines = read_log(tmp_path)
    assert [line["step"] for line in lines] == [1, 2, 3, 4]
    assert all("first" in line for line in lines)


def test_runs_of_before_are_read(pool: Pool, tmp_path: Path) -> None:
    """The keys of a file are those that released runs have; a GPU's random state may lack."""
    fit(tiny(photos(2), 2), Setup(pool=pool, folder=tmp_path), StopAt(1))
    path = tmp_path / "run.pt"
    state = torch.load(path)
    state.pop("cuda_generator", None)
    names = ("step", "config", "model", "average", "optimizer", "generator", "torch_generator")
    assert sorted(state) == sorted(names)
    torch.save(state, path)
    assert averaged_weights(path).keys() == state["model"].keys()
    assert fit(tiny(photos(2), 2), Setup(pool=pool, folder=tmp_path)).step == 2


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


def test_a_run_says_of_which_model_it_is(pool: Pool, tmp_path: Path) -> None:
    """As weights files do; one of before that had it asks for these."""
    fit(tiny(photos(1), 1), Setup(pool=pool, folder=tmp_path))
    path = tmp_path / "run.pt"
    assert model_of(path) == NETWORK
    state = torch.load(path)
    torch.save({name: part for name, part in state.items() if name != "config"}, path)
    with pytest.raises(CheckpointError, match="does not say of which model"):
        model_of(path)


def test_a_damaged_run_is_refused(pool: Pool, tmp_path: Path) -> None:
    """One error that names the file."""
    (tmp_path / "run.pt").write_bytes(b"not a run")
    with pytest.raises(CheckpointError, match=r"run\.pt"):
        fit(tiny(photos(2), 2), Setup(pool=pool, folder=tmp_path))
