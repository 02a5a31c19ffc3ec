"""A batch as training sees it, drawn as one picture with every mask."""

from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from masklet.data.pool import Pool
from masklet.draw.contact_sheet import contact_sheet
from masklet.draw.overlay import overlay
from masklet.media.pictures import write_picture
from masklet.train.draws import Share
from masklet.train.feed import Batch, Kind, Material, PoolMaterial, kinds_of
from masklet.train.recipes import Recipe
from masklet.values import Picture

SHEET_ROWS, PHOTO_COLUMNS, LOOKED_AT = 6, 4, 400
NAMES = {Kind.PHOTOS: "photo", Kind.REAL: "clip", Kind.PSEUDO: "made of photos"}


class Cell(NamedTuple):
    """One picture of a batch with its masks drawn, and what to write beneath it."""

    picture: Picture
    caption: str


def show_batch(recipe: Recipe, material: Pool | Material, path: Path) -> None:
    """Draw the first batch of every kind that the recipe plays, with masks and numbers.

    Photos stand side by side, clips in a row each.
    """
    if isinstance(material, Pool):
        material = PoolMaterial(material)
    turns = kinds_of(recipe)
    steps: dict[int, int] = {}
    for step in range(min(recipe.schedule.steps, LOOKED_AT)):
        steps.setdefault(turns.at(step).kind, step)
    columns = recipe.frames if recipe.stage == "clips" else PHOTO_COLUMNS
    rows = max(SHEET_ROWS // len(steps), 1)
    with closing(material.feed(recipe, Share())) as feed:
        cells = [
            cell
            for kind, step in sorted(steps.items())
            for cell in cells_of(feed.batch(step), Kind(kind), rows, columns)
        ]
    sheet = contact_sheet(
        [cell.picture for cell in cells], [cell.caption for cell in cells], columns=columns
    )
    write_picture(path, sheet)


def cells_of(batch: Batch, kind: Kind, rows: int, columns: int) -> list[Cell]:
    """Pictures of one batch, in full rows if there are enough for one."""
    of_clips = batch.pictures.ndim == 5
    frames = batch.pictures.shape[1] if of_clips else 1
    pictures, masks = batch.pictures.cpu(), batch.masks.cpu()
    if of_clips:
        pictures, masks = pictures.flatten(0, 1), masks.flatten(0, 1)
    cells = []
    full = min(len(pictures) // columns, rows) * columns
    for row in range(full or len(pictures)):
        number, frame = divmod(row, frames)
        caption = f"{NAMES[kind]} {number}" + (f" · frame {frame}" if of_clips else "")
        cells.append(drawn(pictures[row], masks[row], caption))
    return cells


def drawn(picture: Float[Tensor, "3 s s"], masks: Bool[Tensor, "K s s"], caption: str) -> Cell:
    """One picture, RGB 0 .. 1, under its masks."""
    pixels = (picture.clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0)
    return Cell(overlay(pixels.contiguous().numpy(), masks.numpy(), contour=1), caption)
