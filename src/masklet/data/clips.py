"""Short clips out of real videos, warped alike in every frame."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor

from masklet.data.augment import USUAL, Augment
from masklet.data.colour import Colour, flicker, random_colour, recolour
from masklet.data.dice import Dice
from masklet.data.motion import Path, move_camera, random_path
from masklet.data.photos import INSIDE, random_crops
from masklet.data.pool import Clip, Pool
from masklet.data.warp import crops_of, grid_through, sample_pictures
from masklet.errors import FormatError

LONGEST_STRIDE = 4
SMALLEST_SHARE = 0.003
DRIFT = 0.35
NOBODY = 255
GREY = 127.5


class ClipBatch(NamedTuple):
    """B clips of T frames with K objects each.

    Attributes:
        pictures: RGB 0 .. 1.
        masks: the visible part of each object in each frame; may be empty after frame 0.
        present: the object covers at least 0.3 % of frame 0; ask for nothing where it is false.
    """

    pictures: Float[Tensor, "B T 3 s s"]
    masks: Bool[Tensor, "B T K s s"]
    present: Bool[Tensor, "B K"]


def sample_clips(
    pool: Pool,
    generator: torch.Generator,
    clips: int = 8,
    frames: int = 4,
    objects: int = 1,
    size: int = 256,
    *,
    how: Augment = USUAL,
) -> ClipBatch:
    """Draw frames 1 to 4 apart, forwards or backwards, under one crop that drifts slightly.

    A video with fewer than ``objects`` objects in the first frame drawn repeats them.

    Raises:
        FormatError: the pool has no videos.
    """
    if not pool.clips:
        raise FormatError("pool: it holds no real videos; wanted shards with davis-train")
    dice = Dice(generator, pool.device)
    which = dice.below(torch.full((clips,), len(pool.clips), device=pool.device)).tolist()
    footage = [pick_footage(pool.clips[row], dice, frames, objects, how) for row in which]
    return warp_clips(dice, footage, size, how)


class Footage(NamedTuple):
    """Some frames of a video, by number, with the masks of some objects.

    Attributes:
        box: of the first object in the first frame, in shares of the side.
    """

    video: UInt8[Tensor, "N 3 S S"]
    rows: Int[Tensor, "T"]
    masks: Bool[Tensor, "T K S S"]
    box: Float[Tensor, "4"]


def pick_footage(
    clip: Clip, dice: Dice, frames: int, objects: int, how: Augment = USUAL
) -> Footage:
    """Frames that lie equal steps apart; a clip shorter than that stays on its last."""
    picked = pick_frames(len(clip.frames_T3SS), frames, dice, how.backwards)
    rows = torch.tensor(picked, device=dice.device)
    labels = clip.masks_TSS[rows]
    values = pick_values(labels[0], dice, objects)
    masks = labels[:, None] == values[:, None, None]
    return Footage(clip.frames_T3SS, rows, masks, box_of(masks[0, 0]))


def warp_clips(
    dice: Dice, footage: Sequence[Footage], size: int, how: Augment = USUAL
) -> ClipBatch:
    """Crop and recolour clips, each alike in all its frames but for a slight drift."""
    clips, (frames, objects) = len(footage), footage[0].masks.shape[:2]
    path = random_path(dice, clips, frames)
    drift = Path(path.shift * DRIFT, path.scale**DRIFT, path.angle * DRIFT)
    boxes = torch.stack([each.box for each in footage])
    camera = move_camera(random_crops(dice, boxes, how=how), drift)
    colours = camera.new_empty((clips, frames, 3, size, size))
    masks = torch.empty((clips, frames, objects, size, size), dtype=torch.bool, device=dice.device)
    crops = crops_of(camera, footage[0].masks.shape[-1])
    for row, (each, crop) in enumerate(zip(footage, crops, strict=True)):
        points = grid_through(crop.affine, size)[:, None]
        seen = each.video[:, :, crop.y, crop.x][each.rows] - GREY
        colours[row] = sample_pictures(seen, points)[:, 0]
        tracked = each.masks[:, :, crop.y, crop.x].float()
        masks[row] = sample_pictures(tracked, points)[:, 0] > INSIDE
    share = masks[:, 0].flatten(2).sum(2, dtype=torch.int32) / size**2
    colour = flicker(dice, random_colour(dice, clips, grey=how.grey), frames)
    mean = colours.new_full((clips * frames, 3), GREY)
    matrix = Colour(colour.matrix / 255, colour.offset)
    pictures = recolour(colours.flatten(0, 1), matrix, mean).unflatten(0, (clips, frames))
    return ClipBatch(pictures, masks, share >= SMALLEST_SHARE)


def pick_frames(length: int, frames: int, dice: Dice, backwards: float = 0.5) -> list[int]:
    """``frames`` numbers below ``length`` with a step of 1 to 4, a share of them backwards."""
    longest = min(LONGEST_STRIDE, max((length - 1) // max(frames - 1, 1), 1))
    draw = dice.uniform((3,)).tolist()
    stride = 1 + int(draw[0] * longest)
    first = int(draw[1] * max(length - stride * (frames - 1), 1))
    rows = [min(first + stride * number, length - 1) for number in range(frames)]
    return rows[::-1] if draw[2] < backwards else rows


def pick_values(labels: UInt8[Tensor, "S S"], dice: Dice, objects: int) -> UInt8[Tensor, "K"]:
    """``objects`` labels of the map in random order, repeated if it has fewer."""
    counts = torch.bincount(labels.flatten(), minlength=NOBODY + 1)
    values = (counts[1:].nonzero()[:, 0] + 1).to(labels.dtype)
    if len(values) == 0:
        return values.new_full((objects,), NOBODY)
    shuffled = values[dice.uniform((len(values),)).argsort()]
    return shuffled.repeat(-(-objects // len(values)))[:objects]


def box_of(mask: Bool[Tensor, "S S"]) -> Float[Tensor, "4"]:
    """x0, y0, x1, y1 in shares of the side; all of the picture for an empty mask."""
    side = mask.shape[-1]
    number = torch.arange(side, device=mask.device)
    edges = [
        edge
        for line in (mask.any(0), mask.any(1))
        for edge in (torch.where(line, number, side).amin(), torch.where(line, number, -1).amax())
    ]
    x0, x1, y0, y1 = (edge.float() / side for edge in edges)
    box = torch.stack((x0, y0, x1 + 1 / side, y1 + 1 / side))
    whole = torch.tensor([0.0, 0.0, 1.0, 1.0], device=mask.device)
    return torch.where(mask.any(), box, whole)
