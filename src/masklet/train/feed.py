"""Batches by step: drawn from what there is to train from, one step ahead of the network.

A batch depends on the recipe's seed and its step alone, so that a run goes on with exactly the
next ones wherever it was stopped, and processes that train together draw the same.
"""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import Protocol, runtime_checkable

import torch

from masklet.data.clips import ClipBatch, sample_clips
from masklet.data.cuts import cut_away
from masklet.data.mosaic import mosaic
from masklet.data.photos import PhotoBatch, sample_photos
from masklet.data.pool import Pool
from masklet.data.pseudo import sample_pseudo_clips
from masklet.data.seeds import Turns, seed_of
from masklet.errors import FormatError
from masklet.train.draws import Share
from masklet.train.recipes import Recipe

Batch = PhotoBatch | ClipBatch
KINDS_SALT, BATCH_SALT = 1, 2


class Kind(IntEnum):
    """What a step plays: single pictures, real videos, or videos made of photos."""

    PHOTOS = 0
    REAL = 1
    PSEUDO = 2


@runtime_checkable
class Feed(Protocol):
    """Hands out batches by step."""

    def batch(self, step: int) -> Batch:
        """This process's rows of the step's batch, always the same for one step."""
        ...

    def close(self) -> None:
        """End whatever reads ahead."""
        ...


@runtime_checkable
class Material(Protocol):
    """What a run trains from."""

    @property
    def device(self) -> torch.device:
        """Where batches go."""
        ...

    def feed(self, recipe: Recipe, share: Share) -> Feed:
        """What hands out batches. Raises FormatError where something lacks that is played."""
        ...

    def primers(self, recipe: Recipe, count: int, generator: torch.Generator) -> PhotoBatch:
        """Pictures with an object each, to set memory up from."""
        ...


@dataclass(frozen=True, eq=False)
class PoolMaterial:
    """A pool to train from."""

    pool: Pool

    @property
    def device(self) -> torch.device:
        """Where the pool lies."""
        return self.pool.device

    def feed(self, recipe: Recipe, share: Share) -> Feed:
        """Batches drawn one step ahead. Raises FormatError."""
        return Ahead(PoolFeed(recipe, self.pool, share), recipe.schedule.steps)

    def primers(self, recipe: Recipe, count: int, generator: torch.Generator) -> PhotoBatch:
        """Photos with an object each."""
        return sample_photos(self.pool, generator, count, 1, recipe.size)


def kinds_of(recipe: Recipe) -> Turns:
    """The kind of every step; a number is of ``Kind``."""
    single = 1.0 if recipe.stage == "photos" else recipe.single
    clips = 1 - single
    chances = (single, clips * recipe.real, clips * (1 - recipe.real))
    return Turns(seed_of(recipe.seed, KINDS_SALT), chances)


@dataclass(frozen=True, eq=False)
class PoolFeed:
    """Draws from a pool; with other processes, all of a batch, of which each keeps its share.

    Raises:
        FormatError: the pool lacks what the recipe needs.
    """

    recipe: Recipe
    pool: Pool
    share: Share = field(default_factory=Share)

    def __post_init__(self) -> None:
        clips_only = self.recipe.stage == "clips" and self.recipe.single == 0
        if not len(self.pool.photos_N3SS) and not (clips_only and self.recipe.real == 1):
            raise FormatError("pool: it holds no photos, which the recipe plays")
        if not self.pool.clips and self.recipe.stage == "clips" and self.recipe.real > 0:
            raise FormatError("pool: it holds no real videos; wanted shards with davis-train")

    @cached_property
    def kinds(self) -> Turns:
        """The kind of every step; a number is of ``Kind``."""
        return kinds_of(self.recipe)

    def batch(self, step: int) -> Batch:
        """This process's rows of the step's batch."""
        seed = seed_of(self.recipe.seed, BATCH_SALT, step)
        whole = draw_batch(self.recipe, self.pool, Kind(self.kinds.at(step).kind), seed)
        return type(whole)(*map(self.share.own, whole))

    def close(self) -> None:
        """Nothing reads ahead."""


def draw_batch(recipe: Recipe, pool: Pool, kind: Kind, seed: int) -> Batch:
    """The batch that all processes share."""
    generator, how = torch.Generator().manual_seed(seed), recipe.augment
    if kind is Kind.PHOTOS:
        size = (recipe.pictures.batch, recipe.pictures.objects, recipe.pictures.size)
        return sample_photos(pool, generator, *size, how=how)
    if kind is Kind.REAL:
        size = (recipe.real_clips, recipe.frames, recipe.real_objects, recipe.size)
        batch = sample_clips(pool, generator, *size, how=how)
    else:
        size = (recipe.batch, recipe.frames, recipe.objects, recipe.size)
        batch = sample_pseudo_clips(pool, generator, *size, how=how)
    batch = mosaic(batch, generator, share=how.mosaic)
    return cut_away(batch, generator, share=how.cuts)


class Ahead:
    """Another feed, whose next batch is drawn on a thread while this one is played.

    A first batch, or one that is jumped to, is drawn where it is asked for: processes that read are
    then started there. Autocast, which may be on there, does not touch what is drawn.

    Args:
        feed: what draws.
        steps: of the run; nothing is drawn beyond its last.
    """

    def __init__(self, feed: Feed, steps: int) -> None:
        self.feed = feed
        self.steps = steps
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="batches")
        self._drawn: dict[int, Future[Batch]] = {}

    def batch(self, step: int) -> Batch:
        """This process's rows. Raises whatever the feed raises."""
        drawn = self._drawn.pop(step, None)
        wait(self._drawn.values())
        self._drawn.clear()
        if drawn is not None:
            batch = drawn.result()
        else:
            with torch.autocast("cpu", enabled=False), torch.autocast("cuda", enabled=False):
                batch = self.feed.batch(step)
        if step + 1 < self.steps:
            self._drawn[step + 1] = self._thread.submit(self.feed.batch, step + 1)
        return batch

    def close(self) -> None:
        """End the thread, once it is done with the batch that it draws, and what it draws from."""
        self._thread.shutdown(cancel_futures=True)
        self.feed.close()
