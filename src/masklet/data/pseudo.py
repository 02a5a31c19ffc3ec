"""Short clips made of still photos: a moving camera, pasted things, occlusions and doubles."""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int, UInt8
from torch import Tensor

from masklet.data.augment import USUAL, Augment
from masklet.data.clips import SMALLEST_SHARE, ClipBatch
from masklet.data.colour import add_blur, add_noise, flicker, random_colour, recolour
from masklet.data.dice import Dice
from masklet.data.photos import COARSE, INSIDE, cut_out
from masklet.data.pool import Pool
from masklet.data.scenes import ACTOR, OCCLUDER, PATCH, Scene, object_extent, plan_scene
from masklet.data.warp import grid_through, look_up, nearest_pixels, sample_pictures

BEHIND = 0
SMALLEST_TRACE = 0.0002


class Patches(NamedTuple):
    """Actors as they are pasted: n of them, from back to front within a clip.

    Attributes:
        clip: whose clip it is pasted into.
        slot: the actor's slot.
        corner: top left pixel of the patch in each frame, may lie outside of it.
        pixels: RGB less ``mean``, then how opaque, 0 .. 1.
        mean: mean colour of the photo each was cut out of.
    """

    clip: list[int]
    slot: list[int]
    corner: list[list[list[int]]]
    pixels: Float[Tensor, "n T 4 p p"]
    mean: Float[Tensor, "n 3"]


def sample_pseudo_clips(
    pool: Pool,
    generator: torch.Generator,
    clips: int = 8,
    frames: int = 4,
    objects: int = 2,
    size: int = 256,
    *,
    how: Augment = USUAL,
) -> ClipBatch:
    """Draw photos and move a camera over them, with objects of other photos pasted in front.

    Up to two pasted actors move on paths of their own; the second is at times a double of the
    first or of an object of the photo. In half of the clips an occluder, which is never asked
    for, crosses a target so that it vanishes for a frame or more. Asked for are objects of the
    photo behind and actors, those visible in frame 0 first, each once before any is repeated.
    What is left of a mask below 0.02 % of the frame counts as out of sight.
    """
    dice = Dice(generator, pool.device)
    scene = plan_scene(pool, dice, clips, frames, how)
    patches = cut_patches(pool, scene, size)
    owner = paint_owners(patches, clips, frames, size)
    tracked = choose_tracked(pool, dice, scene, owner, objects)
    source = cut_out(pool, scene.backdrop.photo, tracked.behind)
    layers = sample_pictures(source.layers, grid_through(scene.backdrop.camera, size))
    pictures = layers[:, :, :3]
    paste(patches, pictures, source.mean)
    seen = (layers[:, :, 3:] > INSIDE) & (tracked.owner == BEHIND)[:, None, :, None, None]
    own = owner[:, :, None] == tracked.owner[:, None, :, None, None]
    masks = own & (seen | (tracked.owner != BEHIND)[:, None, :, None, None])
    pixels = masks.flatten(3).sum(3, dtype=torch.int32)
    masks &= (pixels >= SMALLEST_TRACE * size**2)[..., None, None]
    colour = flicker(dice, random_colour(dice, clips, grey=how.grey), frames)
    mean = source.mean.repeat_interleave(frames, 0)
    finished = recolour(pictures.flatten(0, 1), colour, mean)
    add_blur(dice, finished, often=0.1)
    add_noise(dice, finished, often=0.3, most=0.04)
    present = pixels[:, 0] >= SMALLEST_SHARE * size**2
    return ClipBatch(finished.unflatten(0, (clips, frames)), masks, present)


def cut_patches(pool: Pool, scene: Scene, size: int) -> Patches:
    """Each active actor warped to a patch of 5/8 of the side in each frame."""
    clip, slot = scene.active.nonzero().unbind(1)
    actor = scene.actors[clip, slot]
    place, turn = scene.place[clip, slot], scene.turn[clip, slot]
    width = round(PATCH * size)
    corner = ((place + 1) * (size / 2) - width / 2).round()
    start = (corner + width / 2) * (2 / size) - 1 - place
    offset = object_extent(pool, actor).centre[:, None] + (turn @ start[..., None])[..., 0]
    affine = torch.cat((turn * (width / size), offset[..., None]), dim=-1)
    source = cut_out(pool, pool.objects.photo[actor], actor[:, None])
    pixels = sample_pictures(source.layers, grid_through(affine, width))
    corners = corner.int().tolist()
    return Patches(clip.tolist(), slot.tolist(), corners, pixels, source.mean)


