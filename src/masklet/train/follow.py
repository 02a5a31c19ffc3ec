"""Tracking in training: prompt objects on some frames of a clip and follow them to all others.

Shapes: B clips, T frames, K objects a clip, R = B * K rows, C channels, D memory channels.
Source: paper section 4, reference ``training/model/sam2.py``.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from masklet.model.image_encoder import ImageFeatures
from masklet.model.mask_decoder import Decoded
from masklet.model.prompt_encoder import Prompts, no_prompts
from masklet.model.sam2 import Sam2, blank_absent, upsample
from masklet.stream.plan import Clock, PointerRead, plan_reads
from masklet.train.game import HALF, Answer, Player, rows_of
from masklet.train.losses import MaskLoss
from masklet.train.prompting import First, Start, plan_clip


class Remembered(NamedTuple):
    """What a frame leaves to other ones: a memory, a pointer, and whether it was prompted."""

    memory: Float[Tensor, "R D h w"]
    pointer: Float[Tensor, "R C"]
    prompted: bool


@dataclass
class Follower:
    """Follows the objects of one batch of clips of ``length`` frames, keeping every memory."""

    player: Player
    length: int
    kept: dict[int, Remembered] = field(default_factory=dict)

    @property
    def model(self) -> Sam2:
        """The network that plays."""
        return self.player.model

    @property
    def clock(self) -> Clock:
        """How pointers tell time."""
        return Clock(length=None if self.player.rules.endless else self.length)

    def start(
        self,
        frame: int,
        features: ImageFeatures,
        truth_Rhw: Float[Tensor, "R h w"],
        weight_R: Float[Tensor, "R"],
        *,
        first: First,
        clicks: int,
    ) -> tuple[MaskLoss, ...]:
        """Prompt a frame that reads no memory with masks, or with a prompt and corrections."""
        if first is First.MASK:
            self._keep(frame, features, self._given(features, truth_Rhw), prompted=True)
            return ()
        conditioned = self.model.without_memory(features.stride16)
        played = self.player.play(
            conditioned, features, truth_Rhw, weight_R, first=first, clicks=clicks
        )
        self._keep(frame, features, played.answer, prompted=True)
        return played.losses

    def step(
        self,
        frame: int,
        features: ImageFeatures,
        truth_Rhw: Float[Tensor, "R h w"],
        weight_R: Float[Tensor, "R"],
        *,
        clicks: int,
    ) -> tuple[MaskLoss, ...]:
        """Track one more frame; with clicks to correct it, it becomes a prompted one."""
        conditioned = self.recall(frame, features.stride16)
        nothing = no_prompts(len(truth_Rhw), like=truth_Rhw)
        played = self.player.ask(conditioned, features, nothing, truth_Rhw, weight_R)
        played = self.player.correct(
            conditioned, features, played, truth_Rhw, weight_R, clicks=clicks
        )
        self._keep(frame, features, played.answer, prompted=clicks > 0)
        return played.losses

    def _given(self, features: ImageFeatures, truth_Rhw: Float[Tensor, "R h w"]) -> Answer:
        """A mask prompt is its own answer; the decoder only makes its pointer."""
        mask = upsample(truth_Rhw[:, None], 16 * features.stride16.shape[-1])
        nothing = no_prompts(len(truth_Rhw), like=truth_Rhw)
        prompts = Prompts(
            nothing.points, nothing.labels, self.model.mask_to_prompt(mask), ~nothing.has_mask
        )
        decoded: Decoded = self.model.decode(features.stride16, features, prompts)
        presence = (truth_Rhw >= HALF).flatten(1).any(1).float() * 20 - 10
        side = 4 * features.stride16.shape[-1]
        size, mode = (side, side), "bilinear"
        small = functional.interpolate(truth_Rhw[:, None], size, mode=mode, antialias=True)[:, 0]
        return Answer(small * 20 - 10, decoded.tokens[:, 0], presence)

    def _keep(self, frame: int, features: ImageFeatures, answer: Answer, *, prompted: bool) -> None:
        side = 16 * features.stride16.shape[-1]
        logits = upsample(blank_absent(answer.logits.float(), answer.presence)[:, None], side)
        binary = prompted and self.player.rules.binary
        mask = (logits > 0).float() if binary else logits.sigmoid()
        memory = self.model.remember(features.stride16, mask, answer.presence)
        pointer = self.model.pointers(answer.token, answer.presence)
        self.kept[frame] = Remembered(memory, pointer, prompted)

    def recall(self, frame: int, stride16: Float[Tensor, "R C h w"]) -> Float[Tensor, "R C h w"]:
        """The frame's embedding conditioned on what is remembered.

        Other than when the model is used, pointers of prompted frames that are yet to come are
        read as well.
        """
        prompted = [t for t, of_frame in self.kept.items() if of_frame.prompted]
        plan = plan_reads(frame, prompted, self._was_tracked, self.clock)
        ahead = [PointerRead(t, frame - t) for t in prompted if t > frame]
        pointers = (*plan.pointers, *ahead)
        slots = [read.slot for read in plan.memories]
        distance = [read.distance / max(plan.farthest, 1) for read in pointers]
        rows, device = len(stride16), stride16.device
        tokens = self.model.memory_tokens(
            torch.stack([self.kept[read.frame].memory for read in plan.memories], dim=1),
            torch.tensor(slots, device=device).expand(rows, -1),
            torch.stack([self.kept[read.frame].pointer for read in pointers], dim=1),
            torch.tensor(distance, device=device).expand(rows, -1),
        )
        return self.model.with_memory(stride16, tokens)

    def _was_tracked(self, frame: int) -> bool:
        return frame in self.kept and not self.kept[frame].prompted


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
    plan = plan_clip(start, frames, player.draws)
    follower = Follower(player, frames)
    losses: tuple[MaskLoss, ...] = ()
    for frame in plan.order(frames):
        of_frame = ImageFeatures(*(x.unflatten(0, (-1, frames))[:, frame] for x in features))
        rows = rows_of(of_frame, objects)
        truth = truth_BTKhw[:, frame].flatten(0, 1)
        clicks = start.clicks if frame in plan.corrected else 0
        if frame in plan.prompted:
            first = plan.prompted[frame]
            losses += follower.start(frame, rows, truth, weight_R, first=first, clicks=clicks)
        else:
            losses += follower.step(frame, rows, truth, weight_R, clicks=clicks)
    return losses
