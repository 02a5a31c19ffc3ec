"""Marks on a picture: clicks, boxes, labels and notes."""

from typing import NamedTuple

import cv2
import numpy as np
from jaxtyping import UInt8

from masklet.draw.text import shortened, text_mask
from masklet.masks.palette import Colour
from masklet.values import Picture, Prompt

SHIFT = 4
WHITE = (255, 255, 255)
DARK = (18, 20, 24)
INSIDE = (34, 170, 84)
OUTSIDE = (226, 54, 54)


class Corner(NamedTuple):
    """A place on a picture in pixels."""

    x: int
    y: int


def draw_prompt(picture: Picture, prompt: Prompt, unit: int) -> None:
    """Marks a prompt's box and points in place: green with a plus inside, red with a minus out.

    Args:
        picture: RGB, changed.
        prompt: in the picture's coordinates.
        unit: pixels of a thin line.
    """
    if prompt.box is not None:
        x0, y0, x1, y1 = (_fixed(float(side)) for side in prompt.box)
        for colour, width in ((DARK, unit + 2), (WHITE, unit)):
            cv2.rectangle(picture, (x0, y0), (x1, y1), colour, width, cv2.LINE_AA, SHIFT)
    points = [] if prompt.points is None else list(prompt.points)
    labels = [1] * len(points) if prompt.labels is None else list(prompt.labels)
    for (x, y), label in zip(points, labels, strict=True):
        _draw_point(picture, float(x), float(y), is_inside=label == 1, radius=5.0 * unit)


def _draw_point(picture: Picture, x: float, y: float, *, is_inside: bool, radius: float) -> None:
    """One click: a dark rim, a white ring, a coloured disk and a white sign."""
    centre = (_fixed(x), _fixed(y))
    colour = INSIDE if is_inside else OUTSIDE
    for grown, tone in ((1.55, DARK), (1.35, WHITE), (1.0, colour)):
        cv2.circle(picture, centre, _fixed(radius * grown), tone, cv2.FILLED, cv2.LINE_AA, SHIFT)
    arm, width = 0.5 * radius, max(1, round(radius / 4))
    ends = [((x - arm, y), (x + arm, y)), ((x, y - arm), (x, y + arm))]
    for (xa, ya), (xb, yb) in ends[: 2 if is_inside else 1]:
        start, end = (_fixed(xa), _fixed(ya)), (_fixed(xb), _fixed(yb))
        cv2.line(picture, start, end, WHITE, width, cv2.LINE_AA, SHIFT)


def draw_label(
    picture: Picture, text: str, above: tuple[int, int], colour: Colour, unit: int
) -> None:
    """Writes a word in a rounded plate of the object's colour, centred above a place.

    The plate stays within the picture; the letters are dark or white, whichever reads better.
    """
    letters = _letters(picture, text, unit)
    height, width = _plate_of(letters, unit)
    x = int(np.clip(above[0] - width // 2, unit, max(picture.shape[1] - width - unit, unit)))
    y = int(
        np.clip(above[1] - height - 3 * unit, unit, max(picture.shape[0] - height - unit, unit))
    )
    luma = np.dot(colour, (0.299, 0.587, 0.114))
    _draw_plate(picture, letters, Corner(x, y), colour, WHITE if luma < 150 else DARK, unit)


def draw_note(picture: Picture, text: str, unit: int) -> None:
    """Writes a line in a dark plate in the lower left corner."""
    letters = _letters(picture, text, unit)
    height, _ = _plate_of(letters, unit)
    corner = Corner(4 * unit, max(picture.shape[0] - height - 4 * unit, 0))
    _draw_plate(picture, letters, corner, DARK, WHITE, unit)


def _letters(picture: Picture, text: str, unit: int) -> UInt8[np.ndarray, "h w"]:
    height = 11 * unit
    return text_mask(shortened(text, height, picture.shape[1] - 16 * unit), height)


def _plate_of(letters: UInt8[np.ndarray, "h w"], unit: int) -> Corner:
    """Height and width of a plate for these letters."""
    return Corner(letters.shape[0] + 2 * unit, letters.shape[1] + 10 * unit)


def _draw_plate(
    picture: Picture,
    letters: UInt8[np.ndarray, "h w"],
    corner: Corner,
    colour: Colour,
    ink: Colour,
    unit: int,
) -> None:
    """A rounded plate with letters on it; what falls outside the picture is left out."""
    height, width = _plate_of(letters, unit)
    plate = np.zeros((height, width), dtype=np.uint8)
    radius = min(4 * unit, height // 2)
    for x in (radius, width - radius - 1):
        for y in (radius, height - radius - 1):
            cv2.circle(plate, (x, y), radius, (255,), cv2.FILLED, cv2.LINE_AA)
    plate[radius : height - radius] = 255
    plate[:, radius : width - radius] = 255
    written = np.zeros_like(plate)
    written[unit : unit + letters.shape[0], 5 * unit : 5 * unit + letters.shape[1]] = letters
    window = picture[corner.y : corner.y + height, corner.x : corner.x + width]
    for covered, tone, strength in ((plate, colour, 0.9), (written, ink, 1.0)):
        much = covered[: window.shape[0], : window.shape[1], None].astype(np.float32) / 255
        mixed = window + (np.array(tone, dtype=np.float32) - window) * much * strength
        np.copyto(window, np.round(mixed), casting="unsafe")


def _fixed(place: float) -> int:
    return round(place * 2**SHIFT)
