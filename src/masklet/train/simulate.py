"""A stand-in for the person who clicks: random prompts for training.

Points are (x, y) in pixels of the mask grid, the centre of the top left pixel being (0, 0).
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from masklet.train.draws import Draws


class Clicks(NamedTuple):
    """One click an object. ``labels`` is 1 inside the object and 0 outside."""

    points: Float[Tensor, "B 2"]
    labels: Int[Tensor, "B"]


def first_click(truth: Bool[Tensor, "B h w"], draws: Draws) -> Clicks:
    """A click anywhere in the object; where it is absent, a negative one anywhere."""
    return _click_on_errors(torch.zeros_like(truth), truth, draws)


def correction_clicks(
    prediction: Bool[Tensor, "B h w"],
    truth: Bool[Tensor, "B h w"],
    draws: Draws,
    *,
    ignore: float = 0.1,
) -> Clicks:
    """A click on any wrong pixel, each as likely: positive on a missed one, negative on a surplus.

    Where nothing is wrong, a negative click anywhere outside of the object (if it fills the
    picture, a positive one inside). For a share ``ignore`` of the objects the prediction is
    not looked at: the click falls anywhere in the object.
    """
    looked_at = draws.rows((len(truth),), truth.device) >= ignore
    return _click_on_errors(prediction & looked_at[:, None, None], truth, draws)


def noisy_box(
    truth: Bool[Tensor, "B h w"],
    draws: Draws,
    *,
    noise: float = 0.1,
    most: float = 20.0,
) -> Float[Tensor, "B 4"]:
    """The tight box (x0, y0, x1, y1) of each mask, every side moved at random.

    A side moves by up to ``noise`` of the box's extent in its direction, ``most`` pixels at the
    most, and stays on the grid. x1 and y1 are the last pixels inside. An empty mask has the box
    (0, 0, 0, 0).
    """
    _, height, width = truth.shape
    x0, x1 = _ends(truth.any(1))
    y0, y1 = _ends(truth.any(2))
    box = torch.stack((x0, y0, x1, y1), dim=1).float()
    extent = (box[:, 2:] - box[:, :2]).repeat(1, 2)
    shift = draws.rows((len(truth), 4), box.device) * 2 - 1
    moved = box + shift * (extent * noise).clamp(max=most)
    edge = torch.tensor([width, height, width, height], device=box.device) - 1
    return moved.clamp(min=0).minimum(edge)


def _click_on_errors(prediction: Tensor, truth: Tensor, draws: Draws) -> Clicks:
    wrong = (prediction != truth).flatten(1)
    outside = ~truth.flatten(1)
    faultless = ~wrong.any(1, keepdim=True)
    full = ~outside.any(1, keepdim=True)
    region = torch.where(faultless, outside | full, wrong)
    climb = region.cumsum(1, dtype=torch.int32)
    count = climb[:, -1:]
    unit = draws.rows((len(truth), 1), truth.device)
    rank = (unit * count).int().minimum(count - 1)
    pixel = torch.searchsorted(climb, rank + 1)
    labels = truth.flatten(1).gather(1, pixel)[:, 0].long()
    width = truth.shape[-1]
    return Clicks(torch.cat((pixel % width, pixel // width), dim=1).float(), labels)


def _ends(line: Bool[Tensor, "B n"]) -> tuple[Tensor, Tensor]:
    number = torch.arange(line.shape[1], device=line.device)
    last = torch.where(line, number, 0).amax(1)
    return torch.where(line, number, last[:, None]).amin(1), last
