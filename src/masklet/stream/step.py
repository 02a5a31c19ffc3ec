"""One step of the stream for B objects at once: track a frame, answer a prompt, write a memory.

Shapes: B rows (objects), S side in pixels, s = S / 4, h w grid at stride 16, C channels.
Source: paper section 4, reference ``sam2_base.track_step``.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional

from masklet.model.image_encoder import ImageFeatures
from masklet.model.prompt_encoder import Prompts, no_prompts
from masklet.model.sam2 import Sam2, blank_absent, upsample
from masklet.stream.choice import choose
from masklet.stream.gather import Reading, gather
from masklet.stream.state import Entry

GIVEN_LOGIT = 10.0


class Answers(NamedTuple):
    """B objects' answers on one frame, before they are written to memory."""

    logits: Float[Tensor, "B s s"]
    scores: Float[Tensor, "B"]
    presence: Float[Tensor, "B"]
    pointers: Float[Tensor, "B C"]


def track(model: Sam2, features: ImageFeatures, readings: Sequence[Reading]) -> list[Entry]:
    """Follow B objects onto a frame and encode its memories."""
    rows = len(readings)
    conditioned = model.with_memory(features.stride16, gather(model, readings))
    prompts = no_prompts(rows, like=features.stride16)
    ambiguous = torch.ones(rows, dtype=torch.bool, device=features.stride16.device)
    answers = _answer(model, features, conditioned, prompts, ambiguous)
    memories = write(model, features, answers.logits, answers.presence, binary=False)
    return entries_of(answers, memories)


def answer(
    model: Sam2,
    features: ImageFeatures,
    readings: Sequence[Reading] | None,
    prompts: Prompts,
    ambiguous_B: Bool[Tensor, "B"],
) -> list[Entry]:
    """Answer prompts of B objects on a frame; ``readings`` is None on a frame not yet tracked."""
    if readings is None:
        rows = len(prompts.points)
        conditioned = model.without_memory(features.stride16).expand(rows, -1, -1, -1)
    else:
        conditioned = model.with_memory(features.stride16, gather(model, readings))
    return entries_of(_answer(model, features, conditioned, prompts, ambiguous_B), None)


def take_masks(
    model: Sam2, features: ImageFeatures, masks_BSS: Bool[Tensor, "B S S"]
) -> list[Entry]:
    """Take masks as answers; the decoder only makes their pointers."""
    mask_B1SS = masks_BSS[:, None].float()
    logits_B1SS = mask_B1SS * 2 * GIVEN_LOGIT - GIVEN_LOGIT
    side = masks_BSS.shape[-1] // 4
    small = functional.interpolate(logits_B1SS, (side, side), mode="bilinear", antialias=True)
    rows = len(masks_BSS)
    nothing = no_prompts(rows, like=features.stride16)
    prompts = Prompts(
        nothing.points, nothing.labels, model.mask_to_prompt(mask_B1SS), ~nothing.has_mask
    )
    conditioned = features.stride16.expand(rows, -1, -1, -1)
    pointers = _answer(model, features, conditioned, prompts, nothing.has_mask).pointers
    there_B = masks_BSS.flatten(1).any(dim=1)
    answers = Answers(
        logits=small[:, 0],
        scores=torch.ones(rows, device=small.device),
        presence=there_B.float() * 2 * GIVEN_LOGIT - GIVEN_LOGIT,
        pointers=torch.where(there_B[:, None], pointers, model.pointers.absent),
    )
    return entries_of(answers, None)


def write(
    model: Sam2,
    features: ImageFeatures,
    logits_Bss: Float[Tensor, "B s s"],
    presence_B: Float[Tensor, "B"],
    *,
    binary: bool,
) -> Float[Tensor, "B D h w"]:
    """Encode answers into memory; prompted frames are written as ``binary`` masks."""
    full = upsample(logits_Bss[:, None], 16 * features.stride16.shape[-1])
    masks = (full > 0).float() if binary else full.sigmoid()
    return model.remember(features.stride16, masks, presence_B)


def entries_of(answers: Answers, memories: Float[Tensor, "B D h w"] | None) -> list[Entry]:
    """One entry a row."""
    rows = range(len(answers.logits))
    memory = [None] * len(rows) if memories is None else list(memories.float())
    return [
        Entry(
            answers.logits[row],
            answers.scores[row],
            answers.presence[row],
            answers.pointers[row],
            memory[row],
        )
        for row in rows
    ]


def _answer(
    model: Sam2,
    features: ImageFeatures,
    conditioned: Float[Tensor, "B C h w"],
    prompts: Prompts,
    ambiguous_B: Bool[Tensor, "B"],
) -> Answers:
    decoded = model.decode(conditioned, features, prompts)
    choice = choose(decoded, ambiguous_B)
    presence = decoded.presence.float()
    return Answers(
        logits=blank_absent(choice.logits.float(), presence),
        scores=choice.score.float(),
        presence=presence,
        pointers=model.pointers(choice.token, presence).float(),
    )
