"""Entries of the streaming core as results on the host."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from masklet.stream.state import Entry
from masklet.values import FrameResult, ObjectId, Size


def frame_result(
    index: int, objects: Sequence[ObjectId], entries: Sequence[Entry], size: Size
) -> FrameResult:
    """One row an object, copied to the host."""
    return FrameResult(
        index=index,
        objects=tuple(objects),
        logits=_stacked([entry.logits for entry in entries], axes=3),
        scores=_stacked([entry.score for entry in entries]),
        presence=_stacked([entry.presence for entry in entries]),
        size=size,
    )


def _stacked(tensors: Sequence[Tensor], *, axes: int = 1) -> Float[np.ndarray, "N ..."]:
    if not tensors:
        return np.zeros((0, *[1] * (axes - 1)), dtype=np.float32)
    return torch.stack(list(tensors)).float().cpu().numpy()
