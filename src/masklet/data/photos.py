"""Batches of photos with several objects each, warped and recoloured at random."""

import math
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from masklet.data.augment import USUAL, Augment
from masklet.data.colour import random_colour, recolour
from masklet.data.dice import Dice
from masklet.data.pool import Pool
from masklet.data.warp import (
    grid_through,
    look_up,
    nearest_pixels,
    sample_pictures,
    turn_and_stretch,
)

SMALLEST_MASK = 30
CANDIDATES = 4
COARSE = 4
SLIGHT, WIDEST = (6.0, 4.0), (25.0, 20.0)
INSIDE = 0.5


class PhotoBatch(NamedTuple):
    """B photos with K objects each.

    Attributes:
        pictures: RGB 0 .. 1.
        masks: one mask an object.
        present: the object has at least 30 pixels here; ask for nothing where it is false.
    """

    pictures: Float[Tensor, "B 3 s s"]
    masks: Bool[Tensor, "B K s s"]
    present: Bool[Tensor, "B K"]


def sample_photos(
    pool: Pool,
    generator: torch.Generator,
    photos: int = 8,
    objects: int = 4,
    size: int = 256,
    *,
    how: Augment = USUAL,
) -> PhotoBatch:
    """Draw photos by the weights of their sets, crop and warp each, and pick objects in view.

    Half of the crops zoom in on some object. Objects of one photo are drawn from all its label
    maps, so that wholes and their parts come together; a photo with fewer repeats them.
    """
    dice = Dice(generator, pool.device)
    photo = dice.weighted(pool.photo_chance, photos)
    drawn = dice.objects(pool, photo, CANDIDATES * objects)
    affine = random_crops(dice, pool.objects.box[drawn[:, 0]], how=how)
    chosen = choose_in_view(pool, dice, affine, drawn, objects, size)
    source = cut_out(pool, photo, chosen)
    warped = sample_pictures(source.layers, grid_through(affine[:, None], size))[:, 0]
    masks = warped[:, 3:] > INSIDE
    return PhotoBatch(
        pictures=recolour(warped[:, :3], random_colour(dice, photos, grey=how.grey), source.mean),
        masks=masks,
        present=masks.flatten(2).sum(2, dtype=torch.int32) >= SMALLEST_MASK,
    )


class CutOut(NamedTuple):
    """Stored photos with the masks of objects as further channels.

    Attributes:
        layers: RGB less the mean colour, then each mask as 0 or 1; so 0 is outside of both.
        mean: mean colour of each photo, 0 .. 1.
    """

    layers: Float[Tensor, "B C S S"]
    mean: Float[Tensor, "B 3"]


def cut_out(pool: Pool, photo: Int[Tensor, "B"], objects: Int[Tensor, "B K"]) -> CutOut:
    """The photos of the pool with K of their objects each, ready to be warped as one."""
    count = objects.shape[1]
    layers = torch.empty(len(photo), 3 + count, pool.side, pool.side, device=pool.device)
    colours = layers[:, :3].copy_(pool.photos_N3SS[photo]).div_(255)
    mean = colours.mean((2, 3))
    colours.sub_(mean[..., None, None])
    value = pool.objects.value[objects][..., None, None]
    layers[:, 3:] = pool.maps_MSS[pool.objects.label_map[objects]] == value
    return CutOut(layers, mean)


def random_crops(
    dice: Dice,
    focus_box: Float[Tensor, "B 4"],
    *,
    least: float = 0.75,
    most: float = 1.1,
    how: Augment = USUAL,
) -> Float[Tensor, "B 2 3"]:
    """A map from each output to its photo: a zoom on the focus half the time, turned and leaned.

    ``focus_box`` is in shares of the side; a zoom keeps the whole box.
    Without zoom the output spans ``least`` .. ``most`` of the photo's side.
    """
    count = len(focus_box)
    zoomed = dice.chance((count,), 0.5)
    box = focus_box * 2 - 1
    extent = (box[:, 2:] - box[:, :2]).amax(1) / 2
    near = (1 / dice.uniform((count,), 1.0, 2.5)).maximum(extent * 1.15).clamp(max=1.0)
    reach = torch.where(zoomed, near, dice.uniform((count,), least, most))
    stretch = dice.uniform((count,), -0.2, 0.2).exp()
    angles = random_angles(dice, count, how.wide)
    matrix = turn_and_stretch(
        angles.turn,
        angles.lean,
        reach * stretch * torch.where(dice.chance((count,), 1 - how.mirrored), 1.0, -1.0),
        reach / stretch,
    )
    aim = (box[:, :2] + box[:, 2:]) / 2 + dice.uniform((count, 2), -0.4, 0.4) * reach[:, None]
    wander = dice.uniform((count, 2), -1.0, 1.0)
    room = (1 - reach).clamp(min=0.0)[:, None]
    centre = torch.where(zoomed[:, None], aim.maximum(-room).minimum(room), wander * room)
    return torch.cat((matrix, centre[..., None]), dim=2)


class Angles(NamedTuple):
    """By how much each picture is turned and leaned, in radians."""

    turn: Float[Tensor, "B"]
    lean: Float[Tensor, "B"]


def random_angles(dice: Dice, count: int, wide: float) -> Angles:
    """Slight ones, and for a share ``wide`` any up to ``WIDEST``."""
    turn, lean = (dice.normal((count,)) * math.radians(each) for each in SLIGHT)
    if wide > 0:
        widely = dice.chance((count,), wide)
        turn_far, lean_far = (
            dice.uniform((count,), -1.0, 1.0) * math.radians(each) for each in WIDEST
        )
        turn, lean = torch.where(widely, turn_far, turn), torch.where(widely, lean_far, lean)
    return Angles(turn, lean)


def choose_in_view(
    pool: Pool,
    dice: Dice,
    affine: Float[Tensor, "B 2 3"],
    drawn: Int[Tensor, "B C"],
    objects: int,
    size: int,
) -> Int[Tensor, "B K"]:
    """``objects`` of the ``drawn`` ones of each photo: first those in view, each once.

    Seen on a grid four times coarser than the output.
    """
    coarse = grid_through(affine, max(size // COARSE, 1)).flatten(1, 2)
    pixels = nearest_pixels(coarse, pool.side)[:, None]
    table = pool.objects
    seen = look_up(pool.maps_MSS, table.label_map[drawn], table.value[drawn], pixels)
    valid = seen.sum(2) * COARSE**2 >= 1.5 * SMALLEST_MASK
    earlier = torch.ones(drawn.shape[1], drawn.shape[1], device=drawn.device).tril(-1).bool()
    repeated = ((drawn[:, :, None] == drawn[:, None, :]) & earlier).any(2)
    rank = dice.uniform(tuple(drawn.shape)) + 2 * valid - 1.0 * (valid & repeated)
    return drawn.gather(1, rank.topk(objects, dim=1).indices)
