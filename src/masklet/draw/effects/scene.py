"""What effects need to know beside a picture and its masks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, UInt8

from masklet.values import ObjectId


class Seen(NamedTuple):
    """The masks of one frame."""

    objects: tuple[ObjectId, ...]
    masks: Bool[np.ndarray, "N H W"]


def nothing_seen(index: int) -> Seen | None:  # noqa: ARG001 - it stands in for a lookup
    """The earlier frames of a picture that stands alone."""
    return None


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Where a picture stands in its video.

    Attributes:
        objects: ids of the masks' rows.
        index: number of the frame.
        earlier: masks of a frame before this one, None where they are not known.
        pictures: that effects name.
    """

    objects: tuple[ObjectId, ...]
    index: int = 0
    earlier: Callable[[int], Seen | None] = nothing_seen
    pictures: Mapping[str, UInt8[np.ndarray, "_ _ 3"]] = field(default_factory=dict)
