"""Validation measures as evaluation does, always the same, and leaves the run alone."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import torch

from masklet.data.mixing.mix import open_mix
from masklet.data.mixing.spec import SetSpec
from masklet.data.pool import Pool
from masklet.evaluate.methods.ours import ModelMethod
from masklet.evaluate.tasks.photo_section import mean_ious
from masklet.evaluate.tasks.photos import PhotoTask, photos_in
from masklet.masks.region import region_similarity
from masklet.model.build import build_model
from masklet.predict.model import Model
from masklet.train.folders import photos_of
from masklet.train.held_out import HeldOut, layered, read_held_out
from masklet.train.journal import read_journal, validations
from masklet.train.loop import Setup, fit
from masklet.train.mixed.held import held_sets
from masklet.train.recipes import clips, photos
from masklet.train.tuning import Tuning
from masklet.train.validation import Checks, Limits, Validator, both
from masklet.train.watcher import Watcher
from masklet.values import Size
from tests.train.drawn_folder import write_numbered
from tests.train.tiny import NETWORK, SIZE, StopAt, assert_same_run, tiny

CPU = torch.device("cpu")
What = Literal["all", "decoder", "lora"]


def weights_of(seed: int) -> dict[str, torch.Tensor]:
    """Random ones of the tiny network."""
    torch.manual_seed(seed)
    return build_model(NETWORK).state_dict()


def validator(held: HeldOut, limits: Limits = Limits()) -> Validator:  # noqa: B008 - immutable
    """Of the tiny network."""
    return Validator(held=held, config=NETWORK, size=SIZE, device=CPU, limits=limits)


def test_figures_are_those_of_the_evaluation(tmp_path: Path) -> None:
    """Of all objects of all pictures of a folder."""
    folder = write_numbered(tmp_path / "val", range(6))
    held = HeldOut(photos=photos_of(folder, "mine", parts=False))
    checker = validator(held, Limits(objects=3, shown=1))
    checked = checker.check(weights_of(0))
    method = ModelMethod("tiny", Model(checker.runtime(weights_of(0))))
    plain = [PhotoTask(objects=3).play(method, item) for item in photos_in(folder, "mine")]
    means = mean_ious(plain)
    assert checked.counts == {"photos": 6, "objects": 18}
    for clicks in (1, 3, 5):
        assert checked.figures[f"IoU {clicks}"] == pytest.approx(means[clicks - 1], abs=1e-9)


def test_datasets_are_measured_as_the_evaluation_does(data_root: Path) -> None:
    """A set of photos as it lies on disk, each object of each photo."""
    folder = data_root / "images" / "bsds500" / "val"
    held = held_sets(open_mix([SetSpec(kind="photos", path=folder)]), clips=True)
    checked = validator(held, Limits(objects=9)).check(weights_of(0))
    method = ModelMethod("tiny", Model(validator(held, Limits()).runtime(weights_of(0))))
    plain = [PhotoTask(objects=9).play(method, item) for item in photos_in(folder, "bsds500")]
    assert checked.counts == {"photos": 2, "objects": 6}
    for clicks, mean in enumerate(mean_ious(plain), start=1):
        if clicks in (1, 3, 5):
            assert checked.figures[f"IoU {clicks}"] == pytest.approx(mean, abs=1e-9)


def test_masks_that_overlap_stay_whole() -> None:
    """In as few label maps as hold them: two that overlap in two, a third where it fits."""
    masks = [np.zeros((8, 8), dtype=bool) for _ in range(3)]
    masks[0][:5], masks[1][3:], masks[2][6:] = True, True, True
    maps = layered(masks, Size(8, 8))
    assert len(maps) == 2
    for number, mask in enumerate(masks, start=1):
        assert any(np.array_equal(labels == number, mask) for labels in maps)


def test_figures_and_samples_come_again_and_draw_nothing(shards: Path) -> None:
    """Bit for bit, on photos and on clips, without a random number."""
    held = read_held_out(shards, clips=True)
    assert held is not None
    checker = validator(held, Limits(photos=4, clips=2, frames=4, shown=2))
    weights = weights_of(0)
    state = torch.get_rng_state()
    once, again = checker.check(weights), checker.check(weights)
    assert torch.equal(torch.get_rng_state(), state)
    assert once.figures == again.figures
    assert once.figures.keys() == {"IoU 1", "IoU 3", "IoU 5", "J&F"}
    assert once.counts == {"photos": 4, "objects": 9, "clips": 2, "followed": 2}
    assert once.sheet is not None
    assert np.array_equal(once.sheet, again.sheet if again.sheet is not None else 0)
    assert checker.check(weights_of(1)).figures != once.figures


def test_a_mask_that_is_the_truth_scores_1() -> None:
    truth = np.zeros((40, 40), dtype=bool)
    truth[10:30, 10:20] = True
    moved = np.roll(truth, 8, axis=1)
    assert both(truth, truth) == 1
    assert both(moved, truth) < region_similarity(truth, truth) / 2


def test_nothing_is_held_out_where_there_are_no_val_shards(shards: Path, tmp_path: Path) -> None:
    (tmp_path / "train-000.safetensors").symlink_to(shards / "train-000.safetensors")
    assert read_held_out(tmp_path, clips=True) is None
    held = read_held_out(shards, clips=False)
    assert held is not None
    assert held.clips == ()


class Kept(Watcher):
    """Remembers validations."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[int] = []
        self.sheets: list[Path | None] = []

    def validated(self, line: dict, sheet: Path | None) -> None:
        """Count."""
        self.steps.append(line["step"])
        self.sheets.append(sheet)


