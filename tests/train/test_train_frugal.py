"""Steps that take less memory or time are the same steps."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from small import SMALL

from masklet.data.pool import Pool
from masklet.errors import MaskletError
from masklet.model.build import build_model
from masklet.train.checkpointing import Run
from masklet.train.frugal import recompute
from masklet.train.journal import figures_of, read_journal
from masklet.train.loop import Setup, fit, learn, make_player, set_up
from masklet.train.paper_recipes import full_training
from masklet.train.recipes import Recipe, clips, photos
from tests.train.tiny import NETWORK, tiny

DROPPING = replace(SMALL, memory=replace(SMALL.memory, dropout=0.1))


def whole_game(steps: int = 2) -> Recipe:
    """The paper's second stage, small, with dropped paths and values."""
    recipe = replace(tiny(full_training(steps, DROPPING), steps, DROPPING), objects=1)
    return replace(recipe, bfloat16=False, recompute=False, single=0.5)


def taken(recipe: Recipe, pool: Pool, folder: Path) -> Run:
    """A run after the recipe's steps."""
    return fit(recipe, Setup(pool=pool, folder=folder, log_every=1))


@pytest.mark.parametrize(
    "recipe",
    [whole_game(), tiny(clips(2), 2), tiny(photos(2), 2)],
    ids=["paper", "clips", "photos"],
)
def test_recomputed_blocks_learn_the_same_bit_for_bit(
    recipe: Recipe, pool: Pool, tmp_path: Path
) -> None:
    """Weights, averages, batch statistics and the optimizer's moments, and all that is drawn."""
    plain = taken(recipe, pool, tmp_path / "plain")
    frugal = taken(replace(recipe, recompute=True), pool, tmp_path / "frugal")
    assert torch.equal(plain.generator.get_state(), frugal.generator.get_state())
    once, again = (torch.load(tmp_path / name / "run.pt") for name in ("plain", "frugal"))
    for part in ("model", "average"):
        torch.testing.assert_close(again[part], once[part], rtol=0, atol=0)
    once, again = (run["optimizer"]["state"] for run in (once, again))
    torch.testing.assert_close(again, once, rtol=0, atol=0)


def kept_bytes(recipe: Recipe, pool: Pool, folder: Path) -> int:
    """What a step keeps for gradients."""
    setup = Setup(pool=pool, folder=folder)
    run = set_up(recipe, setup)
    storages: dict[int, int] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storages[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    feed = setup.material.feed(recipe, setup.share)
    player = make_player(recipe, run, setup, feed)
    run.model.train()
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        player(0)
    feed.close()
    return sum(storages.values())


def test_recomputed_blocks_keep_less(pool: Pool, tmp_path: Path) -> None:
    """Less than half of what a step of the whole game keeps."""
    recipe = whole_game()
    frugal = replace(recipe, recompute=True)
    assert kept_bytes(frugal, pool, tmp_path) < 0.5 * kept_bytes(recipe, pool, tmp_path)


def test_a_trunk_that_measures_its_batch_is_not_recomputed() -> None:
    """It would measure every batch twice."""
    blocks = sum(NETWORK.trunk.blocks)
    alone = recompute(build_model(NETWORK), frozen_norms=False)
    assert recompute(build_model(NETWORK), frozen_norms=True) == alone + blocks


@pytest.mark.parametrize("make", [photos, clips], ids=["photos", "clips"])
def test_a_batch_in_parts_teaches_what_it_teaches_whole(
    make: type, pool: Pool, tmp_path: Path
) -> None:
    """Gradients, losses, and what is drawn, where nothing is measured over a batch."""
    recipe = replace(tiny(make(1), 1), frozen_norms=True, primed=False)
    setup = Setup(pool=pool, folder=tmp_path)
    gradients, figures, states = [], [], []
    for each in (recipe, replace(recipe, accumulate=2)):
        run = set_up(each, setup)
        run.model.train()
        run.model.get_submodule("image_encoder.trunk").eval()
        player = make_player(each, run, setup, setup.material.feed(each, setup.share))
        figures.append(figures_of(learn(each, run, player)))
        states.append(run.generator.get_state())
        gradients.append({n: p.grad for n, p in run.model.named_parameters() if p.grad is not None})
    assert torch.equal(*states)
    torch.testing.assert_close(*figures, rtol=1e-4, atol=1e-5)
    assert gradients[0].keys() == gradients[1].keys()
    for name, gradient in gradients[0].items():
        near = 1e-3 * float(gradient.abs().max()) + 1e-7
        torch.testing.assert_close(gradients[1][name], gradient, rtol=1e-3, atol=near)


def test_parts_that_cannot_be_are_refused(pool: Pool, tmp_path: Path) -> None:
    """Before anything is written."""
    recipe = replace(tiny(photos(1), 1), accumulate=3)
    setup = Setup(pool=pool, folder=tmp_path / "run")
    with pytest.raises(MaskletError, match="multiple of the 1 processes times 3 parts"):
        fit(recipe, setup)
    assert not setup.folder.exists()


ONE_STEP = """
import sys
from dataclasses import replace
from pathlib import Path
import torch
from masklet.data.pool import load_pool
from masklet.train.drawn import draw_pool
from masklet.train.loop import Setup, fit
from masklet.train.recipes import clips
from tests.train.tiny import tiny

folder = Path(sys.argv[1])
recipe = replace(tiny(clips(1), 1), real=1.0, single=0.0, primed=False, recompute=True)
pool = load_pool(draw_pool(folder / "pool", side=64))
for name, compiled in (("eager", False), ("compiled", True)):
    setup = Setup(pool=pool, folder=folder / name, log_every=1)
    fit(replace(recipe, compiled=compiled), setup)
assert torch._dynamo.utils.counters["stats"]["unique_graphs"] >= 2
"""


@pytest.mark.slow
def test_compiled_parts_answer_and_learn_alike(tmp_path: Path) -> None:
    """The losses of a step and its gradients, beside blocks that are recomputed."""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", ONE_STEP, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": f"{root}:{root / 'tests'}"},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    folders = (tmp_path / "eager", tmp_path / "compiled")
    eager, compiled = (read_journal(folder / "log.jsonl")[0] for folder in folders)
    for answer in ("first", "last"):
        assert compiled[answer] == pytest.approx(eager[answer], rel=1e-4, abs=1e-4)
    once, again = (torch.load(folder / "run.pt") for folder in folders)
    assert once["model"].keys() == again["model"].keys()
    for number, state in once["optimizer"]["state"].items():
        gradient, other = (s["exp_avg"] for s in (state, again["optimizer"]["state"][number]))
        near = 1e-3 * float(gradient.abs().max()) + 1e-7
        torch.testing.assert_close(other, gradient, rtol=1e-3, atol=near)
