"""How much memory a step of training takes, measured without a GPU.

    python benchmarks/training_memory.py --model sam2.1-hiera-tiny --batch 1 --accumulate 1
    python benchmarks/training_memory.py --model nano --batch 4 --accumulate 1 --keep-all

Clips begin with boxes and have two frames corrected, the most that the game asks. "Run" is what
lies there all the time: weights, their average, gradients and two moments each of what learns.
"Kept" is what the forward pass of one part of a batch keeps until its gradients are computed: every
storage that autograd saves, counted once, beside the weights. "Peak" is by how much the process
grew at most during two steps: both of these, and whatever comes and goes. A GPU adds its libraries,
half a gigabyte or more, and gaps.
"""

import argparse
import resource
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn

from masklet.data.pool import load_pool
from masklet.model.config import ModelConfig, named
from masklet.train.checkpointing import Run
from masklet.train.drawn import draw_pool
from masklet.train.draws import Draws
from masklet.train.loop import Setup, make_player, set_up, take_step
from masklet.train.paper_recipes import full_training, long_clips, one_small_gpu
from masklet.train.prompting import plan_clip
from masklet.train.recipes import Recipe

RECIPES: dict[str, Callable[[int, ModelConfig], Recipe]] = {
    "full_training": full_training,
    "long_clips": long_clips,
    "one_small_gpu": one_small_gpu,
}
SIDE, STEPS = 320, 2
GIGA = 1e9


def busiest(recipe: Recipe) -> int:
    """A seed from which two frames are corrected."""
    for seed in range(1000):
        draws = Draws(torch.Generator().manual_seed(seed))
        if len(plan_clip(recipe.start, recipe.frames, draws).corrected) == 2:
            return seed
    raise AssertionError("no clip of this recipe has two corrected frames")


def held_always(run: Run) -> int:
    """Bytes of weights, averages, gradients and moments."""
    weights = sum(tensor.nbytes for tensor in run.model.state_dict().values())
    learned = sum(p.nbytes for p in run.model.parameters() if p.requires_grad)
    return 2 * weights + 3 * learned


def kept_for_gradients(recipe: Recipe, run: Run, player: nn.Module) -> int:
    """Bytes that the forward pass of the first part of the first step saves."""
    known = {p.untyped_storage().data_ptr() for p in run.model.parameters()}
    storages: dict[int, Tensor] = {}

    def pack(tensor: Tensor) -> Tensor:
        storages.setdefault(tensor.untyped_storage().data_ptr(), tensor)
        return tensor

    run.model.train()
    precision = torch.autocast("cpu", dtype=torch.bfloat16, enabled=recipe.bfloat16)
    run.generator.manual_seed(busiest(recipe))
    with precision, torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        player(0, 0)
    return sum(t.untyped_storage().nbytes() for at, t in storages.items() if at not in known)


def resident() -> int:
    """Bytes that the process has taken at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> None:
    """Take two steps on drawn clips and print a line."""
    parser = argparse.ArgumentParser(description="How much memory a step takes.")
    parser.add_argument("--recipe", choices=RECIPES, default="one_small_gpu")
    parser.add_argument("--model", default="sam2.1-hiera-tiny")
    parser.add_argument("--size", type=int)
    parser.add_argument("--batch", type=int)
    parser.add_argument("--accumulate", type=int)
    parser.add_argument("--keep-all", action="store_true", help="recompute nothing")
    chosen = parser.parse_args()
    model = named(chosen.model)
    if model is None:
        parser.error(f"--model: {chosen.model!r} came")
    recipe = RECIPES[chosen.recipe](STEPS, model)
    recipe = replace(
        recipe,
        single=0.0,
        start=replace(recipe.start, mask=0.0, box=1.0),
        size=chosen.size or recipe.size,
        batch=chosen.batch or recipe.batch,
        accumulate=chosen.accumulate or recipe.accumulate,
        recompute=recipe.recompute and not chosen.keep_all,
    )
    with tempfile.TemporaryDirectory() as name:
        setup = Setup(pool=load_pool(draw_pool(Path(name) / "pool", side=SIDE)), folder=Path(name))
        before = resident()
        run = set_up(recipe, setup)
        with closing(setup.material.feed(recipe, setup.share)) as feed:
            player = make_player(recipe, run, setup, feed)
            for _ in range(STEPS):
                run.generator.manual_seed(busiest(recipe))
                take_step(recipe, run, player)
            peak = resident() - before
            kept = kept_for_gradients(recipe, run, player)
    figures = {"run": held_always(run), "kept": kept, "peak": peak}
    said = "  ".join(f"{what} {size / GIGA:.2f} GB" for what, size in figures.items())
    print(f"{chosen.recipe} {model.name} at {recipe.size}: {said}")


if __name__ == "__main__":
    main()
