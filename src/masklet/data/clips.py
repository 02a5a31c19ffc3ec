"""Short clips out of real videos, warped alike in every frame."""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, UInt8
from torch import Tensor

from masklet.data.colour import flicker, random_colour, recolour
from masklet.data.dice import Dice
from masklet.data.motion import Path, move_camera, random_path
from masklet.data.photos import INSIDE, random_crops
from masklet.data.pool import Clip, Pool
from masklet.data.warp import apply_map, grid_points, sample_pictures
from masklet.errors import FormatError

LONGEST_STRIDE = 4
SMALLEST_SHARE = 0.003
DRIFT = 0.35
NOBODY = 255


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
    stacks = [cut_frames(pool.clips[row], dice, frames, objects) for row in which]
    layers = torch.stack([stack.layers for stack in stacks])
    boxes = torch.stack([stack.box for stack in stacks])
    path = random_path(dice, clips, frames)
    drift = Path(path.shift * DRIFT, path.scale**DRIFT, path.angle * DRIFT)
    camera = move_camera(random_crops(dice, boxes), drift)
    points = apply_map(camera, grid_points(size, pool.device))
    flat = sample_pictures(layers.flatten(0, 1), points.flatten(0, 1)[:, None], size)[:, 0]
    mean = layers.new_full((clips * frames, 3), 0.5)
    colour = flicker(dice, random_colour(dice, clips), frames)
    masks = (flat[:, 3:] > INSIDE).unflatten(0, (clips, frames))
    share = masks[:, 0].flatten(2).sum(2, dtype=torch.int32) / size**2
    pictures = recolour(flat[:, :3], colour, mean).unflatten(0, (clips, frames))
    return ClipBatch(pictures, masks, share >= SMALLEST_SHARE)


class FrameStack(NamedTuple):
    """Frames with object masks as further channels, and the box of the first object.

    ``layers`` is RGB less 0.5, then each mask as 0 or 1. ``box`` is in shares of the side.
    """

    layers: Float[Tensor, "T C S S"]
    box: Float[Tensor, "4"]


def cut_frames(clip: Clip, dice: Dice, frames: int, objects: int) -> FrameStack:
    """``frames`` of the clip with equal steps; a clip shorter than that stays on its last."""
    length = len(clip.frames_T3SS)
    longest = min(LONGEST_STRIDE, max((length - 1) // max(frames - 1, 1), 1))
    draw = dice.uniform((3,)).tolist()
    stride = 1 + int(draw[0] * longest)
    span = stride * (frames - 1)
    first = int(draw[1] * max(length - span, 1))
    rows = [min(first + stride * t, length - 1) for t in range(frames)]
    if draw[2] < 0.5:
        rows.reverse()
    taken = torch.tensor(rows, device=clip.frames_T3SS.device)
    masks = clip.masks_TSS[taken]
    values = pick_values(masks[0], dice, objects)
    colours = clip.frames_T3SS[taken].float().div_(255).sub_(0.5)
    inside = masks[:, None] == values[:, None, None]
    return FrameStack(torch.cat((colours, inside.float()), dim=1), box_of(inside[0, 0]))


def pick_values(labels: UInt8[Tensor, "S S"], dice: Dice, objects: int) -> UInt8[Tensor, "K"]:
    """``objects`` labels of the map in random order, repeated if it has fewer."""
    values = labels.unique()
    values = values[values > 0]
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
