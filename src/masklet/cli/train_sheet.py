"""A batch as training sees it, drawn as one picture with every mask."""

from pathlib import Path
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from masklet.data.pool import Pool
from masklet.draw.contact_sheet import contact_sheet
from masklet.draw.overlay import overlay
from masklet.media.pictures import write_picture
from masklet.train.feed import PoolFeed
from masklet.train.recipes import Recipe
from masklet.values import Picture

SHEET_PICTURES = 24


class Cell(NamedTuple):
    """One picture of a batch with its masks drawn, and what to write beneath it."""

    picture: Picture
    caption: str


def show_batch(recipe: Recipe, pool: Pool, path: Path) -> None:
    """Draw the recipe's first batch: a photo a cell, or a clip a row, with masks and numbers."""
    batch = PoolFeed(recipe, pool).batch(0)
    of_clips = batch.pictures.ndim == 5
    frames = batch.pictures.shape[1] if of_clips else 1
    pictures, masks = batch.pictures.cpu(), batch.masks.cpu()
    if of_clips:
        pictures, masks = pictures.flatten(0, 1), masks.flatten(0, 1)
    count = min(len(pictures), SHEET_PICTURES // frames * frames)
    cells = []
    for row in range(count):
        number, frame = divmod(row, frames)
        caption = f"clip {number} · frame {frame}" if of_clips else f"photo {number}"
        cells.append(drawn(pictures[row], masks[row], caption))
    sheet = contact_sheet(
        [cell.picture for cell in cells],
        [cell.caption for cell in cells],
        columns=frames if of_clips else 4,
    )
    write_picture(path, sheet)


def drawn(picture: Float[Tensor, "3 s s"], masks: Bool[Tensor, "K s s"], caption: str) -> Cell:
    """One picture, RGB 0 .. 1, under its masks."""
    pixels = (picture.clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0)
    return Cell(overlay(pixels.contiguous().numpy(), masks.numpy(), contour=1), caption)
