"""The recipe of masked auto-encoding: every setting of a run as one frozen value."""

from dataclasses import dataclass, field

from masklet.data.augment import Augment
from masklet.errors import MaskletError
from masklet.model.config import HieraConfig, ModelConfig
from masklet.train.mae.autoencoder import Masking
from masklet.train.mae.units import SIDE
from masklet.train.recipes import Pictures, Recipe
from masklet.train.schedule import Schedule

SMALL = Masking(width=128, blocks=3, heads=4)
HIERA_SIZE, SMALL_SIZE = 224, 192


@dataclass(frozen=True, kw_only=True)
class MaeRecipe(Recipe):
    """A recipe that paints pictures in place of playing them.

    Attributes:
        masking: how much is hidden, and what paints it.
    """

    masking: Masking = field(default_factory=Masking)


def mae(steps: int, model: ModelConfig) -> MaeRecipe:
    """Learn an image encoder from pictures without masks, before any other stage.

    Hiera sees pictures as in its own pre-training: 224 pixels, whole in a window of the later
    stages, 0.6 of them hidden, crops and mirroring, colours as they are (arXiv 2306.00989,
    appendix A; arXiv 2111.06377, section 4.1). Rate, batch and the small model's settings are ours.

    Args:
        model: whose trunk learns.
    """
    large = isinstance(model.trunk, HieraConfig)
    warmup = max(steps // 20, 1)
    return MaeRecipe(
        stage="photos",
        schedule=Schedule(
            peak=4e-4 if large else 1e-3, steps=steps, warmup=warmup, cooldown=steps - warmup
        ),
        model=model,
        batch=16,
        pictures=Pictures(size=HIERA_SIZE if large else SMALL_SIZE, batch=16, objects=1),
        betas=(0.9, 0.95),
        augment=Augment(grey=0.0),
        masking=Masking() if large else SMALL,
    )


def check_size(size: int) -> None:
    """Raises MaskletError where pictures of that side have too few units to hide some."""
    if size % SIDE or size < 2 * SIDE:
        raise MaskletError(f"size={size}: wanted a multiple of {SIDE}, at least {2 * SIDE}")
