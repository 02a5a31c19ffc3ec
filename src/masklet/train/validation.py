"""How good a run's averaged weights are on what it never trains on: clicks in pictures, and J&F.

Clicks are played as ``masklet evaluate photos`` plays them; clips are followed from the masks of
their first frame, and scored without the first and the last.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
import torch
from torch import Tensor

from masklet.masks.boundary import boundary_accuracy
from masklet.masks.region import region_similarity
from masklet.model.config import ModelConfig, at_size
from masklet.model.sam2 import Sam2
from masklet.predict.clicking import CLICKS, click_ious, drawn, is_asked_for
from masklet.predict.image import encode_image
from masklet.predict.runtime import Runtime
from masklet.predict.stream import Tracker
from masklet.train.held_out import HeldClip, HeldOut, HeldPhoto, evenly, objects_in
from masklet.train.samples import Sample, click_sample, sheet_of
from masklet.values import Picture, Prompt

REPORTED = (1, 3, 5)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much is played: pictures, objects of each, clips, frames and objects of each, and
    pictures that are drawn."""

    photos: int = 32
    objects: int = 5
    clips: int = 5
    frames: int = 20
    followed: int = 2
    shown: int = 6


class Followed(NamedTuple):
    """J&F of each object of a clip, and how its last frame looks."""

    scores: list[float]
    last: Sample


class Checked(NamedTuple):
    """Figures by name, such as "IoU 1" or "J&F", of how much they are, and samples as a picture."""

    figures: dict[str, float]
    counts: dict[str, int]
    sheet: Picture | None


@runtime_checkable
class Measure(Protocol):
    """Says how good weights are."""

    def check(self, weights: Mapping[str, Tensor]) -> Checked:
        """Draws no random numbers. Raises MediaError, FormatError."""
        ...


@dataclass(frozen=True, kw_only=True)
class Validator:
    """Measures weights of one model.

    Attributes:
        config: the model's.
        size: side of the square that the network sees.
        device: where it runs.
    """

    held: HeldOut
    config: ModelConfig
    size: int
    device: torch.device
    limits: Limits = Limits()

    def check(self, weights: Mapping[str, Tensor]) -> Checked:
        """Play the pictures and follow the clips. Draws no random numbers.

        Raises:
            MediaError, FormatError: a held-out file cannot be read.
        """
        runtime = self.runtime(weights)
        ious = np.concatenate(list(self._clicked(runtime)) or [np.zeros((0, CLICKS))])
        clips = evenly(self.held.clips, self.limits.clips)
        followed = [found for clip in clips if (found := follow(runtime, clip, self.limits))]
        scores = [score for found in followed for score in found.scores]
        figures, counts = {}, {}
        if len(ious):
            figures |= {f"IoU {clicks}": float(ious[:, clicks - 1].mean()) for clicks in REPORTED}
            counts |= {"photos": len(self.photos), "objects": len(ious)}
        if scores:
            figures["J&F"] = float(np.mean(scores))
            counts |= {"clips": len(followed), "followed": len(scores)}
        samples = self.samples(runtime) + [found.last for found in followed]
        return Checked(figures, counts, sheet_of(samples) if samples else None)

    @property
    def photos(self) -> list[HeldPhoto]:
        """Those that are played."""
        return evenly(self.held.photos, self.limits.photos)

    def samples(self, runtime: Runtime) -> list[Sample]:
        """Some pictures, each of their objects clicked once."""
        shown = evenly(self.photos, self.limits.shown)
        return [made for photo in shown if (made := click_sample(runtime, photo)) is not None]

    def runtime(self, weights: Mapping[str, Tensor]) -> Runtime:
        """The weights in a network of their own, made without drawing random numbers."""
        with torch.device("meta"):
            model = Sam2(at_size(self.config, self.size))
        model.to_empty(device=self.device)
        model.load_state_dict(dict(weights))
        model.eval().requires_grad_(False)
        return Runtime(model=model, device=self.device, dtype=torch.float32)

    def _clicked(self, runtime: Runtime) -> Iterator[np.ndarray]:
        """IoU [N, C] of the objects of each picture."""
        for photo in self.photos:
            truths = drawn(objects_in(photo), photo.name, self.limits.objects)
            if truths:
                yield click_ious(encode_image(runtime, photo.picture()), truths)


@dataclass(frozen=True, kw_only=True)
class Checks:
    """When a run is validated: before its first step, every so many steps, and after its last."""

    validator: Measure
    every: int

    def due(self, step: int, steps: int) -> bool:
        """Whether it is time after ``step`` of ``steps`` steps."""
        return step in (0, steps) or step % self.every == 0


def follow(runtime: Runtime, clip: HeldClip, limits: Limits) -> Followed | None:
    """Follow the objects of a clip's first frame; None where it has none or is too short."""
    frames = min(len(clip), limits.frames)
    if frames < 3:
        return None
    frame = clip.frame(0)
    asked = [label for label, mask in frame.truth.masks.items() if is_asked_for(mask)]
    asked = asked[: limits.followed]
    if not asked:
        return None
    tracker = Tracker(runtime)
    prompts = [Prompt(object=label, mask=frame.truth.mask(label)) for label in asked]
    result = tracker.step(frame.picture, prompts)
    scores: dict[int, list[float]] = {label: [] for label in asked}
    for number in range(1, frames):
        frame = clip.frame(number)
        result = tracker.step(frame.picture)
        if number < frames - 1:
            for label, mask in zip(asked, result.masks, strict=True):
                scores[label].append(both(mask, frame.truth.mask(label)))
    last = Sample(
        name=f"{clip.name}, frame {frames - 1}",
        picture=frame.picture,
        truths=[frame.truth.mask(label) for label in asked],
        answers=list(result.masks),
    )
    return Followed([float(np.mean(each)) for each in scores.values()], last)


def both(answer: np.ndarray, truth: np.ndarray) -> float:
    """The mean of J and F."""
    return (region_similarity(answer, truth) + boundary_accuracy(answer, truth)) / 2
