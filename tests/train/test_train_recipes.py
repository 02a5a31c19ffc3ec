"""The paper's recipes say what the paper says, and play at any size."""

import pytest
import torch
from small import SMALL

from masklet.data.clips import ClipBatch
from masklet.data.pool import Pool
from masklet.model.config import HieraConfig, nano, sam2_1_hiera_base_plus, sam2_1_hiera_large
from masklet.train.feed import Kind, draw_batch
from masklet.train.paper_recipes import (
    FULL_STEPS,
    LONG_STEPS,
    PRETRAIN_STEPS,
    full_training,
    image_pretrain,
    long_clips,
    one_small_gpu,
    scale_of,
)
from masklet.train.recipes import clips, nano_from_scratch
from masklet.train.schedule import ReciprocalRoot, Schedule
from tests.train.tiny import tiny

LARGE, BASE = sam2_1_hiera_large(), sam2_1_hiera_base_plus()


def test_pre_training_is_that_of_the_paper() -> None:
    """Table of hyperparameters, pre-training."""
    recipe = image_pretrain(PRETRAIN_STEPS, LARGE)
    expected = ReciprocalRoot(peak=4e-4, steps=90_000, warmup=1000, cooldown=5000, timescale=1000)
    assert recipe.schedule == expected
    assert (recipe.pictures.batch, recipe.pictures.objects, recipe.pictures.rounds) == (256, 64, 8)
    assert recipe.pictures.size == 1024
    assert recipe.tuning.layer_decay == 0.925
    assert isinstance(recipe.model.trunk, HieraConfig)
    assert recipe.model.trunk.drop_path == 0.3
    assert scale_of(BASE) == (0.9, 0.2)
    assert scale_of(SMALL) == (0.8, 0.1)


def test_full_training_is_that_of_the_paper() -> None:
    """Two rates, eight frames, up to three objects of one clip, pictures at times."""
    recipe = full_training(FULL_STEPS, BASE)
    assert recipe.schedule.rate(14_999) == 3e-4
    assert recipe.schedule.rate(15_000 + 135_000 // 2) == pytest.approx(1.5e-4)
    assert recipe.schedule.rate(14_999) * recipe.tuning.encoder == pytest.approx(6e-5)
    assert (recipe.real_clips, recipe.frames, recipe.real_objects) == (256, 8, 3)
    assert recipe.augment.backwards == 0.5
    assert recipe.augment.cuts == 0


def test_long_clips_leave_the_image_encoder_alone() -> None:
    """Sixteen frames at half the rate."""
    recipe = long_clips(LONG_STEPS, BASE)
    assert recipe.frames == 16
    assert recipe.schedule.peak == full_training(LONG_STEPS, BASE).schedule.peak / 2
    assert recipe.tuning.what == "tracker"


def test_a_small_gpu_fine_tunes_at_the_published_rates() -> None:
    """5e-6 and 3e-6 to a tenth; the small model learns quicker and at its own size."""
    recipe = one_small_gpu(1000, BASE)
    assert recipe.schedule == Schedule(peak=5e-6, steps=1000, warmup=0, cooldown=1000, floor=0.1)
    assert recipe.schedule.peak * recipe.tuning.encoder == 3e-6
    assert recipe.size == recipe.pictures.size == 512
    assert one_small_gpu(1000, nano()).size == 256


def test_the_stages_of_the_small_model_share_its_steps() -> None:
    """In their order; all of them are taken."""
    stages = nano_from_scratch()
    assert [(s.name, s.recipe.schedule.steps) for s in stages] == [
        ("photos", 4000),
        ("clips", 600),
        ("joint", 1500),
    ]
    assert sum(s.recipe.schedule.steps for s in nano_from_scratch(100)) == 100


def test_objects_of_a_real_clip_share_its_frames_where_the_recipe_says_so(pool: Pool) -> None:
    """Two clips of two objects, or four of one."""
    shared = draw_batch(tiny(full_training(2, SMALL), 2), pool, Kind.REAL, seed=1)
    alone = draw_batch(tiny(clips(2), 2), pool, Kind.REAL, seed=1)
    assert isinstance(shared, ClipBatch)
    assert isinstance(alone, ClipBatch)
    assert shared.masks.shape[:3] == torch.Size((2, 3, 3))
    assert alone.masks.shape[:3] == torch.Size((4, 3, 1))
