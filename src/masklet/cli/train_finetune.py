"""``masklet train finetune``: its options, and everything that they ask for made ready."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro

from masklet.errors import MaskletError

if TYPE_CHECKING:
    import torch

    from masklet.data.pool import Pool
    from masklet.train.feed import Material
    from masklet.train.finetune import Finetuned
    from masklet.train.recipes import Recipe
    from masklet.train.tasks import Task
    from masklet.train.validation import Measure

STEPS = 400


@dataclass(frozen=True, kw_only=True)
class FinetuneOptions:
    """What fine-tuning is told beyond the other recipes."""

    data: Annotated[Path | None, tyro.conf.arg(metavar="FOLDER")] = None
    """Pictures and masks to fine-tune on: x.jpg with x.png beside it, images/ with masks/, or a
    COCO .json with its pictures; in the folder itself or in its train/ and val/. For mae, pictures
    alone, however deep."""
    tune: Annotated[
        Literal["all", "decoder", "lora"], tyro.conf.arg(metavar="all|decoder|lora")
    ] = "all"
    """What learns: everything, the mask decoder alone, or low-rank adapters."""
    rank: Annotated[int, tyro.conf.arg(metavar="N")] = 8
    """Rank of the adapters."""
    alpha: Annotated[float, tyro.conf.arg(metavar="A")] = 16.0
    """Adapters are multiplied by A / N."""
    layer_decay: Annotated[float, tyro.conf.arg(metavar="SHARE")] = 1.0
    """Each block of the trunk learns at this share of the rate of the block after it."""
    parts: bool = False
    """Every connected part of a mask is an object of its own."""


FinetuneFlags = Annotated[FinetuneOptions, tyro.conf.arg(name="")]


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What a command trains, and on what.

    Attributes:
        start: the weights that it begins with; None for random ones.
        tuned: the folder that it is fine-tuned on, and what was packed of it.
        task: what is learned; None for the game.
        validator: what measures it, where that is not the game's.
    """

    recipe: "Recipe"
    pool: "Pool | Material"
    start: Path | None = None
    tuned: "Finetuned | None" = None
    task: "Task | None" = None
    validator: "Measure | None" = None


def find_start(said: Path | None) -> Path:
    """The file of weights to begin with: of a model's name, a file, or the bundled ones.

    Raises:
        CheckpointError: no such weights here.
    """
    from masklet.checkpoints.catalogue import BUNDLED, model_names
    from masklet.checkpoints.open import present_path

    if said is None:
        return present_path(BUNDLED)
    return present_path(str(said)) if str(said) in model_names() else said


def finetune_recipe(options: FinetuneOptions, said: Path | None, steps: int | None) -> "Recipe":
    """The recipe of the model that ``said`` names or holds.

    Raises:
        MaskletError: an option that cannot be, or no such weights.
    """
    from masklet.train.checkpointing import model_of
    from masklet.train.recipes import finetune
    from masklet.train.tuning import Tuning

    tuning = Tuning(
        what=options.tune,
        rank=options.rank,
        alpha=options.alpha,
        layer_decay=options.layer_decay,
    )
    tuning.check()
    return finetune(steps or STEPS, model_of(find_start(said)), tuning)


def prepare_finetune(
    recipe: "Recipe",
    options: FinetuneOptions,
    said: Path | None,
    folder: Path,
    device: "torch.device",
) -> Prepared:
    """Read the folder, pack it into the run's folder, and load it.

    Raises:
        MaskletError: no folder was named, or something in it cannot be used.
    """
    from masklet.data.pool import load_pool
    from masklet.train.checkpointing import RUN
    from masklet.train.finetune import Finetuned
    from masklet.train.folders import read_domain
    from masklet.train.packing import pack_domain
    from masklet.train.starting import check_whole

    if options.data is None:
        raise MaskletError("--data: finetune needs a folder of pictures and masks")
    start = find_start(said)
    if said is not None:
        check_whole(start)
    domain = read_domain(options.data, parts=options.parts)
    begun = (folder / RUN).exists()
    packed = pack_domain(domain, folder / "pool", size=recipe.pictures.size, begun=begun)
    if packed.left_out and not begun:
        some = f"{packed.left_out} of {packed.left_out + packed.objects} objects"
        note = f"{some} cover less than 0.1 % or more than 90 % of their picture and are left out"
        print(f"masklet: {note}", file=sys.stderr, flush=True)
    named = "nano, bundled" if said is None else str(said)
    tuned = Finetuned(domain=domain, packed=packed, start=start, named=named)
    pool = load_pool(folder / "pool", device)
    return Prepared(recipe=recipe, pool=pool, start=start, tuned=tuned)
