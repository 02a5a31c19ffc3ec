"""Short clips out of real videos, warped alike in every frame."""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, UInt8
from torch import Tensor

from masklet.data.augment import USUAL, Augment
from masklet.data.colour import flicker, random_colour, recolour
from masklet.data.dice import Dice
from masklet.data.motion import Path, move_camera, random_path
from masklet.data.photos import INSIDE, random_crops
from masklet.data.pool import Clip, Pool
from masklet.data.warp import grid_through, sample_pictures
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
    shape = (clips, frames, 3 + objects, pool.side, pool.side)
    layers = torch.empty(shape, device=pool.device)
    boxes = torch.stack(
        [
            fill_layers(out, pool.clips[row], dice, how)
            for out, row in zip(layers, which, strict=True)
        ]
    )
    return warp_clips(dice, layers, boxes, size, how)


def warp_clips(
    dice: Dice,
    layers: Float[Tensor, "B T C S S"],
    boxes: Float[Tensor, "B 4"],
    size: int,
    how: Augment = USUAL,
) -> ClipBatch:
    """Crop and recolour clips, each alike in all its frames but for a slight drift.

    Args:
        layers: frames of 0 .. 255 and object masks; changed in place.
        boxes: what half of the crops zoom in on, in shares of the side.
    """
    clips, frames = layers.shape[:2]
    layers[:, :, :3].div_(255).sub_(0.5)
    path = random_path(dice, clips, frames)
    drift = Path(path.shift * DRIFT, path.scale**DRIFT, path.angle * DRIFT)
    camera = move_camera(random_crops(dice, boxes, how=how), drift)
    points = grid_through(camera, size).flatten(0, 1)[:, None]
    flat = sample_pictures(layers.flatten(0, 1), points)[:, 0]
    mean = layers.new_full((clips * frames, 3), 0.5)
    colour = flicker(dice, random_colour(dice, clips, grey=how.grey), frames)
    masks = (flat[:, 3:] > INSIDE).unflatten(0, (clips, frames))
    share = masks[:, 0].flatten(2).sum(2, dtype=torch.int32) / size**2
    pictures = recolour(flat[:, :3], colour, mean).unflatten(0, (clips, frames))
    return ClipBatch(pictures, masks, share >= SMALLEST_SHARE)


def fill_layers(
    layers_TCSS: Float[Tensor, "T C S S"], clip: Clip, dice: Dice, how: Augment = USUAL
) -> Float[Tensor, "4"]:
    """Fill the layers with frames (0 .. 255) and object masks; returns the first object's box.

    The frames lie equal steps apart; a clip shorter than that stays on its last. The box is
    that of the first frame, in shares of the side.
    """
    picked = pick_frames(len(clip.frames_T3SS), len(layers_TCSS), dice, how.backwards)
    rows = torch.tensor(picked, device=layers_TCSS.device)
    masks = clip.masks_TSS[rows]
    values = pick_values(masks[0], dice, layers_TCSS.shape[1] - 3)
    layers_TCSS[:, :3] = clip.frames_T3SS[rows]
    layers_TCSS[:, 3:] = masks[:, None] == values[:, None, None]
    return box_of(masks[0] == values[0])


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
