"""The paper's own stages at any model, and the published fine-tuning cut down to one small GPU.

Figures: paper (arXiv 2408.00714) section 4, appendix D and its table of hyperparameters; for SAM
2.1 its second version; fine-tuning: reference ``sam2.1_hiera_b+_MOSE_finetune.yaml``. Where a run
is shorter than the paper's, warm-up and cool-down are a tenth and a fifth of it at most.

Ours in all of them: weights are averaged over steps, next to those that learn; pictures are also
cropped and recoloured at random; memory is not primed. Of the paper's data nothing is kept: which
sets are mixed, and how, is said with ``--mix``.
"""

from dataclasses import replace
from typing import NamedTuple

from masklet.data.augment import Augment, as_in_the_paper
from masklet.model.config import ConvConfig, ModelConfig
from masklet.train.game import STRIDE, rules_in_the_paper
from masklet.train.prompting import start_in_the_paper
from masklet.train.recipes import Pictures, Recipe
from masklet.train.schedule import ReciprocalRoot, Schedule
from masklet.train.tuning import Tuning

BATCH, FRAMES, LONG, OBJECTS, PICTURE_OBJECTS = 256, 8, 16, 3, 64
ROUNDS = 8
BETAS = (0.9, 0.999)
PRETRAIN_STEPS, FULL_STEPS, LONG_STEPS, SMALL_STEPS = 90_000, 150_000, 50_000, 2000
PICTURES_SHARE = 0.152
CONV_RATE = 20


class Scale(NamedTuple):
    """What the paper sets by the size of the trunk."""

    layer_decay: float
    drop_path: float


def scale_of(model: ModelConfig) -> Scale:
    """Of Hiera T and S, B+ and L by their width; the small model's trunk has neither."""
    if isinstance(model.trunk, ConvConfig):
        return Scale(1.0, 0.0)
    width = model.trunk.embed_dim
    if width < 112:
        return Scale(0.8, 0.1)
    return Scale(0.9, 0.2) if width < 144 else Scale(0.925, 0.3)


def dropping(model: ModelConfig) -> ModelConfig:
    """The model with the paper's share of dropped paths."""
    if isinstance(model.trunk, ConvConfig):
        return model
    return replace(model, trunk=replace(model.trunk, drop_path=scale_of(model).drop_path))


def pictures_at(size: int) -> Pictures:
    """Single pictures as the paper plays them: as many clicks as boxes, then seven clicks."""
    return Pictures(
        size=size, batch=BATCH, objects=PICTURE_OBJECTS, rounds=ROUNDS, box=0.5, hint=0.0
    )


def image_pretrain(steps: int, model: ModelConfig) -> Recipe:
    """The first stage: promptable segmentation of single pictures.

    Kept of the paper: 90,000 steps (``PRETRAIN_STEPS``) of 256 pictures of up to 64 objects at the
    model's own size, 1024 pixels; a point or a box and seven corrections; AdamW (0.9, 0.999), decay
    of weights 0.1, gradients of norm 0.1 at most; 4e-4 falling with the reciprocal square root over
    a timescale of 1,000, 1,000 steps of warm-up, 5,000 of cool-down; layer decay and dropped paths
    by size; mirroring; bfloat16. To begin with a trunk from masked pictures, give ``--start`` the
    run of ``mae``. A picture with fewer objects than are asked for repeats them.
    """
    return Recipe(
        stage="photos",
        schedule=ReciprocalRoot(
            peak=4e-4,
            steps=steps,
            warmup=min(1000, steps // 10),
            cooldown=min(5000, steps // 5),
        ),
        model=dropping(model),
        size=model.image_size,
        batch=BATCH,
        rules=rules_in_the_paper(),
        pictures=pictures_at(model.image_size),
        weight_decay=0.1,
        clip_norm=0.1,
        betas=BETAS,
        tuning=Tuning(layer_decay=scale_of(model).layer_decay),
        augment=Augment(grey=0.0),
        bfloat16=True,
        recompute=True,
    )


def full_training(steps: int, model: ModelConfig) -> Recipe:
    """The second stage: pictures and videos in turns, with the whole interactive game.

    Kept of the paper: 150,000 steps (``FULL_STEPS``; its first version had 300,000) of 256 clips of
    8 frames and up to 3 objects, or of 256 pictures in 15.2 % of the steps; the game of
    ``start_in_the_paper``; half of the clips backwards, turned and leaned widely, mosaics; 3e-4,
    6e-5 in the image encoder, a cosine to nothing after 15,000 steps of warm-up; layer decay and
    dropped paths as in pre-training.
    """
    warmup = min(15_000, steps // 10)
    before = image_pretrain(steps, model)
    return replace(
        before,
        stage="clips",
        schedule=Schedule(peak=3e-4, steps=steps, warmup=warmup, cooldown=steps - warmup),
        objects=OBJECTS,
        frames=FRAMES,
        start=start_in_the_paper(),
        real=1.0,
        together=True,
        single=PICTURES_SHARE,
        tuning=replace(before.tuning, encoder=0.2),
        augment=as_in_the_paper(),
    )


def long_clips(steps: int, model: ModelConfig) -> Recipe:
    """The last stage: clips of 16 frames behind an image encoder that no longer learns.

    Kept of SAM 2.1: 50,000 steps (``LONG_STEPS``) at half the rate of full training, the image
    encoder frozen. Not kept: it chose the half of the masklets that annotators had edited most,
    which no dataset says.
    """
    before = full_training(steps, model)
    return replace(
        before,
        schedule=replace(before.schedule, peak=1.5e-4),
        frames=LONG,
        single=0.0,
        tuning=Tuning(what="tracker"),
        frozen_norms=True,
    )


def one_small_gpu(steps: int, model: ModelConfig) -> Recipe:
    """Go on with a model that has learned already, on videos, within 8 GB.

    Kept of the published fine-tuning: 8 frames, 3 objects, the whole game, 5e-6 falling to a tenth
    as a cosine, 3e-6 in the image encoder, layer decay 0.9, decay of weights 0.1, gradients of norm
    0.1 at most. Other than there: 512 pixels for 1024, losses and clicks on the decoder's grid, and
    2,000 steps (``SMALL_STEPS``) of 4 clips for 40 epochs of 8. The small model learns at its own
    size and twenty times the rate.
    """
    before = full_training(steps, model)
    small = isinstance(model.trunk, ConvConfig)
    size = min(model.image_size, 512)
    return replace(
        before,
        schedule=Schedule(
            peak=5e-6 * (CONV_RATE if small else 1),
            steps=steps,
            warmup=0,
            cooldown=steps,
            floor=0.1,
        ),
        size=size,
        batch=4,
        accumulate=4,
        rules=replace(before.rules, grid=STRIDE),
        pictures=replace(before.pictures, size=size, batch=4, objects=8),
        tuning=Tuning(layer_decay=1.0 if small else 0.9, encoder=0.6),
        frozen_norms=small,
    )
