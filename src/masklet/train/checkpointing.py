"""A run's state on disk: everything that the next step depends on, written whole or not at all."""

import os
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from masklet.checkpoints.config_json import from_json, to_json
from masklet.checkpoints.open import read_contents
from masklet.errors import CheckpointError
from masklet.model.config import ModelConfig
from masklet.train.processes import whole

RUN = "run.pt"
"""The file of a run in its folder."""


@dataclass(kw_only=True)
class Run:
    """What training changes.

    Attributes:
        step: steps done.
        average: exponential moving average of the weights and buffers; what is evaluated and kept.
        generator: the source of every random choice.
        config: of the model, or of the one whose trunk learns; does not change.
    """

    step: int
    config: ModelConfig
    model: nn.Module
    average: dict[str, Tensor]
    optimizer: torch.optim.Optimizer
    generator: torch.Generator


def save_run(run: Run, path: Path, *, writes: bool = True) -> None:
    """Write to a file beside ``path``, see it on the disk, then rename.

    Args:
        writes: this process does; others only give their parts, where the run lies in parts.
    """
    state = whole(
        {
            "step": run.step,
            "config": to_json(run.config),
            "model": run.model.state_dict(),
            "average": run.average,
            "optimizer": run.optimizer.state_dict(),
            "generator": run.generator.get_state(),
            "torch_generator": torch.get_rng_state(),
        }
    )
    if not writes:
        return
    if torch.cuda.is_available():
        state["cuda_generator"] = torch.cuda.get_rng_state()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def resume_run(run: Run, path: Path) -> None:
    """Bring ``run`` to where ``path`` was written. Raises CheckpointError if it is of another."""
    state = _read(path)
    try:
        run.model.load_state_dict(state["model"])
        run.optimizer.load_state_dict(state["optimizer"])
        for name, tensor in run.average.items():
            tensor.copy_(state["average"][name])
        run.step = state["step"]
        run.generator.set_state(state["generator"])
        torch.set_rng_state(state["torch_generator"])
    except (KeyError, RuntimeError, ValueError) as error:
        raise CheckpointError(f"{path}: not a run of this recipe: {error}") from error
    if torch.cuda.is_available() and "cuda_generator" in state:
        torch.cuda.set_rng_state(state["cuda_generator"])


def averaged_weights(path: Path) -> dict[str, Tensor]:
    """The weights to start another stage from, or to evaluate and ship."""
    return _read(path)["average"]


def model_of(path: Path) -> ModelConfig:
    """The model whose weights are in a run's file, or in a weights file of any known layout.

    Raises:
        CheckpointError: the file is neither, or is a run of an earlier version, without it.
    """
    if path.suffix != ".safetensors":
        state = _read(path)
        if "average" in state and "config" not in state:
            raise CheckpointError(f"{path}: does not say of which model it is; start from weights")
        if "average" in state:
            return from_json(state["config"], ModelConfig)
    return read_contents(path, None).config


def starting_weights(path: Path) -> Mapping[str, Tensor]:
    """The averaged weights of a run, or those of a weights file of any of the known layouts.

    Raises:
        CheckpointError: the file is neither.
    """
    if path.suffix == ".safetensors":
        return read_contents(path, None).tensors
    state = _read(path)
    return state["average"] if "average" in state else read_contents(path, None).tensors


def _read(path: Path) -> dict:
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError) as error:
        raise CheckpointError(f"{path}: cannot be read as a run of masklet.train") from error
