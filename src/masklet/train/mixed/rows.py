"""The rows of a run's batches, read from datasets one by one.

A row depends on the recipe's seed, its step and its place alone, so that neither the number of
workers nor that of processes changes anything, and a run goes on with exactly the next rows.
"""

from abc import ABC, abstractmethod
from functools import cached_property

import torch
from torch.utils.data import Dataset

from masklet.data.clips import ClipBatch
from masklet.data.cuts import frames_away, shown_elsewhere
from masklet.data.dice import Dice
from masklet.data.mixing.mix import Mix
from masklet.data.mixing.rows import Rows
from masklet.data.seeds import Turns, generator_of, seed_of
from masklet.errors import FormatError, MaskletError
from masklet.train.feed import Batch, Kind, kinds_of
from masklet.train.recipes import Recipe

ORDER_SALT, ROW_SALT, CUT_SALT = 3, 4, 5

Place = tuple[int, int]


class StepRows(Dataset, ABC):
    """The rows of every step, by step and row."""

    @abstractmethod
    def count(self, step: int) -> int:
        """How many rows the step has in all processes."""

    @abstractmethod
    def row(self, step: int, row: int) -> Batch:
        """A batch of one. Raises MediaError, FormatError."""

    def __getitem__(self, place: Place) -> Batch | MaskletError:
        """A row, or what is wrong with a file of it: errors do not travel well from workers."""
        try:
            return self.row(*place)
        except MaskletError as error:
            return error


class MixRows(StepRows):
    """The rows of every step of a mix.

    Raises:
        FormatError: the mix lacks what the recipe needs.
    """

    def __init__(self, recipe: Recipe, mix: Mix) -> None:
        self.recipe = recipe
        self.rows = Rows(mix, seed_of(recipe.seed, ORDER_SALT), recipe.augment)
        single = 1.0 if recipe.stage == "photos" else recipe.single
        if not len(mix.photos) and (single > 0 or recipe.real < 1):
            raise FormatError("data: no set of photos came, which the recipe plays")
        if not len(mix.videos) and single < 1 and recipe.real > 0:
            raise FormatError("data: no set of videos came, which the recipe plays")

    @cached_property
    def kinds(self) -> Turns:
        """The kind of every step."""
        return kinds_of(self.recipe)

    def count(self, step: int) -> int:
        """How many rows the step has in all processes."""
        recipe = self.recipe
        kind = Kind(self.kinds.at(step).kind)
        if kind is Kind.PHOTOS:
            return recipe.pictures.batch
        return recipe.real_clips if kind is Kind.REAL else recipe.batch

    def row(self, step: int, row: int) -> Batch:
        """A batch of one. Raises MediaError, FormatError."""
        if Kind(self.kinds.at(step).kind) is not Kind.PHOTOS:
            return self.cut(step, row)
        generator, how = generator_of(self.recipe.seed, ROW_SALT, step, row), self.recipe.pictures
        number = self.number(step, row)
        return self.rows.photo(number, generator, objects=how.objects, size=how.size)

    def cut(self, step: int, row: int) -> ClipBatch:
        """A clip in which at times the clip of the row before it is seen."""
        clip = self.clip(step, row)
        dice = Dice(generator_of(self.recipe.seed, CUT_SALT, step, row), torch.device("cpu"))
        away = frames_away(dice, 1, self.recipe.frames, share=self.recipe.augment.cuts)
        count = self.count(step)
        if count < 2 or not away.any():
            return clip
        return shown_elsewhere(clip, away, self.clip(step, (row - 1) % count).pictures)

    def clip(self, step: int, row: int) -> ClipBatch:
        """A clip, real or made of photos."""
        recipe, number = self.recipe, self.number(step, row)
        generator = generator_of(recipe.seed, ROW_SALT, step, row)
        real = Kind(self.kinds.at(step).kind) is Kind.REAL
        make = self.rows.real if real else self.rows.pseudo
        objects = recipe.real_objects if real else recipe.objects
        return make(number, generator, frames=recipe.frames, objects=objects, size=recipe.size)

    def number(self, step: int, row: int) -> int:
        """How many rows of its kind came before."""
        return self.kinds.at(step).before * self.count(step) + row
