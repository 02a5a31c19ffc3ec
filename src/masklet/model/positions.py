"""Positions as numbers the network can read: sine, random Fourier and axial rotary encodings.

Shapes: H W grid, N positions, C channels. All real-valued, so that they compile and export.
"""

import math
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

TEMPERATURE = 10_000.0


class Rotation(NamedTuple):
    """Cosine of each channel's angle at each grid position, and sine, negative on even channels."""

    cos_NC: Float[Tensor, "N C"]
    sin_NC: Float[Tensor, "N C"]


def sine_2d(
    height: int, width: int, channels: int, *, like: Tensor
) -> Float[Tensor, "channels height width"]:
    """Sine encoding of a grid, y in the first half of the channels (``position_encoding.py``)."""
    half = channels // 2
    scale = 2 * math.pi
    exponent = 2 * (torch.arange(half, device=like.device) // 2).float() / half
    frequency_C = TEMPERATURE**-exponent

    def axis(length: int) -> Float[Tensor, "length half"]:
        steps = torch.arange(1, length + 1, device=like.device).float()
        angle = (steps / (length + 1e-6) * scale)[:, None] * frequency_C
        return torch.stack((angle[:, 0::2].sin(), angle[:, 1::2].cos()), dim=2).flatten(1)

    y_HWC = axis(height)[:, None].expand(height, width, half)
    x_HWC = axis(width)[None].expand(height, width, half)
    return torch.cat((y_HWC, x_HWC), dim=2).permute(2, 0, 1).to(like.dtype)


def sine_1d(position: Float[Tensor, "*n"], channels: int) -> Float[Tensor, "*n channels"]:
    """Sine encoding of a number: sines in the first half, cosines in the second."""
    half = channels // 2
    index = torch.arange(half, device=position.device)
    exponent = 2 * (index // 2).float() / half
    angle = position[..., None] / TEMPERATURE**exponent
    return torch.cat((angle.sin(), angle.cos()), dim=-1)


def fourier(
    position_2: Float[Tensor, "*n 2"], directions_2C: Float[Tensor, "2 half"]
) -> Float[Tensor, "*n C"]:
    """Random Fourier features of (x, y) in 0..1 along fixed directions."""
    angle = 2 * math.pi * ((2 * position_2 - 1) @ directions_2C)
    return torch.cat((angle.sin(), angle.cos()), dim=-1)


def fourier_grid(
    height: int, width: int, directions_2C: Float[Tensor, "2 half"]
) -> Float[Tensor, "C height width"]:
    """Random Fourier features of the centres of a grid's cells."""
    like = directions_2C
    y = (torch.arange(height, device=like.device, dtype=like.dtype) + 0.5) / height
    x = (torch.arange(width, device=like.device, dtype=like.dtype) + 0.5) / width
    grid_HW2 = torch.stack(
        (x[None].expand(height, width), y[:, None].expand(height, width)), dim=-1
    )
    return fourier(grid_HW2, directions_2C).permute(2, 0, 1)


def axial_rotation(height: int, width: int, channels: int, *, like: Tensor) -> Rotation:
    """Angles of 2D rotary positions: the first half of the pairs turn with x, the rest with y."""
    step = torch.arange(0, channels, 4, device=like.device)[: channels // 4].float()
    frequency = TEMPERATURE ** -(step / channels)
    index: Int[Tensor, " N"] = torch.arange(height * width, device=like.device)
    x_N, y_N = (index % width).float(), (index // width).float()
    angle_NC = torch.cat((x_N[:, None] * frequency, y_N[:, None] * frequency), dim=1)
    sin_NC = angle_NC.sin()
    return Rotation(
        angle_NC.cos().repeat_interleave(2, dim=1), torch.stack((-sin_NC, sin_NC), -1).flatten(1)
    )


def rotate(x_NC: Float[Tensor, "*rows N C"], rotation: Rotation) -> Float[Tensor, "*rows N C"]:
    """Turn neighbouring channel pairs by each position's angles."""
    cos, sin = rotation.cos_NC.to(x_NC.dtype), rotation.sin_NC.to(x_NC.dtype)
    swapped = x_NC.unflatten(-1, (-1, 2)).flip(-1).flatten(-2)
    return torch.addcmul(x_NC * cos, swapped, sin)
