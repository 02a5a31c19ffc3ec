"""Training from datasets as they lie on disk: rows by number, whoever reads them."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from masklet.data.clips import ClipBatch
from masklet.data.mixing.mix import Mix, open_mix
from masklet.data.mixing.spec import SetSpec
from masklet.data.photos import PhotoBatch
from masklet.errors import FormatError, MediaError
from masklet.train.draws import Share
from masklet.train.feed import Batch, Kind, kinds_of
from masklet.train.loop import Setup, fit
from masklet.train.mixed.feed import MixFeed, MixMaterial
from masklet.train.mixed.rows import MixRows
from masklet.train.recipes import Recipe, clips, joint, photos
from tests.train.tiny import StopAt, assert_same_run, tiny

RECIPE = tiny(joint(30), 30)
ALONE = Share()


def specs(root: Path) -> list[SetSpec]:
    """Two sets of photos and one of videos."""
    return [
        SetSpec(kind="photos", path=root / "images/coco/train", weight=2.0),
        SetSpec(kind="photos", path=root / "images/bsds500/train", weight=1.0),
        SetSpec(kind="davis", path=root / "davis-train", weight=1.0),
    ]


@pytest.fixture(scope="module")
def mix(data_root: Path) -> Mix:
    """The sets of the data tests, opened."""
    return open_mix(specs(data_root), side=64)


def same(once: Batch, again: Batch) -> bool:
    """Every pixel."""
    return type(once) is type(again) and all(map(torch.equal, once, again))


def test_batches_are_of_the_recipes_kinds_and_shapes(mix: Mix) -> None:
    """Photos, real clips with one object each, and clips made of photos."""
    feed, turns = MixFeed(RECIPE, mix, ALONE), kinds_of(RECIPE)
    seen = set()
    for step in range(12):
        kind = Kind(turns.at(step).kind)
        batch = feed.batch(step)
        seen.add(kind)
        if kind is Kind.PHOTOS:
            assert isinstance(batch, PhotoBatch)
            assert batch.masks.shape == (2, 2, 64, 64)
        else:
            assert isinstance(batch, ClipBatch)
            rows, objects = (4, 1) if kind is Kind.REAL else (2, 2)
            assert batch.masks.shape == (rows, 3, objects, 64, 64)
            assert batch.pictures.shape == (rows, 3, 3, 64, 64)
        assert batch.present.any()
        assert 0 <= batch.pictures.min() <= batch.pictures.max() <= 1
    assert seen == set(Kind)


def test_masks_fit_the_pictures(mix: Mix) -> None:
    """The real videos' disc is blue, whatever else changes."""
    recipe = replace(tiny(clips(30), 30), real=1.0, single=0.0, batch=8)
    batch = MixFeed(recipe, mix, ALONE).batch(0)
    checked = 0
    for picture, mask in zip(batch.pictures.flatten(0, 1), batch.masks.flatten(0, 2), strict=True):
        if 60 <= mask.sum() <= 3500:
            apart = (picture[:, mask].mean(1) - picture[:, ~mask].mean(1)).abs().max()
            checked += int(apart > 0.1)
    assert checked > 20


def test_any_number_of_workers_and_any_beginning_give_the_same_batches(mix: Mix) -> None:
    """In order by one reader, in order by two workers, from the middle, and after a jump."""
    plain = MixFeed(RECIPE, mix, ALONE)
    row = [plain.batch(step) for step in range(8)]
    with closing(MixFeed(RECIPE, mix, ALONE, workers=2)) as helped:
        assert all(same(helped.batch(step), row[step]) for step in range(5))
    with closing(MixFeed(RECIPE, mix, ALONE, workers=1)) as resumed:
        assert all(same(resumed.batch(step), row[step]) for step in (6, 7, 2, 3))
    assert not same(MixFeed(replace(RECIPE, seed=8), mix, ALONE).batch(0), row[0])


def test_every_clip_comes_up_before_any_comes_again(mix: Mix) -> None:
    """Steps of one kind number their rows on, whatever is played between them."""
    rows = MixRows(RECIPE, mix)
    numbers: dict[int, list[int]] = {kind: [] for kind in Kind}
    for step in range(60):
        kind = rows.kinds.at(step).kind
        numbers[kind] += [rows.number(step, row) for row in range(rows.count(step))]
    assert all(found == list(range(len(found))) and found for found in numbers.values())
    order = rows.rows.video_order
    assert sorted(order.at(number).item for number in range(7)) == list(range(7))


