"""What ``masklet segment`` writes, by the ending of the output's name."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from masklet.draw.cutout import cutout
from masklet.draw.overlay import overlay
from masklet.errors import FormatError
from masklet.masks.palette import davis_palette
from masklet.media.atomic import part_of
from masklet.media.pictures import PICTURE_SUFFIXES, write_picture
from masklet.values import FrameResult, Picture, Prompt

JSON, CUTOUT, LABELS = ".json", ".cutout.png", ".mask.png"


def check_picture_output(path: str) -> None:
    """See that a result can be written there, before any work is done.

    Raises:
        FormatError: nothing is known by that ending.
        MediaError: the folder cannot be written to.
    """
    if Path(path).suffix.lower() not in {JSON, *PICTURE_SUFFIXES}:
        raise FormatError(f"output: {path} came; wanted a name that ends in .png, .jpg or .json")
    part_of(Path(path)).unlink()


def write_picture_output(
    path: str, picture: Picture, result: FrameResult, prompts: Sequence[Prompt]
) -> None:
    """Write one output.

    Raises:
        MediaError: it cannot be written.
    """
    name = path.lower()
    if name.endswith(JSON):
        write_codes(path, result)
    elif name.endswith(CUTOUT):
        write_picture(path, cutout(picture, np.logical_or.reduce(result.masks)))
    elif name.endswith(LABELS):
        write_picture(path, label_picture(result))
    else:
        labels = [str(name) for name in result.objects] if len(result.objects) > 1 else None
        write_picture(path, overlay(picture, result.masks, labels=labels, prompts=prompts))


def write_codes(path: str, result: FrameResult) -> None:
    """The masks as COCO run lengths."""
    from masklet.formats.writer import open_writer

    with open_writer(path, size=result.size, kind="coco") as writer:
        writer.add(result)


def label_picture(result: FrameResult) -> Image.Image:
    """Object numbers from 1 in the palette of DAVIS; an object named earlier lies on top."""
    labels = np.zeros(result.size, np.uint8)
    for number, mask in reversed(list(enumerate(result.masks, start=1))):
        labels[mask] = number
    picture = Image.fromarray(labels)
    picture.putpalette(davis_palette().tobytes())
    return picture
