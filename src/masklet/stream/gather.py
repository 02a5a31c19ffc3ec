"""Brings what several objects read on a frame into one batch, filled up to the same length.

Shapes: B rows (objects), M memories, P pointers, N grid positions, C channels.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from masklet.model.memory_attention import MemoryTokens
from masklet.model.sam2 import Sam2
from masklet.stream.plan import Plan
from masklet.stream.state import Entry


class Reading(NamedTuple):
    """One object's plan and the entries of every frame in it."""

    plan: Plan
    entries: Mapping[int, Entry]


class Filled(NamedTuple):
    """Rows of different lengths stacked, zeros where a row had nothing left."""

    values: Tensor
    real: Bool[Tensor, "B L"]


def gather(model: Sam2, readings: Sequence[Reading]) -> MemoryTokens:
    """The tokens that memory attention reads for B objects; each reads one memory at least."""
    memories = fill(
        [[_memory(r, read.frame) for read in r.plan.memories] for r in readings],
        like=_memory(readings[0], readings[0].plan.memories[0].frame),
    )
    pointers = fill(
        [[r.entries[read.frame].pointer for read in r.plan.pointers] for r in readings],
        like=model.pointers.absent[0],
    )
    device = memories.values.device
    slots = _numbers([[read.slot for read in r.plan.memories] for r in readings], device)
    distances = _numbers(
        [[read.distance / max(r.plan.farthest, 1) for read in r.plan.pointers] for r in readings],
        device,
    )
    return model.memory_tokens(
        memories.values,
        slots.long(),
        pointers.values,
        distances,
        _readable(model, memories, pointers),
    )


def fill(rows: Sequence[Sequence[Tensor]], *, like: Tensor) -> Filled:
    """Stack rows of tensors shaped ``like`` one; all of them may be empty."""
    length = max(len(row) for row in rows)
    zero = torch.zeros_like(like)
    filled = [tensor for row in rows for tensor in (*row, *[zero] * (length - len(row)))]
    values = torch.stack(filled) if filled else zero[None][:0]
    counts = torch.tensor([len(row) for row in rows], device=like.device)
    real = torch.arange(length, device=like.device) < counts[:, None]
    return Filled(values.view(len(rows), length, *like.shape), real)


def _memory(reading: Reading, frame: int) -> Float[Tensor, "D p q"]:
    memory = reading.entries[frame].memory
    assert memory is not None, f"the memory of frame {frame} was asked for but not kept"
    return memory


def _numbers(rows: Sequence[Sequence[float]], device: torch.device) -> Float[Tensor, "B L"]:
    length = max(len(row) for row in rows)
    filled = [[*row, *[0.0] * (length - len(row))] for row in rows]
    return torch.tensor(filled, device=device, dtype=torch.float32)


def _readable(model: Sam2, memories: Filled, pointers: Filled) -> Bool[Tensor, "B L"] | None:
    """Which tokens are real; None where all are, so that attention needs no mask."""
    if bool(memories.real.all()) and bool(pointers.real.all()):
        return None
    grid = memories.values.shape[-2] * memories.values.shape[-1]
    of_grid = memories.real.repeat_interleave(grid, dim=1)
    of_pointers = pointers.real.repeat_interleave(model.pointers.pieces, dim=1)
    return torch.cat((of_grid, of_pointers), dim=1)
