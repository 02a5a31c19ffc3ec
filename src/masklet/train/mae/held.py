"""How well hidden parts of held-out pictures are painted, as a figure and as a picture.

What is hidden of a picture follows from its name, so that figures can be compared.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from masklet.data.packing.squares import squash_picture
from masklet.predict.runtime import DEVIATION, MEAN
from masklet.train.game import normalise
from masklet.train.held_out import evenly
from masklet.train.mae.autoencoder import MaskedAutoencoder
from masklet.train.mae.recipe import MaeRecipe
from masklet.train.mae.units import SIDE, cut, hide, join, painting_loss, standards_of
from masklet.train.samples import Panel, assembled, enlarged, scale_of
from masklet.train.validation import Checked
from masklet.values import Picture

PHOTOS, SHOWN = 64, 6
FIGURE = "hidden error"


@runtime_checkable
class Pictured(Protocol):
    """A picture with a name."""

    @property
    def name(self) -> str:
        """Decides what is hidden."""
        ...

    def picture(self) -> Picture:
        """RGB. Raises MediaError."""
        ...


class Repainted(NamedTuple):
    """The loss of one picture, and its masked, painted and original form, normalised."""

    loss: float
    masked: Float[Tensor, "1 3 s s"]
    painted: Float[Tensor, "1 3 s s"]
    original: Float[Tensor, "1 3 s s"]


@dataclass(frozen=True, kw_only=True)
class PaintingValidator:
    """Measures weights of one auto-encoder on pictures that it does not learn from.

    Attributes:
        device: where it runs.
    """

    photos: Sequence[Pictured]
    recipe: MaeRecipe
    device: torch.device

    def check(self, weights: Mapping[str, Tensor]) -> Checked:
        """Paint up to 64 pictures. Draws no global random numbers. Raises MediaError."""
        model = self.model(weights)
        chosen = evenly(self.photos, PHOTOS)
        repainted = [self.repaint(model, photo) for photo in chosen]
        panels = [
            panel
            for photo, each in evenly(list(zip(chosen, repainted, strict=True)), SHOWN)
            for panel in panels_of(photo.name, each)
        ]
        figures = {FIGURE: float(np.mean([each.loss for each in repainted]))}
        sheet = assembled(panels, columns=6 if len(chosen) > 1 else 3, width=1600)
        return Checked(figures, {"photos": len(chosen)}, sheet)

    def model(self, weights: Mapping[str, Tensor]) -> MaskedAutoencoder:
        """The weights in a network of their own, made without drawing random numbers."""
        with torch.device("meta"):
            model = MaskedAutoencoder(self.recipe.model.trunk, self.recipe.masking)
        model.to_empty(device=self.device)
        model.load_state_dict(dict(weights))
        return model.eval().requires_grad_(False)

    @torch.no_grad()
    def repaint(self, model: MaskedAutoencoder, photo: Pictured) -> Repainted:
        """Hide some of the picture, squashed to a square, and paint it."""
        side = self.recipe.pictures.size
        square = torch.from_numpy(squash_picture(photo.picture(), side).copy()).to(self.device)
        original = normalise(square.permute(2, 0, 1)[None].float() / 255)
        generator = torch.Generator().manual_seed(zlib.crc32(photo.name.encode()))
        chances = torch.rand(1, (side // SIDE) ** 2, generator=generator).to(self.device)
        painted = model(original, chances)
        units = cut(original)
        mean, deviation = standards_of(units)
        loss = painting_loss(painted.units, (units - mean) / deviation, painted.hidden)
        seen = torch.where(painted.hidden[..., None], painted.units * deviation + mean, units)
        return Repainted(
            loss.item(), hide(original, painted.hidden), join(seen, side, side), original
        )


def panels_of(name: str, repainted: Repainted) -> list[Panel]:
    """What was seen, what was painted into it, and what it was."""
    pictures = [pixels_of(each) for each in repainted[1:]]
    scale = scale_of(pictures[0])
    captions = ("visible", f"painted, error {repainted.loss:.2f}", name)
    return [
        Panel(enlarged(picture, scale), caption)
        for picture, caption in zip(pictures, captions, strict=True)
    ]


def pixels_of(normalised: Float[Tensor, "1 3 s s"]) -> Picture:
    """Normalised values as RGB."""
    picture = normalised[0].permute(1, 2, 0).cpu().numpy()
    colours = (picture * np.array(DEVIATION) + np.array(MEAN)).clip(0, 1)
    return (colours * 255).round().astype(np.uint8)
