"""``masklet train mae``: its options, and everything that they ask for made ready."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from masklet.cli.train_finetune import Prepared
from masklet.errors import MaskletError

if TYPE_CHECKING:
    import torch

    from masklet.data.pool import Pool
    from masklet.model.config import ModelConfig
    from masklet.train.feed import Material
    from masklet.train.mae.held import Pictured
    from masklet.train.mae.recipe import MaeRecipe
    from masklet.train.recipes import Recipe


@dataclass(frozen=True, kw_only=True)
class MaeOptions:
    """What masked pre-training is told beyond the other recipes."""

    hidden: Annotated[float, tyro.conf.arg(metavar="SHARE")] = 0.6
    """The share of each picture that mae hides, in squares of 32 pixels."""


MaeFlags = Annotated[MaeOptions, tyro.conf.arg(name="")]


def mae_recipe(options: MaeOptions, steps: int, model: "ModelConfig") -> "MaeRecipe":
    """The recipe of a model. Raises MaskletError for an option that cannot be."""
    from masklet.train.mae.recipe import mae

    if not 0 < options.hidden < 1:
        raise MaskletError(f"--hidden={options.hidden}: wanted more than 0 and less than 1")
    recipe = mae(steps, model)
    return replace(recipe, masking=replace(recipe.masking, hidden=options.hidden))


def prepare_folder(
    recipe: "Recipe", folder: Path, start: Path | None, workers: int, device: "torch.device"
) -> Prepared:
    """Pictures as they lie in a folder. Raises MaskletError where they cannot be used."""
    from masklet.train.mae.pictures import PictureMaterial, read_pictures

    if workers < 0:
        raise MaskletError(f"--workers={workers}: wanted 0 or more")
    found = read_pictures(folder)
    material = PictureMaterial(photos=found.train, device=device, workers=workers)
    return prepare_painting(recipe, material, found.val, start)


def prepare_painting(
    recipe: "Recipe",
    material: "Pool | Material",
    held: "Sequence[Pictured]",
    start: Path | None,
) -> Prepared:
    """A run that paints, measured on ``held`` pictures if there are any. Raises MaskletError."""
    from masklet.train.mae.held import PaintingValidator
    from masklet.train.mae.recipe import MaeRecipe, check_size
    from masklet.train.mae.task import PAINTING

    assert isinstance(recipe, MaeRecipe)
    check_size(recipe.pictures.size)
    validator = None
    if held:
        validator = PaintingValidator(photos=held, recipe=recipe, device=material.device)
    return Prepared(recipe=recipe, pool=material, start=start, task=PAINTING, validator=validator)
