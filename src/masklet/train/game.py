"""The interactive game of training: prompts, answers and corrections on one picture.

Shapes: R rows (objects), H W pixels, h w the decoder's grid at stride 4.
Source: paper section 4 "Training" and appendix D, reference ``training/model/sam2.py``.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional

from masklet.model.image_encoder import ImageFeatures
from masklet.model.mask_decoder import Decoded
from masklet.model.prompt_encoder import BOTTOM_RIGHT, TOP_LEFT, Prompts, no_prompts
from masklet.model.sam2 import Sam2
from masklet.predict.runtime import DEVIATION, MEAN
from masklet.train.draws import Draws
from masklet.train.losses import MaskLoss, mask_loss
from masklet.train.simulate import correction_clicks, first_click, noisy_box

STRIDE = 4
HALF = 0.5
HINT_LOGIT = 10.0


class First(StrEnum):
    """How an object is first asked for."""

    CLICK = "click"
    BOX = "box"
    HINT = "hint"


class Answer(NamedTuple):
    """The mask that a row goes on with: logits [R, h, w], token [R, C], presence [R]."""

    logits: Float[Tensor, "R h w"]
    token: Float[Tensor, "R C"]
    presence: Float[Tensor, "R"]


class Played(NamedTuple):
    """Where a prompted picture ended, and the loss of every answer on the way."""

    answer: Answer
    losses: tuple[MaskLoss, ...]


def normalise(pictures_B3HW: Float[Tensor, "*B 3 H W"]) -> Float[Tensor, "*B 3 H W"]:
    """0..1 RGB to ImageNet's mean and deviation."""
    mean = pictures_B3HW.new_tensor(MEAN)[:, None, None]
    deviation = pictures_B3HW.new_tensor(DEVIATION)[:, None, None]
    return (pictures_B3HW - mean) / deviation


def at_decoder(masks_RHW: Bool[Tensor, "R H W"]) -> Float[Tensor, "R h w"]:
    """Truth at the decoder's resolution: the share of each cell that is covered."""
    return functional.avg_pool2d(masks_RHW[:, None].float(), STRIDE)[:, 0]


def to_pixels(points: Float[Tensor, "*n 2"]) -> Float[Tensor, "*n 2"]:
    """Centres of the decoder's cells in pixels of the picture."""
    return points * STRIDE + (STRIDE - 1) / 2


def rows_of(features: ImageFeatures, objects: int) -> ImageFeatures:
    """Each picture's features once an object."""
    return ImageFeatures(*(x.repeat_interleave(objects, dim=0) for x in features))


def rough_mask(truth_Rhw: Float[Tensor, "R h w"], draws: Draws) -> Float[Tensor, "R h w"]:
    """The share of each stride 16 cell, moved by up to a cell, softened, with some noise."""
    coarse = functional.avg_pool2d(truth_Rhw[:, None], 4)
    shift = draws.step(2)
    coarse = torch.roll(coarse, shift, dims=(2, 3)) if min(coarse.shape[2:]) > 2 else coarse
    noise = draws.rows(tuple(coarse.shape), coarse.device)
    firmness = 0.6 + 0.4 * draws.chance()
    coarse = firmness * coarse + (1 - firmness) * noise
    size = truth_Rhw.shape[1:]
    return functional.interpolate(coarse, size, mode="bilinear", align_corners=False)[:, 0]


def best_guess(decoded: Decoded, *, ambiguous: bool) -> Answer:
    """Highest predicted IoU of masks 1 to 3, or mask 0."""
    if not ambiguous:
        return Answer(decoded.logits[:, 0], decoded.tokens[:, 0], decoded.presence)
    row = torch.arange(len(decoded.ious), device=decoded.ious.device)
    best = decoded.ious[:, 1:].argmax(dim=1) + 1
    return Answer(decoded.logits[row, best], decoded.tokens[row, best], decoded.presence)


def judge(
    decoded: Decoded,
    truth_Rhw: Float[Tensor, "R h w"],
    weight_R: Float[Tensor, "R"],
    *,
    ambiguous: bool,
) -> MaskLoss:
    """The loss of the three masks of an ambiguous question, or of the single one."""
    part = slice(1, None) if ambiguous else slice(0, 1)
    logits, ious = decoded.logits[:, part], decoded.ious[:, part]
    return mask_loss(logits, ious, decoded.presence, truth_Rhw, weight=weight_R)


