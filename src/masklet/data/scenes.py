"""Plans of pseudo-clips: which things stand in front of a photo, and where in each frame.

Each clip has three slots, from back to front: an actor, a second actor or a double of the
target, and an occluder that crosses the target. Pictures run from -1 to 1.
"""

import math
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from masklet.data.augment import USUAL, Augment
from masklet.data.dice import Dice
from masklet.data.motion import move_camera, random_path, way_out
from masklet.data.photos import random_crops
from masklet.data.pool import Pool
from masklet.data.warp import inverse, turn_and_stretch

ACTOR, DOUBLE, OCCLUDER, SLOTS = 0, 1, 2, 3
ACTIVE = (0.7, 0.45, 0.65)
CANDIDATES = 8
PATCH = 0.625
SMALLEST, LARGEST = 0.14, 0.5
SOLID, HIDEABLE = 0.6, 0.24
LEAVING = 0.4
FINEST, COARSEST = 0.45, 2.2


class Backdrop(NamedTuple):
    """The photo behind each clip, some of its objects, and the map from each frame to it.

    The first object of ``drawn`` is the one the camera looks for.
    """

    photo: Int[Tensor, "B"]
    drawn: Int[Tensor, "B C"]
    camera: Float[Tensor, "B T 2 3"]


class Extent(NamedTuple):
    """The box of an object in its own photo: centre, longer half side, half diagonal."""

    centre: Float[Tensor, "*B 2"]
    half: Float[Tensor, "*B"]
    diagonal: Float[Tensor, "*B"]


class Target(NamedTuple):
    """The object of a clip that occluders aim at, and the half side of its box in frame 0."""

    object: Int[Tensor, "B"]
    is_actor: Bool[Tensor, "B"]
    place: Float[Tensor, "B T 2"]
    span: Float[Tensor, "B"]


class Scene(NamedTuple):
    """B clips of T frames with L slots.

    Attributes:
        backdrop: what is behind.
        target: what is crossed.
        active: which slots are filled.
        actors: the object in each slot.
        place: centre of each slot's object in each frame.
        turn: from an offset to ``place`` in the frame to one in the object's own photo.
    """

    backdrop: Backdrop
    target: Target
    active: Bool[Tensor, "B L"]
    actors: Int[Tensor, "B L"]
    place: Float[Tensor, "B L T 2"]
    turn: Float[Tensor, "B L T 2 2"]


class Cast(NamedTuple):
    """What stands in each slot, before the target is known.

    ``start`` is the place in frame 0, ``span`` half the wished longer side of the object's box.
    """

    active: Bool[Tensor, "B L"]
    actors: Int[Tensor, "B L"]
    start: Float[Tensor, "B L 2"]
    span: Float[Tensor, "B L"]


def plan_scene(pool: Pool, dice: Dice, clips: int, frames: int, how: Augment = USUAL) -> Scene:
    """Draw photos, things and motions. Nothing here looks at a pixel."""
    backdrop = plan_backdrop(pool, dice, clips, frames, how)
    cast = draw_cast(pool, dice, clips)
    crossing_actor = cast.active[:, ACTOR] & dice.chance((clips,), 0.7)
    hidden = crossing_actor & cast.active[:, OCCLUDER]
    cast.span[:, ACTOR].clamp_(max=torch.where(hidden, HIDEABLE, LARGEST))
    path = random_path(dice, clips * SLOTS, frames)
    place = cast.start[:, :, None] + path.shift.unflatten(0, (clips, SLOTS))
    leaving = dice.chance((clips, 1, 1), LEAVING) & ~hidden[:, None, None]
    place[:, ACTOR] += leaving * way_out(dice, cast.start[:, ACTOR], cast.span[:, ACTOR], frames)
    own = Target(cast.actors[:, ACTOR], crossing_actor, place[:, ACTOR], cast.span[:, ACTOR])
    target = choose_target(pool, backdrop, own)
    follow_target(pool, dice, cast, target)
    extent = object_extent(pool, cast.actors)
    reach = (extent.half / cast.span).clamp(FINEST, COARSEST).maximum(extent.diagonal / PATCH)
    together = target.span + extent.half[:, OCCLUDER] / reach[:, OCCLUDER]
    place[:, OCCLUDER] = crossing(dice, target.place, together)
    room = (PATCH * reach / extent.diagonal)[..., None]
    zoom = reach[..., None] / path.scale.unflatten(0, (clips, SLOTS)).minimum(room)
    mirror = torch.where(dice.chance((clips, SLOTS, 1), 0.5), 1.0, -1.0)
    angle = path.angle.unflatten(0, (clips, SLOTS))
    turn = turn_and_stretch(angle, torch.zeros_like(angle), zoom * mirror, zoom)
    return Scene(backdrop, target, cast.active, cast.actors, place, turn)


