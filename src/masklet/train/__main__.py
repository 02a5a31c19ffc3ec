"""Train from packed shards: ``python -m masklet.train photos --pool FOLDER --run FOLDER``."""

import argparse
from dataclasses import replace
from pathlib import Path

import torch

from masklet.data.pool import load_pool
from masklet.train.loop import Setup, fit
from masklet.train.recipes import Recipe, clips, cpu_smoke, joint, photos


def parse() -> argparse.Namespace:
    """The few settings that change from run to run; the rest is in the recipe."""
    parser = argparse.ArgumentParser(prog="python -m masklet.train", description=__doc__)
    parser.add_argument("stage", choices=("photos", "clips", "joint", "smoke"))
    parser.add_argument("--pool", type=Path, required=True, help="shards of masklet.data.pack")
    parser.add_argument("--run", type=Path, required=True, help="folder of this run")
    parser.add_argument("--start", type=Path, help="run.pt of an earlier stage")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--size", type=int, help="side of the pictures in pixels")
    parser.add_argument("--peak", type=float, help="highest rate of learning")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--bfloat16", action="store_true")
    return parser.parse_args()


def recipe_of(arguments: argparse.Namespace) -> Recipe:
    """The recipe named on the command line with its settings changed."""
    if arguments.stage == "smoke":
        return cpu_smoke()
    stages = {"photos": photos, "clips": clips, "joint": joint}
    recipe = stages[arguments.stage](arguments.steps)
    if arguments.size is not None:
        pictures = replace(recipe.pictures, size=arguments.size)
        recipe = replace(recipe, size=arguments.size, pictures=pictures)
    if arguments.peak is not None:
        recipe = replace(recipe, schedule=replace(recipe.schedule, peak=arguments.peak))
    return replace(recipe, bfloat16=arguments.bfloat16)


def main() -> None:
    """Load the pool, then train or go on training."""
    arguments = parse()
    pool = load_pool(arguments.pool, torch.device(arguments.device))
    fit(recipe_of(arguments), Setup(pool=pool, folder=arguments.run, start=arguments.start))


if __name__ == "__main__":
    main()
