"""Affine maps from an output grid into stored square pictures, and sampling along them.

Points are (x, y) with -1 .. 1 from edge to edge of the square, as ``grid_sample`` has them
without ``align_corners``. A map [.., 2, 3] takes a point of the output to one of the source.
"""

import torch
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor
from torch.nn import functional


def grid_points(size: int, device: torch.device) -> Float[Tensor, "P 2"]:
    """The centres of size x size pixels, row by row."""
    line = (torch.arange(size, device=device) + 0.5) * (2 / size) - 1
    return torch.stack(torch.meshgrid(line, line, indexing="xy"), dim=-1).view(-1, 2)


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


def apply_map(
    affine: Float[Tensor, "*B 2 3"], points: Float[Tensor, "*C P 2"]
) -> Float[Tensor, "*B P 2"]:
    """Where each point of the output lies in the source."""
    return points @ affine[..., :2].mT + affine[..., None, :, 2]


def sample_pictures(
    pictures: Float[Tensor, "B C S S"], points: Float[Tensor, "B T P 2"], width: int
) -> Float[Tensor, "B T C h w"]:
    """Bilinear values at T grids of h x ``width`` points for each picture, 0 outside of it."""
    batch, frames, count, _ = points.shape
    grid = points.reshape(batch, frames * count // width, width, 2)
    sampled = functional.grid_sample(pictures, grid, align_corners=False)
    return sampled.unflatten(2, (frames, count // width)).transpose(1, 2)


def nearest_pixels(points: Float[Tensor, "*B P 2"], side: int) -> Int[Tensor, "*B P"]:
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
