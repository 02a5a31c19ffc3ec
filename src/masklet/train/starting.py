"""Weights that another recipe begins with: a whole model's, or those of a pre-trained trunk."""

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from masklet.checkpoints.load import load_weights
from masklet.errors import CheckpointError
from masklet.model.sam2 import Sam2
from masklet.train.checkpointing import starting_weights

TRUNK, OF_MODEL, OF_PAINTER = "trunk.", "image_encoder.trunk.", "decoder.hidden_token"


def is_pretrained(weights: Mapping[str, Tensor]) -> bool:
    """Whether they are of a masked auto-encoder, whose trunk alone is of use to others."""
    return OF_PAINTER in weights


def trunk_weights(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The trunk's part of an auto-encoder's weights or of a whole model's, by its own names."""
    prefix = TRUNK if is_pretrained(weights) else OF_MODEL
    return {
        name.removeprefix(prefix): tensor
        for name, tensor in weights.items()
        if name.startswith(prefix)
    }


def start_from(model: Sam2, path: Path) -> None:
    """Put weights in: all of them, or the trunk's alone where no more was pre-trained.

    Raises:
        CheckpointError: the file cannot be read, or is of another model.
    """
    weights = starting_weights(path)
    if is_pretrained(weights):
        hint = "it was pre-trained for another model; --model names it"
        load_weights(model.image_encoder.trunk, trunk_weights(weights), path, hint)
    else:
        load_weights(model, weights, path)


def check_whole(path: Path) -> None:
    """Raises CheckpointError where the file holds a pre-trained trunk and not a whole model."""
    if is_pretrained(starting_weights(path)):
        raise CheckpointError(
            f"start: {path} holds an image encoder that was pre-trained and no more; wanted a "
            "whole model, so train photos or clips from it first"
        )
