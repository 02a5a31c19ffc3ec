"""Tracking in training: prompt objects on a clip's first frame and follow them to its last.

Shapes: B clips, T frames, K objects a clip, R = B * K rows, C channels, D memory channels.
Source: paper section 4, reference ``training/model/sam2.py``.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from masklet.model.image_encoder import ImageFeatures
from masklet.model.mask_decoder import Decoded
from masklet.model.prompt_encoder import Prompts, no_prompts
from masklet.model.sam2 import Sam2, blank_absent, upsample
from masklet.stream.plan import POINTERS, PROMPTED_SLOT
from masklet.train.game import HALF, Answer, First, Player, best_guess, judge, rows_of
from masklet.train.losses import MaskLoss


class Remembered(NamedTuple):
    """What a frame leaves to later ones: a memory, a pointer, and whether it was prompted."""

    frame: int
    memory: Float[Tensor, "R D h w"]
    pointer: Float[Tensor, "R C"]
    prompted: bool


@dataclass(frozen=True, kw_only=True)
class Start:
    """How clips begin.

    Attributes:
        mask: share of the clips whose first prompt is a mask.
        box: share of those with a box; a click begins the others.
        rounds: answers asked for after a box or a click: the first and the corrections.
    """

    mask: float = 0.5
    box: float = 0.25
    rounds: int = 2


@dataclass
class Follower:
    """Follows the objects of one batch of clips, keeping every frame's memory."""

    player: Player
    past: list[Remembered] = field(default_factory=list)

    @property
    def model(self) -> Sam2:
        """The network that plays."""
        return self.player.model

    def start(
        self,
        features: ImageFeatures,
        truth_Rhw: Float[Tensor, "R h w"],
        weight_R: Float[Tensor, "R"],
        start: Start,
    ) -> tuple[MaskLoss, ...]:
        """Prompt the first frame with a mask, or with a click or a box and corrections."""
        kind = self.player.draws.chance()
        if kind < start.mask:
            self._keep(0, features, self._given(features, truth_Rhw), prompted=True)
            return ()
        conditioned = self.model.without_memory(features.stride16)
        first = First.BOX if kind < start.mask + start.box else First.CLICK
        played = self.player.play(
            conditioned, features, truth_Rhw, weight_R, rounds=start.rounds, first=first
        )
        self._keep(0, features, played.answer, prompted=True)
        return played.losses

    def step(
        self,
        frame: int,
        features: ImageFeatures,
        truth_Rhw: Float[Tensor, "R h w"],
        weight_R: Float[Tensor, "R"],
        *,
        correct: bool,
    ) -> tuple[MaskLoss, ...]:
        """Track one more frame, and correct it with a click if asked to."""
        conditioned = self.recall(frame, features.stride16)
        rows = len(truth_Rhw)
        decoded = self.model.decode(conditioned, features, no_prompts(rows, like=truth_Rhw))
        losses = (judge(decoded, truth_Rhw, weight_R, ambiguous=True),)
        answer = best_guess(decoded, ambiguous=True)
        if correct:
            played = self.player.correct(conditioned, features, answer, truth_Rhw, weight_R)
            answer, losses = played.answer, losses + played.losses
        self._keep(frame, features, answer, prompted=correct)
        return losses

    def _given(self, features: ImageFeatures, truth_Rhw: Float[Tensor, "R h w"]) -> Answer:
        """A mask prompt is its own answer; the decoder only makes its pointer."""
        side = 4 * truth_Rhw.shape[-1]
        mask = upsample(truth_Rhw[:, None], side)
        nothing = no_prompts(len(truth_Rhw), like=truth_Rhw)
        prompts = Prompts(
            nothing.points, nothing.labels, self.model.mask_to_prompt(mask), ~nothing.has_mask
        )
        decoded: Decoded = self.model.decode(features.stride16, features, prompts)
        presence = (truth_Rhw >= HALF).flatten(1).any(1).float() * 20 - 10
        return Answer(truth_Rhw * 20 - 10, decoded.tokens[:, 0], presence)

    def _keep(self, frame: int, features: ImageFeatures, answer: Answer, *, prompted: bool) -> None:
        side = 16 * features.stride16.shape[-1]
        logits = upsample(blank_absent(answer.logits.float(), answer.presence)[:, None], side)
        mask = (logits > 0).float() if prompted else logits.sigmoid()
        memory = self.model.remember(features.stride16, mask, answer.presence)
        pointer = self.model.pointers(answer.token, answer.presence)
        self.past.append(Remembered(frame, memory, pointer, prompted))

    def recall(self, frame: int, stride16: Float[Tensor, "R C h w"]) -> Float[Tensor, "R C h w"]:
        """The frame's embedding conditioned on everything that is remembered."""
        recent = self.model.config.memory.recent
        read = [m for m in self.past if m.prompted or frame - m.frame <= recent]
        slots = [PROMPTED_SLOT if m.prompted else frame - m.frame - 1 for m in read]
        distance = [(frame - m.frame) / (POINTERS - 1) for m in self.past]
        rows, device = len(stride16), stride16.device
        tokens = self.model.memory_tokens(
            torch.stack([m.memory for m in read], dim=1),
            torch.tensor(slots, device=device).expand(rows, -1),
            torch.stack([m.pointer for m in self.past], dim=1),
            torch.tensor(distance, device=device).expand(rows, -1),
        )
        return self.model.with_memory(stride16, tokens)


def follow(
    player: Player,
    features: ImageFeatures,
    truth_BTKhw: Float[Tensor, "B T K h w"],
    weight_R: Float[Tensor, "R"],
    *,
    start: Start,
) -> tuple[MaskLoss, ...]:
    """Play whole clips; ``features`` holds their frames clip by clip, ``weight_R`` how
    much each row counts."""
    _, frames, objects = truth_BTKhw.shape[:3]
    follower = Follower(player)
    corrected = 1 + int(player.draws.chance() * 2 * (frames - 1))
    losses: tuple[MaskLoss, ...] = ()
    for frame in range(frames):
        of_frame = ImageFeatures(*(x.unflatten(0, (-1, frames))[:, frame] for x in features))
        rows = rows_of(of_frame, objects)
        truth = truth_BTKhw[:, frame].flatten(0, 1)
        if frame == 0:
            losses += follower.start(rows, truth, weight_R, start)
        else:
            correct = frame == corrected
            losses += follower.step(frame, rows, truth, weight_R, correct=correct)
    return losses
