"""Shots cut into clips: for a frame or more another clip is seen, and no object is there."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from masklet.data.clips import ClipBatch
from masklet.data.dice import Dice


def cut_away(batch: ClipBatch, generator: torch.Generator, *, share: float = 0.3) -> ClipBatch:
    """For a ``share`` of the clips, show the next clip of the batch from some frame on.

    Half of them come back after one frame. Frame 0 is never cut; a batch of one stays as it is.
    """
    clips, frames = batch.pictures.shape[:2]
    if clips < 2:
        return batch
    away = frames_away(Dice(generator, batch.pictures.device), clips, frames, share=share)
    return shown_elsewhere(batch, away, batch.pictures.roll(1, dims=0))


def frames_away(dice: Dice, clips: int, frames: int, *, share: float = 0.3) -> Bool[Tensor, "B T"]:
    """In which frames of which clips something else is seen."""
    if frames < 2:
        return torch.zeros(clips, frames, dtype=torch.bool, device=dice.device)
    start = 1 + (dice.uniform((clips,)) * (frames - 1)).long().clamp(max=frames - 2)
    number = torch.arange(frames, device=start.device)
    away = number >= start[:, None]
    brief = dice.chance((clips, 1), 0.5)
    away = torch.where(brief, number == start[:, None], away)
    return away & dice.chance((clips, 1), share)


def shown_elsewhere(
    batch: ClipBatch, away: Bool[Tensor, "B T"], elsewhere: Float[Tensor, "B T 3 s s"]
) -> ClipBatch:
    """The clips with other pictures, which none of the objects is in, where they are ``away``."""
    return batch._replace(
        pictures=torch.where(away[..., None, None, None], elsewhere, batch.pictures),
        masks=batch.masks & ~away[..., None, None, None],
    )
