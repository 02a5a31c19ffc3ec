"""Smooth random motion: where a thing or the camera is in each frame of a short clip.

Lengths are in half sides of the picture, which runs from -1 to 1.
"""

import math
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from masklet.data.dice import Dice
from masklet.data.warp import turn_and_stretch

PACE_SPREAD, FASTEST_PACE = 0.6, 3.0
STEP, TREMBLE = 0.07, 0.012
GROWTH, GROWTH_LIMIT = 0.04, 1.6
TURN = math.radians(4)
RETURNING = 0.3


class Path(NamedTuple):
    """Motion relative to the first frame, in which shift and angle are 0 and scale is 1."""

    shift: Float[Tensor, "B T 2"]
    scale: Float[Tensor, "B T"]
    angle: Float[Tensor, "B T"]


def random_path(dice: Dice, count: int, frames: int) -> Path:
    """Steady motion with a slight tremble; three in ten go there and back.

    A common step is 3.5 % of the side, 4 % growth and 4 degrees in each frame; the pace varies
    from clip to clip, up to three times that.
    """
    pace = (dice.normal((count, 1)) * PACE_SPREAD).exp().clamp(max=FASTEST_PACE)
    number = torch.arange(frames, device=dice.device)
    back = (math.pi * (number - 0.5) / max(frames - 1, 1)).cos()
    sway = torch.where(dice.chance((count, 1), RETURNING), back, 1.0) * pace
    sway = torch.where(number > 0, sway, 0.0)
    tremble = TREMBLE * dice.normal((count, frames, 2)) * (number > 0)[:, None]
    step = STEP * dice.normal((count, 1, 2)) * sway[..., None] + tremble
    growth = GROWTH * dice.normal((count, 1)) * sway
    turn = TURN * dice.normal((count, 1)) * sway
    limit = math.log(GROWTH_LIMIT)
    return Path(step.cumsum(1), growth.cumsum(1).clamp(-limit, limit).exp(), turn.cumsum(1))


def way_out(
    dice: Dice, start: Float[Tensor, "B 2"], span: Float[Tensor, "B"], frames: int
) -> Float[Tensor, "B T 2"]:
    """A shift that takes a thing of half side ``span`` over the nearest edge; half come back."""
    count = len(start)
    number = torch.arange(frames, device=dice.device) / max(frames - 1, 1)
    there_and_back = (math.pi * number).sin()
    returning = dice.chance((count, 1), 0.5)
    near = start.abs().argmax(1, keepdim=True)
    sign = start.gather(1, near).sign()
    distance = (1 + 1.5 * span[:, None] - start.abs().gather(1, near)) * sign
    way = torch.zeros_like(start).scatter(1, near, distance)
    progress = torch.where(returning, there_and_back * 1.3, number * 1.6)
    return way[:, None] * progress[..., None]


def move_camera(
    base: Float[Tensor, "B 2 3"], path: Path, *, overlook: float = 0.05
) -> Float[Tensor, "B T 2 3"]:
    """The map from each frame to the photo, for a camera that starts at ``base``.

    The camera stops where it would look further than ``overlook`` beyond the photo's edge.
    """
    none = torch.zeros_like(path.angle)
    matrix = base[:, None, :, :2] @ turn_and_stretch(path.angle, none, path.scale, path.scale)
    centre = base[:, None, :, 2] + (base[:, None, :, :2] @ path.shift[..., None])[..., 0]
    room = (1 + overlook - matrix.norm(dim=-2).amax(-1)).clamp(min=0)[..., None]
    room = room.maximum(base[:, None, :, 2].abs())
    return torch.cat((matrix, centre.maximum(-room).minimum(room)[..., None]), dim=-1)