def test_a_run_is_validated_before_on_the_way_and_after(
    pool: Pool, shards: Path, tmp_path: Path
) -> None:
    """In the log, as pictures, and without changing what is learned."""
    held = read_held_out(shards, clips=True)
    assert held is not None
    checks = Checks(
        validator=validator(held, Limits(photos=2, clips=1, frames=3, shown=1)), every=2
    )
    recipe, kept = tiny(clips(5), 5), Kept()
    with_checks = Setup(pool=pool, folder=tmp_path / "with", log_every=1, checks=checks)
    validated = fit(recipe, with_checks, kept)
    assert kept.steps == [0, 2, 4, 5]
    assert all(sheet is not None and sheet.exists() for sheet in kept.sheets)
    lines = validations(read_journal(tmp_path / "with" / "log.jsonl"))
    assert [line["step"] for line in lines] == kept.steps
    assert lines[0]["validation"].keys() == {"IoU 1", "IoU 3", "IoU 5", "J&F"}
    alone = fit(recipe, replace(with_checks, folder=tmp_path / "without", checks=None))
    for name, tensor in alone.average.items():
        assert torch.equal(validated.average[name], tensor), name
    fit(recipe, with_checks, kept)
    assert kept.steps == [0, 2, 4, 5]


def test_a_resumed_finetuning_is_the_straight_one(pool: Pool, shards: Path, tmp_path: Path) -> None:
    """Adapters, layer decay and validation: six steps equal three and three, bit for bit."""
    held = read_held_out(shards, clips=False)
    assert held is not None
    checks = Checks(validator=validator(held, Limits(photos=2, shown=1)), every=3)
    tuning = Tuning(what="lora", rank=4, layer_decay=0.9)
    recipe = replace(tiny(photos(6), 6), tuning=tuning, frozen_norms=True)
    straight, parts = tmp_path / "straight", tmp_path / "parts"
    fit(recipe, Setup(pool=pool, folder=straight, log_every=1, checks=checks))
    setup = Setup(pool=pool, folder=parts, log_every=1, checks=checks)
    assert fit(recipe, setup, StopAt(3)).step == 3
    torch.manual_seed(99)
    assert fit(recipe, setup).step == 6
    assert_same_run(straight / "run.pt", parts / "run.pt")
    logs = [read_journal(folder / "log.jsonl") for folder in (straight, parts)]
    assert [line["validation"] for line in validations(logs[0])] == [
        line["validation"] for line in validations(logs[1])
    ]
    assert len(validations(logs[0])) == 3


@pytest.mark.parametrize("what", ["all", "decoder", "lora"])
def test_only_what_was_chosen_learns(what: What, pool: Pool, tmp_path: Path) -> None:
    """Nothing else moves, nor has a state in the optimizer; nor do the trunk's statistics."""
    start = tmp_path / "first"
    fit(tiny(photos(2), 2), Setup(pool=pool, folder=start))
    recipe = tiny(photos(3), 3)
    recipe = replace(recipe, tuning=Tuning(what=what, rank=4), frozen_norms=True)
    run = fit(recipe, Setup(pool=pool, folder=tmp_path / "run", start=start / "run.pt"))
    before = torch.load(start / "run.pt")["average"]
    after = run.model.state_dict()
    moved = {name for name, tensor in before.items() if not torch.equal(after[name], tensor)}
    parts = {name.split(".")[0] for name in moved}
    learning = {name for name, p in run.model.named_parameters() if p.requires_grad}
    if what == "all":
        assert {"image_encoder", "prompt_encoder", "mask_decoder"} <= parts
        assert not any("running" in name for name in moved)
    elif what == "decoder":
        assert parts == {"mask_decoder"}
    else:
        assert moved == set()
        assert all("lora" in name for name in learning)
        ups = [p for name, p in run.model.named_parameters() if name.endswith("lora_up")]
        assert sum(bool(up.any()) for up in ups) > 20
    assert len(run.optimizer.state) <= len(learning)
    known = {id(p) for group in run.optimizer.param_groups for p in group["params"]}
    assert len(known) == len(learning)