@dataclass
class Player:
    """Plays objects of pictures against a model, with a share of the draws."""

    model: Sam2
    draws: Draws

    def first_prompts(self, truth_Rhw: Float[Tensor, "R h w"], first: First) -> Prompts:
        """A click uniform in the object, its box a little off, or nothing beside a hint."""
        nothing = no_prompts(len(truth_Rhw), like=truth_Rhw)
        if first is First.HINT:
            return nothing
        if first is First.BOX:
            inside = truth_Rhw >= HALF
            corners = noisy_box(inside, self.draws, most=20 / STRIDE).unflatten(1, (2, 2))
            labels = torch.tensor([[TOP_LEFT, BOTTOM_RIGHT]], device=corners.device)
            labels = labels.expand(len(corners), 2)
            return Prompts(to_pixels(corners), labels, nothing.mask, nothing.has_mask)
        clicks = first_click(truth_Rhw >= HALF, self.draws)
        points, labels = to_pixels(clicks.points)[:, None], clicks.labels[:, None]
        return Prompts(points, labels, nothing.mask, nothing.has_mask)

    def corrected(
        self, prompts: Prompts, answer: Answer, truth_Rhw: Bool[Tensor, "R h w"]
    ) -> Prompts:
        """One more click where the answer is wrong; the answer's logits are fed back."""
        logits = answer.logits.detach().float()
        clicks = correction_clicks(logits > 0, truth_Rhw, self.draws)
        return Prompts(
            torch.cat((prompts.points, to_pixels(clicks.points)[:, None]), dim=1),
            torch.cat((prompts.labels, clicks.labels[:, None]), dim=1),
            logits.clamp(-32, 32)[:, None],
            torch.ones(len(logits), dtype=torch.bool, device=logits.device),
        )

    def play(
        self,
        conditioned: Float[Tensor, "R C h16 w16"],
        features: ImageFeatures,
        truth_Rhw: Float[Tensor, "R h w"],
        weight_R: Float[Tensor, "R"],
        *,
        rounds: int,
        first: First,
    ) -> Played:
        """Prompt every row on one picture and correct it ``rounds`` - 1 times."""
        if first is First.HINT:
            conditioned = conditioned + self.hint(truth_Rhw)
        prompts = self.first_prompts(truth_Rhw, first)
        losses: list[MaskLoss] = []
        answer: Answer | None = None
        for turn in range(rounds):
            ambiguous = turn == 0 and first is not First.BOX
            decoded = self.model.decode(conditioned, features, prompts)
            losses.append(judge(decoded, truth_Rhw, weight_R, ambiguous=ambiguous))
            answer = best_guess(decoded, ambiguous=ambiguous)
            if turn + 1 < rounds:
                prompts = self.corrected(prompts, answer, truth_Rhw >= HALF)
        assert answer is not None
        return Played(answer, tuple(losses))

    def hint(self, truth_Rhw: Float[Tensor, "R h w"]) -> Float[Tensor, "R C h16 w16"]:
        """The mask, blurred and moved, as a dense prompt: what primed memory brings to a frame."""
        encoder = self.model.prompt_encoder
        logits = rough_mask(truth_Rhw, self.draws) * 2 * HINT_LOGIT - HINT_LOGIT
        embedded = encoder.mask_downscaling(logits[:, None])
        return embedded - encoder.no_mask[:, :, None, None]

    def correct(
        self,
        conditioned: Float[Tensor, "R C h16 w16"],
        features: ImageFeatures,
        answer: Answer,
        truth_Rhw: Float[Tensor, "R h w"],
        weight_R: Float[Tensor, "R"],
    ) -> Played:
        """One correcting click on a tracked picture: a single click, so again three masks."""
        nothing = no_prompts(len(truth_Rhw), like=truth_Rhw)
        empty = Prompts(nothing.points[:, :0], nothing.labels[:, :0], *nothing[2:])
        prompts = self.corrected(empty, answer, truth_Rhw >= HALF)
        decoded = self.model.decode(conditioned, features, prompts)
        loss = judge(decoded, truth_Rhw, weight_R, ambiguous=True)
        return Played(best_guess(decoded, ambiguous=True), (loss,))
