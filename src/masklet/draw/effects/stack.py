"""A stack of effects drawn on a picture, one after the other."""

from collections.abc import Sequence

import cv2
import numpy as np
from jaxtyping import Bool, UInt8

from masklet.draw.effects.cells import pixelated, veiled
from masklet.draw.effects.coverage import Coverage, Mask, around, grown, soft
from masklet.draw.effects.effect import Effect
from masklet.draw.effects.layer import Layer, changed, cut, finished, painted
from masklet.draw.effects.measures import MEASURES
from masklet.draw.effects.scene import Scene
from masklet.draw.effects.smooth import blurred, filled
from masklet.draw.effects.trails import trailed
from masklet.errors import EffectError
from masklet.masks.palette import Colour
from masklet.values import Picture

BLACK: Colour = (0, 0, 0)
FAINT_WEIGHT = np.float32(1e-3)


def apply(
    effects: Sequence[Effect], picture: Picture, masks: Bool[np.ndarray, "N H W"], *, scene: Scene
) -> UInt8[np.ndarray, "H W C"]:
    """The picture with the effects drawn on it in order.

    Args:
        effects: the first is drawn first.
        picture: RGB of any size; it is not changed.
        masks: one row an object of ``scene.objects``, as large as the picture.
        scene: whose masks they are, and what was before.

    Returns:
        RGB, or RGBA where one of the effects cuts out.

    Raises:
        EffectError: masks do not fit, or an effect names a picture that the scene does not hold.
    """
    if masks.shape != (len(scene.objects), *picture.shape[:2]):
        raise EffectError(
            f"masks: {list(masks.shape)} came; wanted {len(scene.objects)} of "
            f"{list(picture.shape[:2])}"
        )
    layer = Layer(picture, None)
    for effect in effects:
        layer = drawn(layer, effect, masks, scene)
    return finished(layer)


def drawn(layer: Layer, effect: Effect, masks: Bool[np.ndarray, "N H W"], scene: Scene) -> Layer:
    """The layer with one effect drawn on it."""
    rows = [row for row, key in enumerate(scene.objects) if effect.is_about(key)]
    if effect.kind in ("pixelate-object", "blur-object"):
        hide = pixelated if effect.kind == "pixelate-object" else veiled
        for row in rows:
            layer = hide(layer, masks[row], effect.strength)
        return layer
    mask = np.logical_or.reduce(masks[rows], axis=0)
    match effect.kind:
        case "overlay" | "outline" | "erase" | "fill-in":
            return _on_objects(layer, mask, effect)
        case "trails":
            return trailed(layer, mask, effect, scene)
        case "cut-out":
            return cut(layer, soft(mask))
        case "replace-background":
            return painted(layer, background(effect, layer.picture, scene), around(mask))
    return _behind(layer, effect, around(mask))


def _on_objects(layer: Layer, mask: Mask, effect: Effect) -> Layer:
    """What is painted on or around objects."""
    height = mask.shape[0]
    margin = 0.0
    if effect.kind == "outline":
        margin = MEASURES.outline * height * effect.strength
    elif effect.kind != "overlay":
        margin = MEASURES.erase_margin * height * effect.strength
    cover = grown(mask, margin)
    if cover is None or (effect.kind == "outline" and effect.strength == 0):
        return layer
    if effect.kind == "overlay":
        return changed(layer, effect.rgb, cover._replace(much=cover.much * effect.strength))
    if effect.kind == "outline":
        free = around(mask).much[cover.rows, cover.columns]
        return painted(layer, effect.rgb, cover._replace(much=cover.much * free))
    if effect.kind == "erase":
        return painted(layer, effect.rgb, cover)
    known = np.ones(mask.shape, dtype=np.float32)
    known[cover.rows, cover.columns] = cover.much == 0
    behind = filled(layer.picture, known, MEASURES.fill_grid)
    return painted(layer, behind[cover.rows, cover.columns], cover)


def _behind(layer: Layer, effect: Effect, free: Coverage) -> Layer:
    """What changes the background's colours."""
    strength = np.float32(effect.strength)
    match effect.kind:
        case "spotlight":
            return changed(layer, BLACK, free._replace(much=free.much * strength))
        case "desaturate-background":
            grey = cv2.cvtColor(layer.picture, cv2.COLOR_RGB2GRAY)
            cover = free._replace(much=free.much * strength)
            return changed(layer, cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), cover)
        case "blur-background" if effect.strength > 0:
            sigma = MEASURES.blur * layer.picture.shape[0] * effect.strength
            weights = np.where(free.much < 1, FAINT_WEIGHT, np.float32(1))
            return changed(layer, blurred(layer.picture, weights, sigma), free)
    return layer


def background(effect: Effect, like: Picture, scene: Scene) -> Picture | Colour:
    """The colour, or the picture scaled to cover one like this.

    Raises:
        EffectError: the scene does not hold the picture.
    """
    if effect.picture is None:
        return effect.rgb
    if effect.picture not in scene.pictures:
        raise EffectError(f"{effect.kind}: the picture {effect.picture!r} is not at hand")
    return fitted(scene.pictures[effect.picture], like.shape[0], like.shape[1])


def fitted(
    picture: UInt8[np.ndarray, "h w 3"], height: int, width: int
) -> UInt8[np.ndarray, "H W 3"]:
    """A picture scaled to cover so many pixels, its middle kept; itself where it fits."""
    if picture.shape[:2] == (height, width):
        return picture
    scale = max(height / picture.shape[0], width / picture.shape[1])
    down = min(max(round(height / scale), 1), picture.shape[0])
    across = min(max(round(width / scale), 1), picture.shape[1])
    top, left = (picture.shape[0] - down) // 2, (picture.shape[1] - across) // 2
    middle = np.ascontiguousarray(picture[top : top + down, left : left + across])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(middle, (width, height), interpolation=how)
