"""A clip in the four quarters of the frame, of which one counts: its copies only look alike."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional

from masklet.data.clips import SMALLEST_SHARE, ClipBatch
from masklet.data.dice import Dice

HALF = 0.5


def mosaic(batch: ClipBatch, generator: torch.Generator, *, share: float) -> ClipBatch:
    """A ``share`` of the clips as mosaics of 2 x 2, each quarter mirrored or not.

    The quarter that counts is the same in all frames. Sides of the frames must be even.
    """
    if share == 0:
        return batch
    clips, size = len(batch.pictures), batch.pictures.shape[-1]
    dice = Dice(generator, batch.pictures.device)
    mirrored = dice.chance((clips, 4), HALF)
    counts = dice.below(torch.full((clips,), 4, device=dice.device))
    chosen = dice.chance((clips,), share).nonzero()[:, 0]
    pictures, masks = batch.pictures.clone(), batch.masks.clone()
    for row in chosen.tolist():
        pictures[row] = tiled(_halved(batch.pictures[row]), mirrored[row])
        small = _halved(batch.masks[row].float()) >= HALF
        alone = torch.arange(4, device=dice.device) == counts[row]
        masks[row] = tiled(small, mirrored[row], alone)
    area = masks[:, 0].flatten(2).sum(2, dtype=torch.int32)
    present = batch.present & (area >= SMALLEST_SHARE * size**2)
    return ClipBatch(pictures, masks, present)


def tiled(
    quarter: Float[Tensor, "T C h w"] | Bool[Tensor, "T C h w"],
    mirrored: Bool[Tensor, "4"],
    shown: Bool[Tensor, "4"] | None = None,
) -> Float[Tensor, "T C H W"] | Bool[Tensor, "T C H W"]:
    """The same pictures four times, or nothing where a quarter is not ``shown``."""
    tiles = [quarter.flip(3) if flip else quarter for flip in mirrored.tolist()]
    if shown is not None:
        tiles = [tile & here for tile, here in zip(tiles, shown, strict=True)]
    rows = [torch.cat(tiles[:2], dim=3), torch.cat(tiles[2:], dim=3)]
    return torch.cat(rows, dim=2)


def _halved(pixels: Float[Tensor, "T C H W"]) -> Float[Tensor, "T C h w"]:
    return functional.avg_pool2d(pixels, 2)
