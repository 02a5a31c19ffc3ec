"""Shots cut into clips: for a frame or more another clip is seen, and no object is there."""

import torch

from masklet.data.clips import ClipBatch
from masklet.data.dice import Dice


def cut_away(batch: ClipBatch, generator: torch.Generator, *, share: float = 0.3) -> ClipBatch:
    """For a ``share`` of the clips, show the next clip of the batch from some frame on.

    Half of them come back after one frame. Frame 0 is never cut; a batch of one stays as it is.
    """
    clips, frames = batch.pictures.shape[:2]
    if clips < 2 or frames < 2:
        return batch
    dice = Dice(generator, batch.pictures.device)
    start = 1 + (dice.uniform((clips,)) * (frames - 1)).long().clamp(max=frames - 2)
    number = torch.arange(frames, device=start.device)
    away = number >= start[:, None]
    brief = dice.chance((clips, 1), 0.5)
    away = torch.where(brief, number == start[:, None], away)
    away = away & dice.chance((clips, 1), share)
    elsewhere = batch.pictures.roll(1, dims=0)
    return batch._replace(
        pictures=torch.where(away[..., None, None, None], elsewhere, batch.pictures),
        masks=batch.masks & ~away[..., None, None, None],
    )
