"""One picture, encoded once and segmented as often as wanted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float

from masklet.errors import PromptError
from masklet.model.image_encoder import ImageFeatures
from masklet.model.mask_decoder import Decoded
from masklet.predict.checks import Scale, check_logits, check_said
from masklet.predict.runtime import Runtime
from masklet.stream.choice import choose
from masklet.stream.prompts import LOGIT_LIMIT, Said, as_prompts
from masklet.values import Numbers, Picture, Points, Size, masks_at_size


@dataclass(frozen=True, eq=False, kw_only=True)
class ImageResult:
    """N masks of one prompt, in the decoder's order.

    Attributes:
        logits: float32 [N, h, w] at the decoder's resolution, limited to +-32; one of them can be
            given back as ``mask=``.
        scores: float32 [N], predicted IoU.
        presence: object logit, > 0 where the model finds the object at all.
        size: the picture's own height and width.
    """

    logits: Float[np.ndarray, "N h w"]
    scores: Float[np.ndarray, "N"]
    presence: float
    size: Size

    @property
    def masks(self) -> Bool[np.ndarray, "N H W"]:
        """Bool [N, H, W] at the picture's own size, made anew each time it is asked for."""
        return masks_at_size(self.logits, self.size)

    @property
    def best(self) -> Bool[np.ndarray, "H W"]:
        """The mask of the highest score."""
        row = int(self.scores.argmax())
        return masks_at_size(self.logits[row : row + 1], self.size)[0]


@dataclass(frozen=True, kw_only=True)
class ImagePrompt:
    """What is asked about one object of a picture; ``mask`` takes an earlier result's logits."""

    points: Points | None = None
    labels: Sequence[int] | None = None
    box: Numbers | None = None
    mask: np.ndarray | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Image:
    """An encoded picture. ``features`` are the network's, for those who want to build on them."""

    runtime: Runtime
    size: Size
    features: ImageFeatures

    def segment(
        self,
        *,
        points: Points | None = None,
        labels: Sequence[int] | None = None,
        box: Numbers | None = None,
        mask: np.ndarray | None = None,
        multimask: bool = True,
    ) -> ImageResult:
        """Segment one object from any combination of prompts.

        Args:
            points: (x, y) pairs in the picture's pixels.
            labels: 1 inside, 0 outside; None is all 1.
            box: x0, y0, x1, y1.
            mask: logits of one earlier result, [1, h, w] or [h, w].
            multimask: three candidate masks; without it exactly one, which falls back to the best
                candidate where the single mask is unstable.

        Raises:
            PromptError: nothing is asked, or a prompt cannot be used.
        """
        prompt = ImagePrompt(points=points, labels=labels, box=box, mask=mask)
        return self.segment_batch([prompt], multimask=multimask)[0]

    def segment_batch(
        self, prompts: Sequence[ImagePrompt], *, multimask: bool = False
    ) -> list[ImageResult]:
        """Segment several objects together, each with any number of points of its own.

        Raises:
            PromptError: as ``segment``.
        """
        if not prompts:
            return []
        scale = Scale(self.size, self.runtime.side)
        said = [self._said(prompt, scale) for prompt in prompts]
        previous = [
            None if p.mask is None else check_logits(p.mask, scale.side).to(self.runtime.device)
            for p in prompts
        ]
        with self.runtime.inference():
            model = self.runtime.model
            conditioned = model.without_memory(self.features.stride16)
            tensors = as_prompts(said, previous, device=self.runtime.device)
            rows = conditioned.expand(len(said), -1, -1, -1)
            decoded = model.decode(rows, self.features, tensors)
        return self._results(decoded, multimask=multimask)

    def _said(self, prompt: ImagePrompt, scale: Scale) -> Said:
        said = check_said(prompt.points, prompt.labels, prompt.box, scale)
        if said.count == 0 and prompt.mask is None:
            raise PromptError("nothing is asked: give points, a box, or an earlier mask")
        return said

    def _results(self, decoded: Decoded, *, multimask: bool) -> list[ImageResult]:
        if multimask:
            logits, scores = decoded.logits[:, 1:], decoded.ious[:, 1:]
        else:
            none = torch.zeros(len(decoded.ious), dtype=torch.bool, device=decoded.ious.device)
            choice = choose(decoded, none)
            logits, scores = choice.logits[:, None], choice.score[:, None]
        logits = logits.float().clamp(-LOGIT_LIMIT, LOGIT_LIMIT).cpu().numpy()
        scores, presence = scores.float().cpu().numpy(), decoded.presence.tolist()
        rows = zip(logits, scores, presence, strict=True)
        return [
            ImageResult(logits=row, scores=score, presence=there, size=self.size)
            for row, score, there in rows
        ]


def encode_image(runtime: Runtime, picture: Picture) -> Image:
    """Encode an RGB picture of any size."""
    features = runtime.encode(picture)
    return Image(runtime=runtime, size=Size(*picture.shape[:2]), features=features)
