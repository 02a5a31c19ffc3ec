"""Answers one person's prompt about one object: what the video session and the stream share."""

from typing import NamedTuple

import torch
from torch import Tensor

from masklet.errors import PromptError
from masklet.masks.tensor_components import fill_holes
from masklet.model.image_encoder import ImageFeatures
from masklet.predict.checks import Scale, check_mask, check_said
from masklet.predict.runtime import Runtime
from masklet.stream.choice import is_ambiguous
from masklet.stream.gather import Reading
from masklet.stream.prompts import Said, as_prompts
from masklet.stream.state import Entry
from masklet.stream.step import answer, take_masks, write
from masklet.values import Prompt


class Turn(NamedTuple):
    """Where an object stands on a frame: what was said and what was answered."""

    said: Said
    entry: Entry | None


class Checked(NamedTuple):
    """A prompt found usable, in the network's pixels."""

    said: Said
    mask: Tensor | None


def check_prompt(prompt: Prompt, scale: Scale) -> Checked:
    """Hold a prompt against its frame.

    Raises:
        PromptError: nothing is asked, or a part of it cannot be used.
    """
    said = check_said(prompt.points, prompt.labels, prompt.box, scale)
    mask = None if prompt.mask is None else check_mask(prompt.mask, scale)
    if said.count == 0 and mask is None:
        raise PromptError(
            f"nothing is asked about object {prompt.object!r}: give points, a box or a mask"
        )
    return Checked(said, mask)


def ask(
    runtime: Runtime,
    features: ImageFeatures,
    prompt: Checked,
    before: Turn,
    reading: Reading | None,
    *,
    holes: int,
) -> Turn:
    """Answer a prompt that adds to what was said ``before`` on this frame.

    A mask replaces everything said so far; clicks that come with it refine it. ``reading`` is None
    where the frame was not tracked yet.
    """
    model = runtime.model
    with runtime.inference():
        if prompt.mask is not None:
            masks = prompt.mask.to(runtime.device)[None]
            entry = filled(take_masks(model, features, masks)[0], holes)
            before = Turn(Said(), entry)
            if prompt.said.count == 0:
                return before
        said = before.said.plus(prompt.said)
        previous = None if before.entry is None else before.entry.logits
        ambiguous = torch.tensor([is_ambiguous(said.count)], device=runtime.device)
        entries = answer(
            model,
            features,
            None if reading is None else [reading],
            as_prompts([said], [previous], device=runtime.device),
            ambiguous,
        )
    return Turn(said, filled(entries[0], holes))


def remembered(runtime: Runtime, features: ImageFeatures, entry: Entry, *, binary: bool) -> Entry:
    """The entry with its memory encoded; prompted frames are written as ``binary`` masks."""
    with runtime.inference():
        memory = write(
            runtime.model, features, entry.logits[None], entry.presence[None], binary=binary
        )
    return entry._replace(memory=memory[0].float())


def check_holes(fill_holes: int) -> int:
    """The largest hole that is filled, in pixels. Raises PromptError where it is negative."""
    if fill_holes < 0:
        raise PromptError(f"fill_holes={fill_holes}: wanted 0 or more pixels")
    return fill_holes


def filled(entry: Entry, holes: int) -> Entry:
    """The entry with holes of up to so many pixels of its logits filled."""
    return entry._replace(logits=fill_holes(entry.logits[None], holes)[0])
