"""Pictures side by side on a dark ground, each with a line beneath it."""

from collections.abc import Sequence

import cv2
import numpy as np
from jaxtyping import UInt8

from masklet.draw.text import shortened, text_mask
from masklet.errors import MediaError

Picture = UInt8[np.ndarray, "_ _ 3"]
Cell = UInt8[np.ndarray, "_ _ 3"]

GROUND = np.array((20, 22, 27), dtype=np.float32)
LETTERS = np.array((196, 201, 211), dtype=np.float32)
MIN_WIDTH = 64


def contact_sheet(
    pictures: Sequence[Picture],
    captions: Sequence[str] | None = None,
    *,
    columns: int = 4,
    width: int = 1600,
) -> UInt8[np.ndarray, "H W 3"]:
    """A sheet exactly ``width`` pixels wide, its pictures in rows of ``columns``.

    Margins are even; pictures are scaled to the columns and keep their proportions, and every
    row is as high as its highest picture.

    Args:
        pictures: RGB, of any sizes.
        captions: one a picture, such as "frame 12 · 0.40 s"; none by default.
        columns: pictures in a row; fewer where there are fewer.
        width: of the sheet.

    Raises:
        MediaError: there are no pictures, captions do not match them, or the width leaves no
            room for the columns.
    """
    if not pictures:
        raise MediaError("pictures: none came; wanted at least one")
    if captions is not None and len(captions) != len(pictures):
        raise MediaError(f"captions: {len(captions)} came for {len(pictures)} pictures")
    columns = max(1, min(columns, len(pictures)))
    gap = max(6, round(width / 80))
    room = width - gap * (columns + 1)
    if room < columns * MIN_WIDTH:
        raise MediaError(f"width: {width} came; too narrow for {columns} columns")
    edges = [gap * (at + 1) + room * at // columns for at in range(columns + 1)]
    cells = []
    for number, picture in enumerate(pictures):
        at = number % columns
        across = edges[at + 1] - edges[at] - gap
        cells.append(_cell(picture, captions[number] if captions else None, across, gap))
    rows = [cells[start : start + columns] for start in range(0, len(cells), columns)]
    return _assembled(rows, edges, gap, width)


def _cell(picture: Picture, caption: str | None, width: int, gap: int) -> Cell:
    """One picture ``width`` wide with rounded corners, and its caption beneath."""
    height = max(1, round(picture.shape[0] * width / picture.shape[1]))
    shrinks = width < picture.shape[1]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    scaled = _rounded(cv2.resize(picture, (width, height), interpolation=how), gap // 3)
    if caption is None:
        return scaled
    size = max(11, round(gap * 0.75))
    letters = text_mask(shortened(caption, size, width), size)
    strip = np.empty((letters.shape[0] + gap // 3, width, 3), dtype=np.uint8)
    strip[:] = GROUND
    much = letters[:, :width, None].astype(np.float32) / 255
    strip[-letters.shape[0] :, : letters.shape[1]] = np.round(GROUND + (LETTERS - GROUND) * much)
    return np.concatenate([scaled, strip])


def _rounded(picture: Picture, radius: int) -> Picture:
    """The picture with its corners fading into the ground."""
    radius = min(radius, *(side // 2 for side in picture.shape[:2]))
    if radius < 2:
        return picture
    disk = np.zeros((2 * radius, 2 * radius), dtype=np.uint8)
    centre = (radius * 16 - 8, radius * 16 - 8)
    cv2.circle(disk, centre, radius * 16, (255,), cv2.FILLED, cv2.LINE_AA, 4)
    shown = np.full(picture.shape[:2], 255, dtype=np.uint8)
    near, far = slice(0, radius), slice(-radius, None)
    for rows in (near, far):
        for columns in (near, far):
            shown[rows, columns] = disk[rows, columns]
    much = shown[..., None].astype(np.float32) / 255
    return np.round(GROUND + (picture - GROUND) * much).astype(np.uint8)


def _assembled(
    rows: Sequence[Sequence[Cell]], edges: Sequence[int], gap: int, width: int
) -> UInt8[np.ndarray, "H W 3"]:
    """The rows of cells on the ground."""
    heights = [max(cell.shape[0] for cell in row) for row in rows]
    sheet = np.empty((gap + sum(height + gap for height in heights), width, 3), dtype=np.uint8)
    sheet[:] = GROUND
    top = gap
    for row, height in zip(rows, heights, strict=True):
        for cell, left in zip(row, edges, strict=False):
            sheet[top : top + cell.shape[0], left : left + cell.shape[1]] = cell
        top += height + gap
    return sheet
