"""Affine maps from an output grid into stored square pictures, and sampling along them.

Points are (x, y) with -1 .. 1 from edge to edge of the square, as ``grid_sample`` has them
without ``align_corners``. A map [.., 2, 3] takes a point of the output to one of the source.
"""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor
from torch.nn import functional


def turn_and_stretch(
    angle: Float[Tensor, "*B"],
    shear: Float[Tensor, "*B"],
    width: Float[Tensor, "*B"],
    height: Float[Tensor, "*B"],
) -> Float[Tensor, "*B 2 2"]:
    """Rotation by ``angle`` after shear by ``shear`` (both radians) after scaling the two axes."""
    cos, sin = angle.cos(), angle.sin()
    lean = shear.tan()
    columns = (width * cos, height * (lean * cos - sin), width * sin, height * (lean * sin + cos))
    return torch.stack(columns, dim=-1).unflatten(-1, (2, 2))


def inverse(matrix_22: Float[Tensor, "*B 2 2"]) -> Float[Tensor, "*B 2 2"]:
    """The inverse of 2 x 2 matrices, in closed form."""
    a, b, c, d = matrix_22.flatten(-2).unbind(-1)
    adjugate = torch.stack((d, -b, -c, a), dim=-1).unflatten(-1, (2, 2))
    return adjugate / (a * d - b * c)[..., None, None]


def grid_through(affine: Float[Tensor, "*B 2 3"], size: int) -> Float[Tensor, "*B size size 2"]:
    """Where the centres of size x size pixels of the output lie in the source."""
    line = (torch.arange(size, device=affine.device) + 0.5) * (2 / size) - 1
    along, down, start = affine[..., None, None, :, :].unbind(-1)
    return along * line[:, None] + (down * line[:, None, None] + start)


def sample_pictures(
    pictures: Float[Tensor, "B C H W"], points: Float[Tensor, "B T h w 2"]
) -> Float[Tensor, "B T C h w"]:
    """Bilinear values at T grids of points for each picture, 0 outside of it."""
    sampled = functional.grid_sample(pictures, points.flatten(1, 2), align_corners=False)
    return sampled.unflatten(2, points.shape[1:3]).transpose(1, 2)


class Crop(NamedTuple):
    """The rows and columns of a picture that some maps look at, and the maps into that part."""

    y: slice
    x: slice
    affine: Float[Tensor, "T 2 3"]


def crops_of(affine: Float[Tensor, "B T 2 3"], side: int) -> Iterator[Crop]:
    """For each of B clips the part of its pictures that is seen in any of its T frames.

    Bilinear samples of the part are those of the whole, 0 outside of it.
    """
    reach, centre = affine[..., :2].abs().sum(-1), affine[..., 2]
    low = ((centre - reach + 1) * (side / 2) - 1).amin(1).floor().clamp(0, side - 1)
    high = ((centre + reach + 1) * (side / 2) + 1).amax(1).ceil().clamp(1, side).maximum(low + 1)
    scale = side / (high - low)
    shift = (side - 2 * low) / (high - low) - 1
    moved = affine * scale[:, None, :, None]
    moved[..., 2] += shift[:, None]
    corners = torch.stack((low, high), dim=1).int().tolist()
    for (first, last), own in zip(corners, moved, strict=True):
        yield Crop(slice(first[1], last[1]), slice(first[0], last[0]), own)


def nearest_pixels(points: Float[Tensor, "*B 2"], side: int) -> Int[Tensor, "*B"]:
    """Flat number y * side + x of the pixel under each point, -1 outside of the picture."""
    pixel = ((points + 1) * (side / 2)).floor()
    inside = ((pixel >= 0) & (pixel < side)).all(-1)
    flat = pixel[..., 1] * side + pixel[..., 0]
    return torch.where(inside, flat, -1).long()


def look_up(
    maps_MSS: UInt8[Tensor, "M S S"],
    label_map: Int[Tensor, "*K"],
    value: UInt8[Tensor, "*K"],
    pixels: Int[Tensor, "*L P"],
) -> Bool[Tensor, "*K P"]:
    """Where the label map of each object has its value, at pixels of :func:`nearest_pixels`.

    ``pixels`` needs the axes of ``label_map``, of length 1 where they are shared.
    """
    area = maps_MSS.shape[-2] * maps_MSS.shape[-1]
    where = pixels.clamp(min=0) + (label_map * area)[..., None]
    return (maps_MSS.view(-1)[where] == value[..., None]) & (pixels >= 0)
