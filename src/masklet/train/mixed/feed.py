"""Batches of a mix of datasets, read ahead by worker processes."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import torch
from torch.utils.data import DataLoader

from masklet.data.mixing.mix import Mix
from masklet.data.mixing.rows import Rows
from masklet.data.photos import PhotoBatch
from masklet.data.seeds import seed_of
from masklet.errors import MaskletError
from masklet.train.draws import Share
from masklet.train.feed import Ahead, Batch, Feed
from masklet.train.mixed.rows import MixRows, Place, StepRows
from masklet.train.recipes import Recipe
from masklet.train.stopping import leave_signals_to_parent, signals_held

PRIMING_SALT = 6
STEPS_AHEAD = 2


@dataclass(frozen=True, eq=False, kw_only=True)
class MixMaterial:
    """A mix to train from, and how many processes read it; without any, a thread does."""

    mix: Mix
    workers: int = 0

    @property
    def device(self) -> torch.device:
        """Where batches go."""
        return self.mix.device

    def feed(self, recipe: Recipe, share: Share) -> Feed:
        """What hands out batches. Raises FormatError where the mix lacks what the recipe needs."""
        feed = MixFeed(recipe, self.mix, share, workers=self.workers)
        return Ahead(feed, recipe.schedule.steps)

    def primers(self, recipe: Recipe, count: int, generator: torch.Generator) -> PhotoBatch:
        """Some pictures with an object each, of videos where there are no photos."""
        rows = Rows(self.mix, seed_of(recipe.seed, PRIMING_SALT))
        size = recipe.size
        if len(self.mix.photos):
            photos = [rows.photo(at, generator, objects=1, size=size) for at in range(count)]
        else:
            clips = [
                rows.real(at, generator, frames=1, objects=1, size=size) for at in range(count)
            ]
            photos = [PhotoBatch(c.pictures[:, 0], c.masks[:, 0], c.present) for c in clips]
        return PhotoBatch(
            *(torch.cat(parts).to(self.device) for parts in zip(*photos, strict=True))
        )


class RowFeed:
    """Hands out this process's rows of each step, read ahead by workers.

    Args:
        steps: of the run; nothing is read beyond its last.
        device: where batches go.
        workers: processes that read; 0 reads when asked.
    """

    def __init__(
        self, rows: StepRows, steps: int, share: Share, device: torch.device, *, workers: int = 0
    ) -> None:
        self.rows = rows
        self.device = device
        self.steps = steps
        self.share = share
        self.workers = workers
        self._next = -1
        self._batches: Iterator[Batch | MaskletError] = iter(())

    def batch(self, step: int) -> Batch:
        """This process's rows of the step's batch. Raises MediaError, FormatError."""
        if step != self._next:
            with signals_held():
                self._batches = iter(self._loader(step))
        self._next = step + 1
        batch = next(self._batches)
        if isinstance(batch, MaskletError):
            raise batch
        return type(batch)(*(part.to(self.device) for part in batch))

    def close(self) -> None:
        """End the workers: as garbage, their queues may go first and leave them waiting."""
        self._next, self._batches = -1, iter(())

    def _loader(self, start: int) -> DataLoader:
        """Batches, step after step. Draws no global random numbers."""
        return DataLoader(
            self.rows,
            batch_sampler=Places(self.rows, self.share, range(start, self.steps)),
            num_workers=self.workers,
            collate_fn=joined,
            generator=torch.Generator().manual_seed(0),
            worker_init_fn=begin_worker,
            prefetch_factor=STEPS_AHEAD if self.workers else None,
        )


class MixFeed(RowFeed):
    """Hands out rows of a mix. Raises FormatError where the mix lacks what the recipe needs."""

    def __init__(self, recipe: Recipe, mix: Mix, share: Share, *, workers: int = 0) -> None:
        rows = MixRows(recipe, mix)
        super().__init__(rows, recipe.schedule.steps, share, mix.device, workers=workers)


@dataclass(frozen=True, eq=False)
class Places:
    """This process's rows of each step."""

    rows: StepRows
    share: Share
    steps: range

    def __iter__(self) -> Iterator[list[Place]]:
        for step in self.steps:
            count = self.rows.count(step) // self.share.world
            first = self.share.rank * count
            yield [(step, row) for row in range(first, first + count)]


def joined(rows: list[Batch | MaskletError]) -> Batch | MaskletError:
    """Rows as one batch, or what is wrong with the first that has an error.

    Joined by the worker that read them: every tensor that it hands over costs its reader time.
    """
    for row in rows:
        if isinstance(row, MaskletError):
            return row
    return type(rows[0])(*map(torch.cat, zip(*rows, strict=True)))  # pyright: ignore


def begin_worker(worker: int) -> None:  # noqa: ARG001 - torch passes it
    """A worker works alone, and leaves what stops a run to the process that saves."""
    cv2.setNumThreads(0)
    leave_signals_to_parent()
