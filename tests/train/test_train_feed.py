"""Batches by step: always the same ones, shared evenly, and drawn ahead without a difference."""

import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from masklet.data.clips import ClipBatch
from masklet.data.photos import PhotoBatch
from masklet.data.pool import Pool, load_pool
from masklet.data.shards import read_shard, write_shard
from masklet.errors import FormatError
from masklet.train.draws import Share
from masklet.train.feed import Ahead, Batch, Kind, PoolFeed, kinds_of
from masklet.train.recipes import clips, cpu_smoke, joint, photos
from tests.train.tiny import tiny

RECIPE = tiny(joint(40), 40)
CLOSED = -1


def same(once: Batch, again: Batch) -> bool:
    """Every pixel."""
    return type(once) is type(again) and all(map(torch.equal, once, again))


def test_a_batch_depends_on_its_step_alone(pool: Pool) -> None:
    """Whatever was drawn before; other steps and other seeds have other batches."""
    feed, fresh = PoolFeed(RECIPE, pool), PoolFeed(RECIPE, pool)
    row = [feed.batch(step) for step in range(8)]
    assert {type(batch) for batch in row} == {PhotoBatch, ClipBatch}
    for step in (5, 0, 7, 3):
        assert same(fresh.batch(step), row[step])
    assert not any(same(row[step], row[step + 1]) for step in range(7))
    assert not same(PoolFeed(replace(RECIPE, seed=8), pool).batch(0), row[0])


def test_processes_hold_the_parts_of_one_batch(pool: Pool) -> None:
    """Whatever kind it is of."""
    alone = PoolFeed(RECIPE, pool)
    both = [PoolFeed(RECIPE, pool, Share(rank, 2)) for rank in range(2)]
    for step in range(6):
        parts = [feed.batch(step) for feed in both]
        joined = [torch.cat(rows) for rows in zip(*parts, strict=True)]
        assert all(map(torch.equal, joined, alone.batch(step)))


def test_kinds_come_in_their_shares() -> None:
    """45 % single pictures, and 40 % of the rest real videos; a stage of photos has no others."""
    turns = kinds_of(joint(1))
    drawn = [turns.at(step).kind for step in range(4000)]
    shares = [drawn.count(kind) / 4000 for kind in Kind]
    assert shares == pytest.approx([0.45, 0.22, 0.33], abs=0.03)
    assert {kinds_of(photos(1)).at(step).kind for step in range(50)} == {Kind.PHOTOS}


class Counted:
    """A feed that writes down what it was asked for, and by which thread."""

    def __init__(self, feed: PoolFeed) -> None:
        self.feed = feed
        self.asked: list[int] = []
        self.threads: list[str] = []

    def batch(self, step: int) -> Batch:
        """The same as without counting."""
        self.asked.append(step)
        self.threads.append(threading.current_thread().name)
        return self.feed.batch(step)

    def close(self) -> None:
        """Be counted too."""
        self.asked.append(CLOSED)


def test_one_step_ahead_is_drawn_on_another_thread(pool: Pool) -> None:
    """Each batch once, none beyond the last, and all as without it; the first where it is asked."""
    plain = PoolFeed(RECIPE, pool)
    counted = Counted(plain)
    ahead = Ahead(counted, steps=5)
    for step in range(2, 5):
        assert same(ahead.batch(step), plain.batch(step))
    ahead.close()
    assert counted.asked == [2, 3, 4, CLOSED]
    assert counted.threads[0] == threading.current_thread().name
    assert all(name.startswith("batches") for name in counted.threads[1:])


def test_autocast_does_not_touch_what_is_drawn(pool: Pool) -> None:
    """Not even a first batch, which is drawn where the network is about to play."""
    plain = PoolFeed(tiny(photos(3), 3), pool)
    with torch.autocast("cpu", dtype=torch.bfloat16), closing(Ahead(plain, steps=3)) as ahead:
        batch = ahead.batch(1)
    assert batch.pictures.dtype == torch.float32
    assert same(batch, plain.batch(1))


def test_a_jump_is_followed(pool: Pool) -> None:
    """What was drawn for nothing is dropped."""
    plain = PoolFeed(RECIPE, pool)
    ahead = Ahead(plain, steps=9)
    for step in (0, 6, 7, 1):
        assert same(ahead.batch(step), plain.batch(step))


class Broken:
    """A feed that breaks at step 2."""

    def __init__(self, feed: PoolFeed) -> None:
        self.feed = feed

    def batch(self, step: int) -> Batch:
        """Or an error."""
        if step == 2:
            raise FormatError("a file: it is broken")
        return self.feed.batch(step)

    def close(self) -> None:
        """Nothing to end."""


def test_what_goes_wrong_on_the_thread_is_raised_where_it_is_asked_for(pool: Pool) -> None:
    """At the step it belongs to."""
    ahead = Ahead(Broken(PoolFeed(tiny(photos(9), 9), pool)), steps=9)
    ahead.batch(0)
    ahead.batch(1)
    with pytest.raises(FormatError, match="a file: it is broken"):
        ahead.batch(2)


def test_a_pool_without_what_the_recipe_plays_is_refused_at_once(
    pool: Pool, shards: Path, tmp_path: Path
) -> None:
    """Not in the middle of a run."""
    with pytest.raises(FormatError, match="no real videos"):
        PoolFeed(clips(9), replace(pool, clips=()))
    PoolFeed(photos(9), replace(pool, clips=()))
    records = [one for path in shards.glob("train-*") for one in read_shard(path)]
    write_shard(tmp_path / "train-0.safetensors", [one for one in records if one.kind == "clip"])
    with pytest.raises(FormatError, match="no photos"):
        PoolFeed(cpu_smoke(9), load_pool(tmp_path))
