"""``masklet train``: the recipe that is named, with what was asked to be changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import tyro

from masklet.cli.train_finetune import find_start, finetune_recipe
from masklet.cli.train_mae import mae_recipe
from masklet.errors import MaskletError

if TYPE_CHECKING:
    from masklet.cli.train import Train
    from masklet.model.config import ModelConfig
    from masklet.train.recipes import Recipe

STEPS = 4000
MaybeCount = Annotated[int | None, tyro.conf.arg(metavar="N")]


@dataclass(frozen=True, kw_only=True)
class RecipeOptions:
    """What can be changed of most recipes."""

    model: Annotated[str | None, tyro.conf.arg(metavar="MODEL")] = None
    """The model that mae, image_pretrain, full_training, long_clips or one_small_gpu trains, such
    as sam2.1-hiera-tiny; that of the weights file to start from, or else nano, by default."""
    batch: MaybeCount = None
    """Pictures or clips a step, in all processes together; the recipe's own by default."""
    objects: MaybeCount = None
    """Objects of each picture and clip; the recipe's own by default."""
    frames: MaybeCount = None
    """Frames of a clip; the recipe's own by default."""
    accumulate: MaybeCount = None
    """Play the batch of a step in so many parts, one after the other: for less memory."""
    recompute: bool = False
    """Activation checkpointing: at most half the memory, for more time."""
    compile: bool = False
    """Compile image encoder and memory encoder: quicker steps after the first few."""
    float32: bool = False
    """Multiply in float32 where the recipe has bfloat16."""


RecipeFlags = Annotated[RecipeOptions, tyro.conf.arg(name="")]


class Plan(NamedTuple):
    """One of the runs of a command: the command that would be it alone, and its recipe."""

    command: "Train"
    recipe: "Recipe"


class Maker(NamedTuple):
    """Makes a recipe of any model, in so many steps by default."""

    make: "Callable[[int, ModelConfig], Recipe]"
    steps: int


def plan_runs(command: "Train") -> list[Plan]:
    """The runs of a command: one, or the stages of nano_from_scratch in folders of their own.

    Raises:
        MaskletError: an option that cannot be.
    """
    from masklet.train.checkpointing import RUN
    from masklet.train.recipes import NANO_STEPS, nano_from_scratch

    check_flags(command)
    if command.recipe != "nano_from_scratch":
        return [Plan(command, changed(made(command), command))]
    check_model(command)
    plans: list[Plan] = []
    start = command.start
    for name, recipe in nano_from_scratch(command.steps or NANO_STEPS):
        folder = command.folder / name
        alone = replace(command, recipe=name, output=folder, start=start)
        plans.append(Plan(alone, changed(recipe, command)))
        start = folder / RUN
    return plans


def made(command: "Train") -> "Recipe":
    """The recipe of that name as it is. Raises MaskletError."""
    from masklet.train import recipes

    if command.recipe == "finetune":
        check_model(command)
        return finetune_recipe(command.finetune, command.start, command.steps)
    of_a_model = makers_of_models()
    if command.recipe in of_a_model:
        maker = of_a_model[command.recipe]
        return maker.make(command.steps or maker.steps, model_for(command))
    if command.recipe == "mae":
        return mae_recipe(command.mae, command.steps or STEPS, model_for(command))
    check_model(command)
    if command.recipe == "cpu_smoke":
        return recipes.cpu_smoke() if command.steps is None else recipes.cpu_smoke(command.steps)
    own = {"photos": recipes.photos, "clips": recipes.clips, "joint": recipes.joint}
    return own[command.recipe](command.steps or STEPS)


def makers_of_models() -> Mapping[str, Maker]:
    """Recipes that train whatever model is named, by their names."""
    from masklet.train import paper_recipes as paper

    return {
        "image_pretrain": Maker(paper.image_pretrain, paper.PRETRAIN_STEPS),
        "full_training": Maker(paper.full_training, paper.FULL_STEPS),
        "long_clips": Maker(paper.long_clips, paper.LONG_STEPS),
        "one_small_gpu": Maker(paper.one_small_gpu, paper.SMALL_STEPS),
    }


def model_for(command: "Train") -> "ModelConfig":
    """The model that is named, or that of the weights to start from. Raises MaskletError."""
    from masklet.checkpoints.catalogue import model_names
    from masklet.model.config import named, nano
    from masklet.train.checkpointing import model_of

    name = command.options.model
    if name is not None:
        model = named(name)
        if model is None:
            raise MaskletError(f"--model: {name!r} came; wanted one of {', '.join(model_names())}")
        return model
    return nano() if command.start is None else model_of(find_start(command.start))


def start_of(command: "Train") -> Path | None:
    """The file of weights to start from: a file as it was named, or that of a model's name.

    Raises:
        CheckpointError: no such weights here.
    """
    from masklet.checkpoints.open import present_path

    if command.start is None and command.recipe == "one_small_gpu":
        return present_path(model_for(command).name)
    return None if command.start is None else find_start(command.start)


def changed(recipe: "Recipe", command: "Train") -> "Recipe":
    """The recipe with what was asked to be changed."""
    from masklet.data.augment import USUAL, as_in_the_paper

    options, pictures = command.options, recipe.pictures
    batch, objects, size = options.batch, options.objects, command.size
    recipe = replace(
        recipe,
        size=size or recipe.size,
        batch=batch or recipe.batch,
        objects=objects or recipe.objects,
        frames=options.frames or recipe.frames,
        pictures=replace(
            pictures,
            size=size or pictures.size,
            batch=batch or pictures.batch,
            objects=objects or pictures.objects,
        ),
        accumulate=options.accumulate or recipe.accumulate,
        recompute=options.recompute or recipe.recompute,
        compiled=options.compile or recipe.compiled,
        bfloat16=(recipe.bfloat16 or command.bfloat16) and not options.float32,
    )
    if command.peak is not None:
        recipe = replace(recipe, schedule=replace(recipe.schedule, peak=command.peak))
    if command.augment is not None:
        augments = {"usual": USUAL, "paper": as_in_the_paper()}
        recipe = replace(recipe, augment=augments[command.augment])
    return recipe


def check_flags(command: "Train") -> None:
    """Raises MaskletError that names the number that cannot be."""
    options = command.options
    counts = {
        "steps": command.steps,
        "log-every": command.log_every,
        "save-every": command.save_every,
        "batch": options.batch,
        "objects": options.objects,
        "frames": options.frames,
        "accumulate": options.accumulate,
    }
    for flag, value in counts.items():
        if value is not None and value < 1:
            raise MaskletError(f"--{flag}={value}: wanted 1 or more")
    if command.size is not None and (command.size < 1 or command.size % 32):
        raise MaskletError(f"--size={command.size}: wanted a positive multiple of 32")
    if command.validate_every is not None and command.validate_every < 0:
        raise MaskletError(f"--validate-every={command.validate_every}: wanted 0 or more")
    if command.bfloat16 and options.float32:
        raise MaskletError("--bfloat16, --float32: both came; wanted one of them")
    if command.recipe == "mae" and (options.recompute or options.compile):
        raise MaskletError("--recompute, --compile: mae has neither")


def check_model(command: "Train") -> None:
    """Raises MaskletError where a model was named to a recipe that has one."""
    if command.options.model is not None:
        names = ", ".join(("mae", *makers_of_models()))
        raise MaskletError(f"--model: {command.recipe} has a model of its own; it is of {names}")