def test_reading_draws_no_global_random_numbers(mix: Mix) -> None:
    """A network that drops paths by them goes on bit for bit."""
    torch.manual_seed(4)
    before = torch.get_rng_state()
    with closing(MixFeed(RECIPE, mix, ALONE, workers=1)) as feed:
        feed.batch(0)
    assert torch.equal(torch.get_rng_state(), before)


def test_processes_hold_the_parts_of_one_batch(mix: Mix) -> None:
    """Each reads its own rows alone."""
    alone = MixFeed(RECIPE, mix, ALONE)
    both = [MixFeed(RECIPE, mix, Share(rank, 2)) for rank in range(2)]
    for step in range(8):
        parts = [feed.batch(step) for feed in both]
        joined = [torch.cat(rows) for rows in zip(*parts, strict=True)]
        assert all(map(torch.equal, joined, alone.batch(step)))


@pytest.mark.parametrize("recipe", [tiny(joint(6), 6), tiny(clips(6), 6)], ids=["joint", "primed"])
def test_a_resumed_run_is_the_straight_run(recipe: Recipe, mix: Mix, tmp_path: Path) -> None:
    """Bit for bit, with other numbers of workers; a mix also sets memory up."""
    straight, parts = tmp_path / "straight", tmp_path / "parts"
    fit(recipe, Setup(pool=MixMaterial(mix=mix), folder=straight))
    fit(recipe, Setup(pool=MixMaterial(mix=mix, workers=2), folder=parts), StopAt(3))
    fit(recipe, Setup(pool=MixMaterial(mix=mix, workers=1), folder=parts))
    assert_same_run(straight / "run.pt", parts / "run.pt")


def test_a_mix_of_videos_alone_sets_memory_up(data_root: Path) -> None:
    """From their first frames."""
    videos = open_mix([SetSpec(kind="davis", path=data_root / "davis-train")], side=64)
    recipe = tiny(clips(6), 6)
    primers = MixMaterial(mix=videos).primers(recipe, 3, torch.Generator().manual_seed(0))
    assert primers.pictures.shape == (3, 3, 64, 64)
    assert primers.masks.shape == (3, 1, 64, 64)


def test_a_mix_without_what_the_recipe_plays_is_refused(data_root: Path) -> None:
    """At once, as are weights for some sets alone."""
    photo_sets, video_sets = specs(data_root)[:2], specs(data_root)[2:]
    with pytest.raises(FormatError, match="no set of videos came"):
        MixFeed(RECIPE, open_mix(photo_sets), ALONE)
    with pytest.raises(FormatError, match="no set of photos came"):
        MixFeed(RECIPE, open_mix(video_sets), ALONE)
    MixFeed(tiny(photos(3), 3), open_mix(photo_sets), ALONE)
    unweighted = [*photo_sets, replace(video_sets[0], weight=None)]
    with pytest.raises(FormatError, match=r"weight: davis=.* has none"):
        open_mix(unweighted)
    with pytest.raises(FormatError, match="no sets came"):
        open_mix([])


@pytest.mark.parametrize("workers", [0, 2])
def test_a_broken_file_is_one_error_that_names_it(tmp_path: Path, workers: int) -> None:
    """Also from a worker; nothing else is trained on in its place."""
    from tests.data.readers.test_readers_photos import LEFT, make_sa1b

    for number in range(4):
        make_sa1b(tmp_path, number, [LEFT])
    (tmp_path / "sa_2.jpg").write_bytes(b"no picture")
    recipe = tiny(photos(9), 9)
    found = open_mix([SetSpec(kind="sa1b", path=tmp_path)], side=64)
    with (
        closing(MixFeed(recipe, found, ALONE, workers=workers)) as feed,
        pytest.raises(MediaError, match=r"sa_2\.jpg is not an image that can be read$"),
    ):
        list(map(feed.batch, range(4)))


def test_photos_without_objects_give_way(tmp_path: Path) -> None:
    """And where there are no others, that is said."""
    from tests.data.readers.test_readers_photos import LEFT, make_sa1b

    for number in range(3):
        make_sa1b(tmp_path, number, [LEFT] if number == 1 else [])
    recipe = tiny(photos(9), 9)
    spec = SetSpec(kind="sa1b", path=tmp_path)
    assert MixFeed(recipe, open_mix([spec], side=64), ALONE).batch(0).present.any()
    make_sa1b(tmp_path, 1, [])
    with pytest.raises(FormatError, match="8 photos in a row have no object"):
        MixFeed(recipe, open_mix([spec], side=64), ALONE).batch(0)
