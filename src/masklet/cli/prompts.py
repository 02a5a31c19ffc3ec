"""Clicks, boxes and mask files as they are typed on the command line.

A click is ``[[FRAME:]OBJECT:]x,y`` and a box ``[[FRAME:]OBJECT:]x0,y0,x1,y1``, in pixels of the
frame. A mask is ``[FRAME:OBJECT:]file.png``: named, everything in it that is not black is the
object; by itself, every colour of a palette picture is an object. The frame is 0 and the object 1
where they are left out; an object is a whole number or a name.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from masklet.errors import MediaError, PromptError
from masklet.values import Box, ObjectId, Point, Prompt


class Address(NamedTuple):
    """The frame and the object that a prompt is for; ``None`` where it was not said."""

    frame: int | None
    object: ObjectId | None


class Coordinates(NamedTuple):
    """A click or a box that was read: what it is for, and its numbers."""

    address: Address
    numbers: tuple[float, ...]


class PlacedPrompt(NamedTuple):
    """A prompt and the frame that it is for."""

    frame: int
    prompt: Prompt


def parse_object(text: str) -> ObjectId:
    """A whole number as a number, anything else as a name."""
    return int(text) if text.isascii() and text.isdigit() else text


def parse_coordinates(option: str, text: str, count: int) -> Coordinates:
    """Read ``[[FRAME:]OBJECT:]`` and ``count`` numbers between commas.

    Raises:
        PromptError: it is written otherwise, or a number is not finite.
    """
    wanted = "x,y" if count == 2 else "x0,y0,x1,y1"
    *names, last = text.split(":")
    if len(names) > 2 or not all(name.strip() for name in names):
        raise PromptError(f"{option}: wanted [[FRAME:]OBJECT:]{wanted}, got {text!r}")
    try:
        numbers = tuple(float(part) for part in last.split(","))
    except ValueError:
        numbers = ()
    if len(numbers) != count:
        raise PromptError(f"{option}: wanted {count} numbers as {wanted}, got {text!r}")
    if not all(math.isfinite(number) for number in numbers):
        raise PromptError(f"{option}: wanted finite numbers, got {text!r}")
    return Coordinates(parse_address(option, names, text), numbers)


def parse_address(option: str, names: Sequence[str], text: str) -> Address:
    """The frame and object of what stood before the colons."""
    if len(names) < 2:
        return Address(None, parse_object(names[0].strip()) if names else None)
    frame, name = (part.strip() for part in names)
    if not (frame.isascii() and frame.isdigit()):
        raise PromptError(
            f"{option}: the frame is a whole number from 0, got {frame!r} in {text!r}"
        )
    return Address(int(frame), parse_object(name))


class MaskFile(NamedTuple):
    """A ``--mask`` that was read: what it is for, and the file."""

    address: Address
    path: Path


def parse_mask(option: str, text: str) -> MaskFile:
    """Read ``[FRAME:OBJECT:]file``; a colon within a file's name is left alone.

    Raises:
        PromptError: no file is named.
    """
    names = text.split(":", 2)
    addressed = len(names) == 3 and names[0].strip().isdigit() and bool(names[1].strip())
    file = names[2] if addressed else text
    if not file.strip():
        raise PromptError(f"{option}: wanted [FRAME:OBJECT:]file.png, got {text!r}")
    address = parse_address(option, names[:2], text) if addressed else Address(None, None)
    return MaskFile(address, Path(file))


def read_labels(path: Path) -> UInt8[np.ndarray, "H W"]:
    """A mask picture as object numbers: a palette's own, otherwise 1 where it is not black.

    Raises:
        MediaError: there is no such picture, or it cannot be read.
    """
    try:
        with Image.open(path) as picture:
            if picture.mode == "P":
                return np.array(picture, dtype=np.uint8)
            grey = np.asarray(picture.convert("L"))
    except OSError as error:
        reason = error.strerror or "not a picture that can be read"
        raise MediaError(f"--mask: cannot read {str(path)!r}: {reason}") from None
    return (grey * 2.0 > max(int(grey.max()), 1)).astype(np.uint8)


def mask_prompts(option: str, text: str) -> list[PlacedPrompt]:
    """One prompt an object of a mask file: a named file is one object."""
    address, path = parse_mask(option, text)
    labels = read_labels(path)
    frame = address.frame or 0
    if address.object is not None:
        return [PlacedPrompt(frame, Prompt(object=address.object, mask=labels > 0))]
    return [
        PlacedPrompt(frame, Prompt(object=number, mask=labels == number))
        for number in np.unique(labels).tolist()
        if number > 0
    ] or [PlacedPrompt(frame, Prompt(object=1, mask=labels > 0))]


class Clicks:
    """The points, labels and box gathered for one object on one frame."""

    def __init__(self) -> None:
        self.points: list[Point] = []
        self.labels: list[int] = []
        self.box: Box | None = None


def read_prompts(
    *,
    points: Sequence[str] = (),
    negatives: Sequence[str] = (),
    boxes: Sequence[str] = (),
    masks: Sequence[str] = (),
    number_boxes: bool = False,
) -> tuple[PlacedPrompt, ...]:
    """Every prompt of a command, by frame, objects in the order in which they were named.

    What was said about one object on one frame comes together as one prompt; a mask comes before
    the clicks that refine it.

    Args:
        points: values of ``--point``.
        negatives: values of ``--negative``: clicks outside the object.
        boxes: values of ``--box``.
        masks: values of ``--mask``.
        number_boxes: the boxes without a name are objects 1, 2, 3 and so on.

    Raises:
        PromptError: a value that cannot be read, or two boxes for one object on one frame.
        MediaError: a mask file that cannot be read.
    """
    gathered: dict[tuple[int, ObjectId], Clicks] = {}

    def clicks(address: Address, default: ObjectId = 1) -> Clicks:
        name = default if address.object is None else address.object
        return gathered.setdefault((address.frame or 0, name), Clicks())

    for option, label, texts in (("--point", 1, points), ("--negative", 0, negatives)):
        for text in texts:
            address, (x, y) = parse_coordinates(option, text, 2)
            clicks(address).points.append((x, y))
            clicks(address).labels.append(label)
    for number, text in enumerate(boxes, start=1):
        address, (x0, y0, x1, y1) = parse_coordinates("--box", text, 4)
        place = clicks(address, number if number_boxes else 1)
        if place.box is not None:
            raise PromptError(
                f"--box: a second box for the same object, {text!r}: name each object"
            )
        place.box = (x0, y0, x1, y1)
    placed = [prompt for text in masks for prompt in mask_prompts("--mask", text)]
    placed += [
        PlacedPrompt(
            frame,
            Prompt(
                object=name, points=said.points or None, labels=said.labels or None, box=said.box
            ),
        )
        for (frame, name), said in gathered.items()
    ]
    return tuple(sorted(placed, key=lambda prompt: prompt.frame))
