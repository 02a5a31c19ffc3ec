"""Affine maps do to pictures, points and label maps what they say."""

import math

import pytest
import torch

from masklet.data.colour import Colour, hue_rotation, recolour
from masklet.data.warp import (
    crops_of,
    grid_through,
    inverse,
    look_up,
    nearest_pixels,
    sample_pictures,
    turn_and_stretch,
)

IDENTITY = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def test_the_identity_changes_no_picture_and_no_label() -> None:
    picture = torch.rand(1, 3, 16, 16)
    points = grid_through(IDENTITY, 16)
    same = sample_pictures(picture, points[None, None])[0, 0]
    torch.testing.assert_close(same, picture[0])
    assert nearest_pixels(points, 16).flatten().tolist() == list(range(256))


def test_grids_agree_with_torch() -> None:
    affine = torch.randn(5, 2, 3)
    wanted = torch.nn.functional.affine_grid(affine, [5, 1, 9, 9], align_corners=False)
    torch.testing.assert_close(grid_through(affine, 9), wanted)


def test_a_shift_by_two_pixels_moves_picture_and_labels_alike() -> None:
    maps = torch.arange(64, dtype=torch.uint8).view(1, 8, 8)
    affine = IDENTITY.clone()
    affine[0, 2] = 2 * 2 / 8
    points = grid_through(affine, 8)
    moved = sample_pictures(maps[None].float(), points[None, None])[0, 0, 0]
    torch.testing.assert_close(moved[:, :6], maps[0, :, 2:].float())
    assert moved[:, 6:].eq(0).all()
    pixels = nearest_pixels(points, 8).flatten()[None]
    found = look_up(maps, torch.tensor([0]), torch.tensor([11], dtype=torch.uint8), pixels)
    assert found.nonzero().tolist() == [[0, 1 * 8 + 1]]


def test_a_crop_holds_all_that_is_seen() -> None:
    """Sampled from the part, pictures are those sampled from the whole, also beyond its edge."""
    generator = torch.Generator().manual_seed(0)
    pictures = torch.rand(20, 3, 2, 32, 32, generator=generator)
    affine = torch.randn(20, 3, 2, 3, generator=generator) * 0.4
    smaller = 0
    for whole, maps, crop in zip(pictures, affine, crops_of(affine, 32), strict=True):
        part = whole[..., crop.y, crop.x]
        smaller += part.numel() < 0.8 * whole.numel()
        seen = sample_pictures(whole, grid_through(maps, 9)[:, None])
        again = sample_pictures(part, grid_through(crop.affine, 9)[:, None])
        torch.testing.assert_close(again, seen, rtol=0, atol=1e-4)
    assert smaller > 3
    (far,) = crops_of(torch.tensor([[[[0.1, 0.0, 9.0], [0.0, 0.1, 0.0]]]]), 32)
    assert far.x == slice(31, 32)


def test_outside_of_the_picture_nothing_is_labelled() -> None:
    maps = torch.ones(1, 4, 4, dtype=torch.uint8)
    points = grid_through(IDENTITY * 2, 8)
    pixels = nearest_pixels(points, 4).flatten()[None]
    found = look_up(maps, torch.tensor([0]), torch.tensor([1], dtype=torch.uint8), pixels)
    assert found.sum() == 16


def test_inverse_undoes_a_turn() -> None:
    matrix = turn_and_stretch(*torch.rand(4, 6).add(0.2).unbind(0))
    torch.testing.assert_close(matrix @ inverse(matrix), torch.eye(2).expand(6, 2, 2))


def test_a_quarter_turn_takes_right_to_down() -> None:
    none, one = torch.zeros(1), torch.ones(1)
    matrix = turn_and_stretch(torch.tensor([math.pi / 2]), none, 2 * one, one)
    torch.testing.assert_close(matrix[0] @ torch.tensor([1.0, 0.0]), torch.tensor([0.0, 2.0]))


def test_a_hue_rotation_keeps_grey_and_a_third_turn_moves_red_to_green() -> None:
    rotation = hue_rotation(torch.tensor([0.4, 2 * math.pi / 3]))
    torch.testing.assert_close(rotation @ torch.ones(3), torch.ones(2, 3))
    red = torch.tensor([1.0, 0.0, 0.0])
    assert (rotation[1] @ red).tolist() == pytest.approx([0.0, 1.0, 0.0], abs=1e-6)


def test_recolouring_puts_the_mean_back_and_clamps() -> None:
    pictures = torch.rand(2, 3, 4, 4)
    mean = pictures.mean((2, 3))
    same = Colour(torch.eye(3).expand(2, 3, 3), torch.zeros(2, 3))
    less = pictures - mean[..., None, None]
    torch.testing.assert_close(recolour(less, same, mean), pictures)
    brighter = Colour(torch.eye(3).expand(2, 3, 3), torch.full((2, 3), 0.8))
    assert recolour(less, brighter, mean).max() == 1
