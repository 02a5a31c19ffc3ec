"""Trails: the masks of the frames before, each fainter than the next."""

import math

import cv2
import numpy as np
from jaxtyping import Float32, UInt8

from masklet.draw.effects.coverage import Coverage, Mask, around
from masklet.draw.effects.effect import Effect
from masklet.draw.effects.layer import Layer, painted
from masklet.draw.effects.measures import MEASURES
from masklet.draw.effects.scene import Scene


def trailed(layer: Layer, mask: Mask, effect: Effect, scene: Scene) -> Layer:
    """The trail painted behind the objects; ``mask`` is all of them now."""
    length = trail_length(effect.strength)
    levels = trail_levels(mask, effect, scene, length)
    if not levels.any():
        return layer
    fading = smoothed(levels.astype(np.float32) / (length + 1), mask.shape[0])
    free = around(mask)
    much = fading * free.much * np.float32(MEASURES.trail_opacity)
    return painted(layer, effect.rgb, Coverage(free.rows, free.columns, much))


def smoothed(fading: Float32[np.ndarray, "H W"], height: int) -> Float32[np.ndarray, "H W"]:
    """A trail without the steps from mask to mask."""
    sigma = max(MEASURES.trail_blur * height, 0.5)
    side = 2 * math.ceil(3 * sigma) + 1
    return cv2.GaussianBlur(fading, (side, side), sigma, borderType=cv2.BORDER_REPLICATE)


def trail_length(strength: float) -> int:
    """How many frames a trail is long."""
    return int(MEASURES.trail_frames * strength + 0.5)


def trail_levels(mask: Mask, effect: Effect, scene: Scene, length: int) -> UInt8[np.ndarray, "H W"]:
    """``length`` where an object was one frame ago, down to 1 that many ago, and 0 elsewhere."""
    levels = np.zeros(mask.shape, dtype=np.uint8)
    for ago in range(min(length, scene.index), 0, -1):
        seen = scene.earlier(scene.index - ago)
        if seen is None:
            continue
        for key, was in zip(seen.objects, seen.masks, strict=True):
            if effect.is_about(key):
                levels[was] = length + 1 - ago
    return levels
