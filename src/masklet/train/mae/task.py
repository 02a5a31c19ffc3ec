"""Masked auto-encoding as a task of the training loop."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from masklet.checkpoints.load import load_weights
from masklet.train.checkpointing import starting_weights
from masklet.train.draws import Draws
from masklet.train.feed import Feed, Material
from masklet.train.journal import Columns
from masklet.train.mae.autoencoder import MaskedAutoencoder
from masklet.train.mae.painting import Painting
from masklet.train.mae.recipe import MaeRecipe
from masklet.train.recipes import Recipe
from masklet.train.starting import is_pretrained, trunk_weights


@dataclass(frozen=True)
class PaintingTask:
    """Hide parts of pictures and paint them."""

    @property
    def columns(self) -> Columns:
        """The loss alone."""
        return Columns(("last",), ("total",))

    def network(self, recipe: Recipe, start: Path | None) -> MaskedAutoencoder:
        """An auto-encoder that begins with an earlier one, or with the trunk of a model."""
        assert isinstance(recipe, MaeRecipe)
        model = MaskedAutoencoder(recipe.model.trunk, recipe.masking)
        if start is not None:
            weights = starting_weights(start)
            if is_pretrained(weights):
                load_weights(model, weights, start)
            else:
                load_weights(model.trunk, trunk_weights(weights), start)
        return model

    def prepare(
        self,
        recipe: Recipe,
        model: MaskedAutoencoder,
        material: Material,
        generator: torch.Generator,
    ) -> None:
        """Nothing is to be done."""

    def player(
        self,
        recipe: Recipe,
        model: MaskedAutoencoder,
        feed: Feed,
        draws: Draws,
    ) -> Painting:
        """One batch painted a step."""
        return Painting(model, feed, draws, parts=recipe.accumulate)

    def figures(self, losses: Sequence[Any]) -> Float[Tensor, "answers names"]:
        """The loss."""
        return torch.stack([loss.total for loss in losses])[:, None].detach()


PAINTING = PaintingTask()