class Window(NamedTuple):
    """The part of a frame that a patch covers, and the part of the patch that lies within."""

    y: slice
    x: slice
    patch_y: slice
    patch_x: slice


def window_of(corner: list[int], width: int, size: int) -> Window:
    """Where a patch of ``width`` with its top left pixel at ``corner`` meets the frame."""
    x, y = corner
    left, right = min(max(x, 0), size), min(max(x + width, 0), size)
    top, bottom = min(max(y, 0), size), min(max(y + width, 0), size)
    return Window(
        slice(top, bottom),
        slice(left, right),
        slice(top - y, bottom - y),
        slice(left - x, right - x),
    )


def paint_owners(patches: Patches, clips: int, frames: int, size: int) -> UInt8[Tensor, "B T s s"]:
    """Which slot is in front at each pixel: 0 for none, else 1 + its number."""
    width = patches.pixels.shape[-1]
    owner = patches.pixels.new_zeros((clips, frames, size, size), dtype=torch.uint8)
    solid = patches.pixels[:, :, 3] > INSIDE
    for row, (clip, slot) in enumerate(zip(patches.clip, patches.slot, strict=True)):
        for frame in range(frames):
            at = window_of(patches.corner[row][frame], width, size)
            part = owner[clip, frame, at.y, at.x]
            part.masked_fill_(solid[row, frame, at.patch_y, at.patch_x], slot + 1)
    return owner


def paste(
    patches: Patches, pictures: Float[Tensor, "B T 3 s s"], mean: Float[Tensor, "B 3"]
) -> None:
    """Blend every patch into ``pictures`` (which lack ``mean``) in place, back to front."""
    width, size = patches.pixels.shape[-1], pictures.shape[-1]
    for row, clip in enumerate(patches.clip):
        shade = (patches.mean[row] - mean[clip])[:, None, None]
        for frame, corner in enumerate(patches.corner[row]):
            at = window_of(corner, width, size)
            pixels = patches.pixels[row, frame, :, at.patch_y, at.patch_x]
            part = pictures[clip, frame, :, at.y, at.x]
            part.lerp_(pixels[:3] + shade, pixels[3:])


class Tracked(NamedTuple):
    """The K objects asked for in each clip.

    Attributes:
        behind: an object of the photo behind; of no meaning where the owner is an actor.
        owner: 0 for the photo behind, else 1 + the actor's slot.
    """

    behind: Int[Tensor, "B K"]
    owner: Int[Tensor, "B K"]


def choose_tracked(
    pool: Pool, dice: Dice, scene: Scene, owner: UInt8[Tensor, "B T s s"], objects: int
) -> Tracked:
    """``objects`` of what frame 0 shows, the target more often than others.

    Seen on a grid four times coarser than the frame.
    """
    size, drawn = owner.shape[-1], scene.backdrop.drawn
    front = owner[:, 0, COARSE // 2 :: COARSE, COARSE // 2 :: COARSE].flatten(1)
    coarse = grid_through(scene.backdrop.camera[:, 0], size // COARSE).flatten(1, 2)
    pixels = nearest_pixels(coarse, pool.side)[:, None]
    table = pool.objects
    behind = look_up(pool.maps_MSS, table.label_map[drawn], table.value[drawn], pixels)
    slots = torch.arange(1, OCCLUDER + 1, device=pool.device)
    seen = torch.cat((behind & (front == BEHIND)[:, None], front[:, None] == slots[:, None]), dim=1)
    valid = seen.sum(2) >= max(1.2 * SMALLEST_SHARE * front.shape[1], 1)
    earlier = torch.ones(drawn.shape[1], drawn.shape[1], device=drawn.device).tril(-1).bool()
    repeated = ((drawn[:, :, None] == drawn[:, None, :]) & earlier).any(2)
    count = drawn.shape[1]
    rank = dice.uniform(tuple(valid.shape)) + 3 * valid
    rank[:, :count] -= 1.5 * (valid[:, :count] & repeated)
    rank[:, 0] += 0.7 * ~scene.target.is_actor
    rank[:, count + ACTOR] += 0.7 * scene.target.is_actor
    best = rank.topk(objects, dim=1).indices
    slot = (best - count + 1).clamp(min=BEHIND)
    return Tracked(drawn.gather(1, best.clamp(max=count - 1)), slot)
