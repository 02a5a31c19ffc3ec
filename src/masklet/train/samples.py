"""Held-out pictures side by side: the picture with its clicks, the truth, and what was answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from masklet.draw.contact_sheet import contact_sheet
from masklet.draw.overlay import overlay
from masklet.predict.clicking import Mask, click_objects, drawn
from masklet.predict.image import encode_image
from masklet.predict.runtime import Runtime
from masklet.train.held_out import HeldPhoto, objects_in
from masklet.values import Picture, Prompt

LEAST_SIDE, OBJECTS = 480, 10


@dataclass(frozen=True, eq=False, kw_only=True)
class Sample:
    """A picture, masks of its objects, the prompts given and the masks answered."""

    name: str
    picture: Picture
    truths: Sequence[Mask]
    answers: Sequence[Mask]
    prompts: Sequence[Prompt] = ()


class Panel(NamedTuple):
    """A picture of a sheet and what is written beneath it."""

    picture: Picture
    caption: str


def click_sample(runtime: Runtime, photo: HeldPhoto, *, clicks: int = 1) -> Sample | None:
    """Some objects of a picture, each clicked; None where the picture has no object."""
    picture, truths = photo.picture(), drawn(objects_in(photo), photo.name, OBJECTS)
    if not truths:
        return None
    *_, clicked = click_objects(encode_image(runtime, picture), truths, clicks)
    prompts = [
        Prompt(points=[(c.x, c.y) for c in one.clicks], labels=[c.label for c in one.clicks])
        for one in clicked
    ]
    answers = [one.answer for one in clicked if one.answer is not None]
    return Sample(name=photo.name, picture=picture, truths=truths, answers=answers, prompts=prompts)


def sheet_of(samples: Sequence[Sample]) -> Picture:
    """Three panels a sample, two samples a row."""
    panels = [
        panel
        for sample in samples
        for panel in (
            prompted(sample),
            masked(sample, sample.truths, "truth"),
            masked(sample, sample.answers, "prediction"),
        )
    ]
    return assembled(panels, columns=6 if len(samples) > 1 else 3, width=1600)


def before_and_after(before: Sequence[Sample], after: Sequence[Sample]) -> Picture:
    """The same pictures answered by two models: four panels a row."""
    panels = [
        panel
        for old, new in zip(before, after, strict=True)
        for panel in (
            prompted(old),
            masked(old, old.truths, "truth"),
            masked(old, old.answers, "before"),
            masked(new, new.answers, "after"),
        )
    ]
    return assembled(panels, columns=4, width=1120)


def assembled(panels: Sequence[Panel], *, columns: int, width: int) -> Picture:
    """A contact sheet of the panels."""
    pictures, captions = [p.picture for p in panels], [p.caption for p in panels]
    return contact_sheet(pictures, captions, columns=columns, width=width)


def prompted(sample: Sample) -> Panel:
    """The picture with its clicks."""
    scale = scale_of(sample.picture)
    prompts = [
        Prompt(points=[((x + 0.5) * scale, (y + 0.5) * scale) for x, y in points], labels=p.labels)
        for p in sample.prompts
        if (points := p.points) is not None
    ]
    return Panel(overlay(enlarged(sample.picture, scale), [], prompts=prompts), sample.name)


def masked(sample: Sample, masks: Sequence[Mask], caption: str) -> Panel:
    """The picture under some masks."""
    scale = scale_of(sample.picture)
    large = [enlarged(mask.astype(np.uint8), scale) > 0 for mask in masks]
    return Panel(overlay(enlarged(sample.picture, scale), large), caption)


def scale_of(picture: Picture) -> int:
    """How often a small picture is enlarged, so that marks on it stay fine."""
    return -(-LEAST_SIDE // min(picture.shape[:2]))


def enlarged(pixels: np.ndarray, scale: int) -> np.ndarray:
    """Every pixel as a square of pixels."""
    size = (pixels.shape[1] * scale, pixels.shape[0] * scale)
    return cv2.resize(pixels, size, interpolation=cv2.INTER_NEAREST)
