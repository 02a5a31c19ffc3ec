"""The interactive game of training: prompts, answers and corrections on one picture.

Shapes: R rows (objects), H W pixels, h w the decoder's grid at stride 4.
Source: paper section 4 "Training" and appendix D, reference ``training/model/sam2.py``.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional

from masklet.model.image_encoder import ImageFeatures
from masklet.model.mask_decoder import Decoded
from masklet.model.prompt_encoder import BOTTOM_RIGHT, TOP_LEFT, Prompts, no_prompts
from masklet.model.sam2 import Sam2, blank_absent, upsample
from masklet.predict.runtime import DEVIATION, MEAN
from masklet.stream.choice import is_ambiguous
from masklet.train.draws import Draws
from masklet.train.losses import MaskLoss, mask_loss
from masklet.train.prompting import First
from masklet.train.simulate import correction_clicks, first_click, noisy_box

STRIDE = 4
HALF = 0.5
HINT_LOGIT = 10.0
FED_BACK = 32.0
WIDEST_NOISE = 20.0


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Where the game of small models and the paper's differ.

    Attributes:
        grid: truth, clicks and losses lie on squares of this many pixels a side: 4 is the decoder's
            own grid, sixteen times cheaper than pixels, on which the paper's are.
        blank: an object that is judged absent has an empty mask, for the loss and for the next
            click, as in the paper; its loss then teaches presence but not the mask.
        binary: prompted frames are remembered as masks of 0 and 1, as when the model is used; the
            paper trains with what is between as well.
        endless: pointers tell time as in a video of 16 frames or more, in the paper's training as
            in one of the clip's own length.
    """

    grid: int = STRIDE
    blank: bool = False
    binary: bool = True
    endless: bool = True


SMALL = Rules()


def rules_in_the_paper() -> Rules:
    """SAM 2's own rules."""
    return Rules(grid=1, blank=True, binary=False, endless=False)


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


def on_grid(
    masks_RHW: Bool[Tensor, "R H W"] | Float[Tensor, "R H W"], grid: int = STRIDE
) -> Float[Tensor, "R h w"]:
    """Truth on squares of ``grid`` pixels: the share of each that is covered."""
    return functional.avg_pool2d(masks_RHW[:, None].float(), grid)[:, 0]


def to_pixels(points: Float[Tensor, "*n 2"], grid: int) -> Float[Tensor, "*n 2"]:
    """Centres of the grid's squares in pixels of the picture."""
    return points * grid + (grid - 1) / 2


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
    """The loss of the three masks of an ambiguous question, or of the single one.

    Masks are brought to the truth's resolution first.
    """
    part = slice(1, None) if ambiguous else slice(0, 1)
    logits, ious = at_size_of(truth_Rhw, decoded.logits[:, part]), decoded.ious[:, part]
    return mask_loss(logits, ious, decoded.presence, truth_Rhw, weight=weight_R)


def at_size_of(
    truth_Rhw: Float[Tensor, "R h w"], logits: Float[Tensor, "R M h4 w4"]
) -> Float[Tensor, "R M h w"]:
    """Logits at the truth's resolution."""
    side = truth_Rhw.shape[-1]
    return logits if logits.shape[-1] == side else upsample(logits, side)


