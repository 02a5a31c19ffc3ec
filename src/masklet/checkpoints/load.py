"""Weights put into a network, after every name and shape has been held against it."""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from masklet.errors import CheckpointError

SHOWN = 5


def load_weights(
    model: nn.Module, tensors: Mapping[str, Tensor], source: Path | str, hint: str = ""
) -> None:
    """Copy tensors under our names into a network, changing nothing if they do not all fit.

    Args:
        model: the network; it keeps its own dtype and device.
        tensors: exactly its parameters and buffers.
        source: where they are from, for the message.
        hint: what may be the matter if they do not fit, for the message.

    Raises:
        CheckpointError: names missing, names too many or other shapes; lists up to five of each.
    """
    check_weights(model, tensors, source, hint)
    model.load_state_dict(dict(tensors))


def check_weights(
    model: nn.Module, tensors: Mapping[str, Tensor], source: Path | str, hint: str = ""
) -> None:
    """Hold tensors under our names against a network, which may be on the meta device.

    Raises:
        CheckpointError: as ``load_weights``.
    """
    wanted = model.state_dict()
    missing = [name for name in wanted if name not in tensors]
    unexpected = [name for name in tensors if name not in wanted]
    misshaped = [
        f"{name} {_shape(tensors[name])} where {_shape(tensor)} is wanted"
        for name, tensor in wanted.items()
        if name in tensors and not _fits(tensors[name], tensor)
    ]
    troubles = [
        f"{len(found)} {what} ({_some(found)})"
        for what, found in (
            ("missing", missing),
            ("unexpected", unexpected),
            ("of another shape", misshaped),
        )
        if found
    ]
    if troubles:
        raise CheckpointError(
            f"{source} does not fit the model: tensors {'; '.join(troubles)}"
            f"{'; ' + hint if hint else ''}"
        )


def check_finite(tensors: Mapping[str, Tensor], source: Path | str) -> None:
    """Raise CheckpointError if a weight is infinite or not a number; reads every byte."""
    broken = [name for name, tensor in tensors.items() if not torch.isfinite(tensor).all()]
    if broken:
        raise CheckpointError(
            f"{source} has values that are not finite in {_some(broken)}; it is damaged, or of a "
            "training run that went wrong"
        )


def _fits(found: Tensor, wanted: Tensor) -> bool:
    return found.shape == wanted.shape and found.is_floating_point() == wanted.is_floating_point()


def _shape(tensor: Tensor) -> str:
    whole = "" if tensor.is_floating_point() else " of whole numbers"
    return "[" + ", ".join(str(side) for side in tensor.shape) + "]" + whole


def _some(items: list[str]) -> str:
    more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
    return ", ".join(items[:SHOWN]) + more
