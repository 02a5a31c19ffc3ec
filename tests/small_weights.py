"""A file of a small model's random weights, which the command line takes as any other."""

from pathlib import Path

from small import small_model

from masklet.checkpoints.read import write_ours


def small_weights(folder: Path, seed: int = 0) -> Path:
    """``small.safetensors`` in a folder."""
    path = folder / "small.safetensors"
    model = small_model(seed)
    write_ours(path, model.runtime.model.state_dict(), model.config)
    return path