@dataclass
class Player:
    """Plays objects of pictures against a model, with a share of the draws."""

    model: Sam2
    draws: Draws
    rules: Rules = SMALL

    def first_prompts(self, truth_Rhw: Float[Tensor, "R h w"], first: First) -> Prompts:
        """A click uniform in the object, its box a little off, or nothing beside a hint."""
        nothing = no_prompts(len(truth_Rhw), like=truth_Rhw)
        grid = self.rules.grid
        if first is First.HINT:
            return nothing
        if first is First.BOX:
            inside = truth_Rhw >= HALF
            corners = noisy_box(inside, self.draws, most=WIDEST_NOISE / grid).unflatten(1, (2, 2))
            labels = torch.tensor([[TOP_LEFT, BOTTOM_RIGHT]], device=corners.device)
            labels = labels.expand(len(corners), 2)
            return Prompts(to_pixels(corners, grid), labels, nothing.mask, nothing.has_mask)
        clicks = first_click(truth_Rhw >= HALF, self.draws)
        points, labels = to_pixels(clicks.points, grid)[:, None], clicks.labels[:, None]
        return Prompts(points, labels, nothing.mask, nothing.has_mask)

    def corrected(
        self, prompts: Prompts, answer: Answer, truth_Rhw: Bool[Tensor, "R h w"]
    ) -> Prompts:
        """One more click where the answer is wrong; the answer's logits are fed back.

        They are limited as when the model is used.
        """
        logits = answer.logits.detach().float()
        predicted = at_size_of(truth_Rhw.float(), logits[:, None])[:, 0] > 0
        clicks = correction_clicks(predicted, truth_Rhw, self.draws)
        points = to_pixels(clicks.points, self.rules.grid)[:, None]
        return Prompts(
            torch.cat((prompts.points, points), dim=1),
            torch.cat((prompts.labels, clicks.labels[:, None]), dim=1),
            logits.clamp(-FED_BACK, FED_BACK)[:, None],
            torch.ones(len(logits), dtype=torch.bool, device=logits.device),
        )

    def ask(
        self,
        conditioned: Float[Tensor, "R C h16 w16"],
        features: ImageFeatures,
        prompts: Prompts,
        truth_Rhw: Float[Tensor, "R h w"],
        weight_R: Float[Tensor, "R"],
    ) -> Played:
        """One answer: the best of three masks to no or a single click, else the single mask."""
        decoded = self.model.decode(conditioned, features, prompts)
        if self.rules.blank:
            decoded = decoded._replace(logits=blank_absent(decoded.logits, decoded.presence))
        ambiguous = is_ambiguous(prompts.points.shape[1])
        loss = judge(decoded, truth_Rhw, weight_R, ambiguous=ambiguous)
        return Played(best_guess(decoded, ambiguous=ambiguous), (loss,))

    def play(
        self,
        conditioned: Float[Tensor, "R C h16 w16"],
        features: ImageFeatures,
        truth_Rhw: Float[Tensor, "R h w"],
        weight_R: Float[Tensor, "R"],
        *,
        first: First,
        clicks: int,
    ) -> Played:
        """Prompt every row on one picture and correct it with so many clicks."""
        if first is First.HINT:
            conditioned = conditioned + self.hint(truth_Rhw)
        prompts = self.first_prompts(truth_Rhw, first)
        played = self.ask(conditioned, features, prompts, truth_Rhw, weight_R)
        return self.correct(
            conditioned, features, played, truth_Rhw, weight_R, prompts=prompts, clicks=clicks
        )

    def hint(self, truth_Rhw: Float[Tensor, "R h w"]) -> Float[Tensor, "R C h16 w16"]:
        """The mask, blurred and moved, as a dense prompt: what primed memory brings to a frame."""
        encoder = self.model.prompt_encoder
        rough = rough_mask(on_grid(truth_Rhw, STRIDE // self.rules.grid), self.draws)
        logits = rough * 2 * HINT_LOGIT - HINT_LOGIT
        embedded = encoder.mask_downscaling(logits[:, None])
        return embedded - encoder.no_mask[:, :, None, None]

    def correct(
        self,
        conditioned: Float[Tensor, "R C h16 w16"],
        features: ImageFeatures,
        played: Played,
        truth_Rhw: Float[Tensor, "R h w"],
        weight_R: Float[Tensor, "R"],
        *,
        clicks: int,
        prompts: Prompts | None = None,
    ) -> Played:
        """Click after click where the last answer is wrong.

        Args:
            played: the answer to correct, and the losses until then.
            prompts: what it answered; None on a picture that was only followed.
        """
        if prompts is None:
            nothing = no_prompts(len(truth_Rhw), like=truth_Rhw)
            prompts = Prompts(nothing.points[:, :0], nothing.labels[:, :0], *nothing[2:])
        answer, losses = played
        for _ in range(clicks):
            prompts = self.corrected(prompts, answer, truth_Rhw >= HALF)
            asked = self.ask(conditioned, features, prompts, truth_Rhw, weight_R)
            answer, losses = asked.answer, losses + asked.losses
        return Played(answer, losses)
