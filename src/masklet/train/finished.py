"""What a finished run of the game leaves behind: its averaged weights, to be loaded by anyone."""

from pathlib import Path

from masklet.checkpoints.read import write_ours
from masklet.model.config import at_size
from masklet.train.checkpointing import Run
from masklet.train.recipes import Recipe
from masklet.train.tuning import plain_weights

WEIGHTS = "weights.safetensors"


def write_weights(name: str, recipe: Recipe, run: Run, folder: Path) -> Path:
    """Write them as an ordinary model of the largest side that was seen; the file's path.

    Raises:
        CheckpointError: the file cannot be written.
    """
    sides = [recipe.pictures.size] if recipe.stage == "photos" or recipe.single else []
    sides += [recipe.size] if recipe.stage == "clips" else []
    config = at_size(recipe.model, max(sides))
    note = {"trained by": name, "steps": str(run.step)}
    write_ours(folder / WEIGHTS, plain_weights(run.average, recipe.tuning), config, note)
    return folder / WEIGHTS