def draw_cast(pool: Pool, dice: Dice, clips: int) -> Cast:
    """An object, a start and a size for each slot, and whether the slot is filled."""
    active = dice.uniform((clips, SLOTS)) < torch.tensor(ACTIVE, device=dice.device)
    actors = draw_actors(pool, dice, clips)
    start = dice.uniform((clips, SLOTS, 2), -0.75, 0.75)
    span = dice.uniform((clips, SLOTS), math.log(SMALLEST), math.log(LARGEST)).exp()
    return Cast(active, actors, start, span)


def follow_target(pool: Pool, dice: Dice, cast: Cast, target: Target) -> None:
    """Make half of the second actors doubles of the target, and occluders large enough for it."""
    clips = len(target.object)
    doubled = dice.chance((clips,), 0.5) & pool.objects.pasteable[target.object]
    alike = target.span * dice.uniform((clips,), 0.8, 1.2)
    cast.actors[:, DOUBLE] = torch.where(doubled, target.object, cast.actors[:, DOUBLE])
    cast.span[:, DOUBLE] = torch.where(doubled, alike, cast.span[:, DOUBLE])
    cast.span[:, OCCLUDER] = target.span * dice.uniform((clips,), 1.6, 3.0)


def draw_actors(pool: Pool, dice: Dice, clips: int) -> Int[Tensor, "B L"]:
    """An object for each slot; occluders are those that fill most of their box."""
    box = pool.objects.box
    filled = pool.objects.area > SOLID * (box[:, 2:] - box[:, :2]).prod(1)
    solid = pool.paste_chance * (filled + 1e-6)
    actors = dice.weighted(pool.paste_chance, clips * OCCLUDER).view(clips, OCCLUDER)
    return torch.cat((actors, dice.weighted(solid, clips)[:, None]), dim=1)


def plan_backdrop(
    pool: Pool, dice: Dice, clips: int, frames: int, how: Augment = USUAL
) -> Backdrop:
    """A camera that moves over a photo, often near one of its objects."""
    photo = dice.weighted(pool.photo_chance, clips)
    drawn = dice.objects(pool, photo, CANDIDATES)
    base = random_crops(dice, pool.objects.box[drawn[:, 0]], least=0.5, most=0.95, how=how)
    return Backdrop(photo, drawn, move_camera(base, random_path(dice, clips, frames)))


def choose_target(pool: Pool, backdrop: Backdrop, actor: Target) -> Target:
    """The actor where ``actor.is_actor``, else the object that the camera looks for."""
    focus = object_extent(pool, backdrop.drawn[:, 0])
    matrix, centre = backdrop.camera[..., :2], backdrop.camera[..., 2]
    offset = (focus.centre[:, None] - centre)[..., None]
    chosen = actor.is_actor
    return Target(
        torch.where(chosen, actor.object, backdrop.drawn[:, 0]),
        chosen,
        torch.where(chosen[:, None, None], actor.place, (inverse(matrix) @ offset)[..., 0]),
        torch.where(chosen, actor.span, focus.half / matrix[:, 0].norm(dim=-2).amin(-1)),
    )


def object_extent(pool: Pool, objects: Int[Tensor, "*B"]) -> Extent:
    """Where each object is in its own photo."""
    corners = pool.objects.box[objects] * 2 - 1
    low, high = corners[..., :2], corners[..., 2:]
    sides = (high - low) / 2
    return Extent((low + high) / 2, sides.amax(-1), sides.norm(dim=-1))


def crossing(
    dice: Dice, target: Float[Tensor, "B T 2"], together: Float[Tensor, "B"]
) -> Float[Tensor, "B T 2"]:
    """A straight way over the target that meets it in some frame but the first and last.

    ``together`` is half the target's side plus half the occluder's: they part at that distance,
    which is covered in one to two frames, in more if the clip is long.
    """
    count, frames, _ = target.shape
    last = max(frames - 2, 1)
    meeting = 1 + dice.below(torch.full((count,), last, device=dice.device))
    at = target[torch.arange(count, device=dice.device), meeting.clamp(max=frames - 1)]
    heading = dice.uniform((count,)) * (2 * math.pi)
    pace = dice.uniform((count,), 0.6, 1.2) * together / (meeting / 2).clamp(min=1)
    away = torch.stack((heading.cos(), heading.sin()), dim=1) * pace[:, None]
    since = torch.arange(frames, device=dice.device) - meeting[:, None]
    return at[:, None] + away[:, None] * since[..., None]
