"""What a run learns to do: the interactive game, or another task that the same loop can take."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor, nn

from masklet.model.build import build_model
from masklet.model.sam2 import Sam2
from masklet.train.draws import Draws
from masklet.train.feed import Feed, Material
from masklet.train.frugal import compile_parts, recompute
from masklet.train.game import normalise
from masklet.train.journal import ANSWERS, Columns, figures_of
from masklet.train.priming import prime_memory
from masklet.train.recipes import Recipe
from masklet.train.rounds import Rounds
from masklet.train.starting import start_from
from masklet.train.tuning import choose_parameters

PRIMERS = 16


@runtime_checkable
class Task(Protocol):
    """All that the loop asks of what it trains."""

    @property
    def columns(self) -> Columns:
        """What ``figures`` are called in the log."""
        ...

    def network(self, recipe: Recipe, start: Path | None) -> nn.Module:
        """Fresh weights, or those of an earlier stage. Raises CheckpointError."""
        ...

    def prepare(
        self, recipe: Recipe, model: Any, material: Material, generator: torch.Generator
    ) -> None:
        """Last preparations, once the network is on its device."""
        ...

    def player(self, recipe: Recipe, model: Any, feed: Feed, draws: Draws) -> nn.Module:
        """Called with a step, plays its batch; returns a tuple of losses with a ``total`` each.

        Where the recipe has several parts, it is called with the number of one besides.
        """
        ...

    def figures(self, losses: Sequence[Any]) -> Float[Tensor, "answers names"]:
        """What is logged of the losses of a step."""
        ...


@dataclass(frozen=True)
class Game:
    """Prompts, answers and corrections, in pictures and in clips."""

    @property
    def columns(self) -> Columns:
        """The first answer of a step and its last."""
        return ANSWERS

    def network(self, recipe: Recipe, start: Path | None) -> Sam2:
        """The whole model; what does not learn is frozen."""
        model = build_model(recipe.model)
        if start is not None:
            start_from(model, start)
        choose_parameters(model, recipe.tuning)
        return model

    def prepare(
        self, recipe: Recipe, model: Sam2, material: Material, generator: torch.Generator
    ) -> None:
        """Set memory up from what the model has learned of pictures, where the recipe says so."""
        if not recipe.primed:
            return
        batch = material.primers(recipe, PRIMERS, generator)
        with torch.no_grad():
            stride16 = model.encode(normalise(batch.pictures)).stride16
        prime_memory(model, stride16, batch.masks.float(), generator=generator)

    def player(self, recipe: Recipe, model: Sam2, feed: Feed, draws: Draws) -> Rounds:
        """One round of the game a step."""
        if recipe.recompute:
            recompute(model, frozen_norms=recipe.frozen_norms, compiled=recipe.compiled)
        if recipe.compiled:
            compile_parts(model)
        return Rounds(recipe, model, feed, draws)

    def figures(self, losses: Sequence[Any]) -> Float[Tensor, "answers names"]:
        """Of the first answer and of the last."""
        return figures_of(losses)


GAME = Game()
