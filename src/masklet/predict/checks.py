"""Turns what a user gave as a prompt into checked values in the network's pixels, or one error."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional

from masklet.errors import PromptError
from masklet.stream.prompts import Said
from masklet.values import Numbers, Points, Size


class Scale(NamedTuple):
    """A frame's own size and the side of the network's square picture."""

    size: Size
    side: int

    def to_network(self, x: float, y: float) -> tuple[float, float]:
        """A position of the frame in the network's pixels."""
        return (x / self.size.width * self.side, y / self.size.height * self.side)


def check_said(
    points: Points | None, labels: Sequence[int] | np.ndarray | None, box: Numbers | None, at: Scale
) -> Said:
    """Clicks and a box as the streaming core wants them.

    Raises:
        PromptError: the wrong shape, not finite, outside the frame, or labels that do not match.
    """
    xy = _points(points, at.size)
    kinds = _labels(labels, len(xy))
    corners = None if box is None else _box(box, at.size)
    return Said(
        points=tuple(at.to_network(x, y) for x, y in xy),
        labels=kinds,
        box=None
        if corners is None
        else (*at.to_network(*corners[:2]), *at.to_network(*corners[2:])),
    )


def _points(points: Points | None, size: Size) -> tuple[tuple[float, float], ...]:
    if points is None:
        return ()
    try:
        xy = np.asarray(points, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise PromptError(f"points={points!r}: wanted (x, y) pairs of numbers") from error
    if xy.size == 0:
        return ()
    if xy.ndim != 2 or xy.shape[1] != 2:
        raise PromptError(f"points has shape {xy.shape}: wanted [N, 2], (x, y) pairs")
    for x, y in xy:
        _inside("point", x, y, size)
    return tuple((float(x), float(y)) for x, y in xy)


def _labels(labels: Sequence[int] | np.ndarray | None, count: int) -> tuple[int, ...]:
    if labels is None:
        return (1,) * count
    kinds = np.asarray(labels).reshape(-1)
    if len(kinds) != count:
        raise PromptError(f"labels has {len(kinds)} entries for {count} points: wanted one each")
    if not all(kind in (0, 1) for kind in kinds.tolist()):
        raise PromptError(f"labels={list(labels)}: wanted 1 (inside) or 0 (outside)")
    return tuple(int(kind) for kind in kinds)


def _box(box: Numbers, size: Size) -> tuple[float, float, float, float]:
    try:
        corners = np.asarray(box, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise PromptError(f"box={box!r}: wanted four numbers x0, y0, x1, y1") from error
    if corners.shape != (4,):
        raise PromptError(f"box has shape {corners.shape}: wanted four numbers x0, y0, x1, y1")
    x0, y0, x1, y1 = (float(value) for value in corners)
    _inside("box corner", x0, y0, size)
    _inside("box corner", x1, y1, size)
    if x0 >= x1 or y0 >= y1:
        raise PromptError(f"box={(x0, y0, x1, y1)}: wanted x0 < x1 and y0 < y1")
    return (x0, y0, x1, y1)


def _inside(what: str, x: float, y: float, size: Size) -> None:
    if not (math.isfinite(x) and math.isfinite(y)):
        raise PromptError(f"{what} ({x}, {y}) is not finite")
    if not (0 <= x <= size.width and 0 <= y <= size.height):
        raise PromptError(
            f"{what} ({x:g}, {y:g}) is outside the frame, which is {size.width} wide and "
            f"{size.height} high"
        )


def check_mask(mask: np.ndarray, at: Scale) -> Bool[Tensor, "S S"]:
    """A mask at the frame's own size, resized (antialiased bilinear, then >= 0.5) for the network.

    Raises:
        PromptError: another size, or values that are neither bool nor 0 and 1.
    """
    given = np.asarray(mask)
    if given.shape != tuple(at.size):
        raise PromptError(f"mask has shape {given.shape}: wanted {tuple(at.size)}, as the frame")
    if given.dtype != np.bool_ and not np.isin(given, (0, 1)).all():
        raise PromptError("mask has values other than 0 and 1: wanted a bool or 0/1 array")
    return resize_mask(given.astype(bool), at.side)


def resize_mask(mask: Bool[np.ndarray, "H W"], side: int) -> Bool[Tensor, "S S"]:
    """Antialiased bilinear to a square, then >= 0.5."""
    shares = torch.from_numpy(mask.astype(np.float32))[None, None]
    square = functional.interpolate(shares, (side, side), mode="bilinear", antialias=True)
    return square[0, 0] >= 0.5


def check_logits(logits: np.ndarray, side: int) -> Float[Tensor, "h w"]:
    """Logits of an earlier result, to be fed back.

    Raises:
        PromptError: not the decoder's shape, or not finite.
    """
    given = np.asarray(logits, dtype=np.float32)
    given = given[0] if given.ndim == 3 and len(given) == 1 else given
    small = side // 4
    if given.shape != (small, small):
        raise PromptError(
            f"mask has shape {np.shape(logits)}: wanted the logits of one earlier result, "
            f"[1, {small}, {small}]"
        )
    if not np.isfinite(given).all():
        raise PromptError("mask has values that are not finite")
    return torch.from_numpy(given.copy())
