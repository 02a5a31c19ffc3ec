"""What a finished run of the game leaves behind: its averaged weights, to be loaded by anyone."""

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from masklet.checkpoints.read import write_ours
from masklet.model.config import at_size
from masklet.train.recipes import Recipe

WEIGHTS = "weights.safetensors"


def write_weights(
    recipe: Recipe, weights: Mapping[str, Tensor], folder: Path, *, note: Mapping[str, str]
) -> Path:
    """Write them as an ordinary model of the largest side that was seen; the file's path.

    Args:
        weights: as ``plain_weights`` gives them.
        note: kept in the file.

    Raises:
        CheckpointError: the file cannot be written.
    """
    sides = [recipe.pictures.size] if recipe.stage == "photos" or recipe.single else []
    sides += [recipe.size] if recipe.stage == "clips" else []
    config = at_size(recipe.model, max(sides))
    write_ours(folder / WEIGHTS, weights, config, note)
    return folder / WEIGHTS
