"""Colour jitter as one matrix and one offset a picture, so that it costs one pass."""

import math
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from masklet.data.dice import Dice

GRAINS = 2
LUMINANCE = (0.299, 0.587, 0.114)


class Colour(NamedTuple):
    """new = matrix @ old + offset, on RGB of 0 .. 1."""

    matrix: Float[Tensor, "B 3 3"]
    offset: Float[Tensor, "B 3"]


def random_colour(dice: Dice, count: int, *, grey: float = 0.05) -> Colour:
    """Brightness and contrast by up to a quarter, saturation, a slight turn of hue, some grey."""
    gain = dice.uniform((count,), -0.25, 0.25).exp()
    contrast = dice.uniform((count,), -0.25, 0.25).exp()
    saturation = dice.uniform((count,), 0.6, 1.4) * ~dice.chance((count,), grey)
    hue = hue_rotation(dice.uniform((count,), -0.15, 0.15) * math.pi)
    weights = torch.tensor(LUMINANCE, device=dice.device)
    eye = torch.eye(3, device=dice.device)
    blend = saturation[:, None, None] * eye + (1 - saturation)[:, None, None] * weights
    matrix = (gain * contrast)[:, None, None] * (blend @ hue)
    offset = (0.5 * gain * (1 - contrast))[:, None].expand(count, 3)
    return Colour(matrix, offset)


def flicker(dice: Dice, colour: Colour, frames: int, *, strength: float = 0.05) -> Colour:
    """The colour of each clip for each of its frames, brighter or darker by up to ``strength``."""
    count = len(colour.offset)
    gain = 1 + dice.uniform((count, frames), -strength, strength)
    matrix = colour.matrix[:, None] * gain[..., None, None]
    offset = colour.offset[:, None] * gain[..., None]
    return Colour(matrix.flatten(0, 1), offset.flatten(0, 1))


def hue_rotation(angle: Float[Tensor, "B"]) -> Float[Tensor, "B 3 3"]:
    """Rotation about the grey axis by ``angle`` radians; grey stays as it is."""
    cos, sin = angle.cos()[:, None, None], angle.sin()[:, None, None]
    eye = torch.eye(3, device=angle.device)
    across = eye.roll(1, 0) - eye.roll(1, 1)
    return cos * eye + (1 - cos) / 3 + sin / math.sqrt(3) * across


def recolour(
    pictures: Float[Tensor, "B 3 H W"], colour: Colour, mean_B3: Float[Tensor, "B 3"]
) -> Float[Tensor, "B 3 H W"]:
    """``pictures``, from which ``mean_B3`` was subtracted, in new colours clamped to 0 .. 1."""
    offset = colour.offset + (colour.matrix @ mean_B3[..., None]).squeeze(-1)
    flat = torch.baddbmm(offset[..., None], colour.matrix, pictures.flatten(2))
    return flat.clamp_(0, 1).view_as(pictures)


def add_noise(dice: Dice, frames: Float[Tensor, "F 3 s s"], *, often: float, most: float) -> None:
    """Add grain of a strength up to ``most`` to a share ``often`` of the frames, in place."""
    rows = dice.chance((len(frames),), often).nonzero()[:, 0]
    strength = dice.uniform((len(rows),), 0.0, most)[:, None, None, None]
    grain = dice.normal((GRAINS, *frames.shape[1:]))
    which = dice.below(torch.full((len(rows),), GRAINS, device=dice.device))
    frames[rows] = torch.addcmul(frames[rows], strength, grain[which]).clamp_(0, 1)


def add_blur(dice: Dice, frames: Float[Tensor, "F 3 s s"], *, often: float) -> None:
    """Blur a share ``often`` of the frames over 3 x 3 pixels, in place."""
    rows = dice.chance((len(frames),), often).nonzero()[:, 0]
    if len(rows):
        frames[rows] = functional.avg_pool2d(frames[rows], 3, 1, 1, count_include_pad=False)
