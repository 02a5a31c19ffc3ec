"""Masked pre-training in the common loop: it learns, stops, goes on, and others start from it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from small import SMALL

from masklet.data.pool import Pool
from masklet.errors import CheckpointError
from masklet.media.pictures import read_picture
from masklet.model.config import HieraConfig, ModelConfig
from masklet.train.draws import Draws, Share
from masklet.train.feed import PoolMaterial
from masklet.train.journal import read_journal
from masklet.train.loop import Setup, fit, set_up
from masklet.train.mae.autoencoder import MaskedAutoencoder, Masking
from masklet.train.mae.held import FIGURE, PaintingValidator
from masklet.train.mae.painting import Painting
from masklet.train.mae.recipe import MaeRecipe, mae
from masklet.train.mae.task import PAINTING
from masklet.train.recipes import photos
from masklet.train.starting import check_whole
from masklet.train.validation import Checks
from masklet.values import Picture
from tests.train.tiny import NETWORK, StopAt, assert_same_run, tiny

MASKING = Masking(hidden=0.5, width=32, blocks=1, heads=2)


def recipe(steps: int, model: ModelConfig = SMALL) -> MaeRecipe:
    """Two pictures of four by four units."""
    made = mae(steps, model)
    pictures = replace(made.pictures, size=128, batch=4)
    schedule = replace(made.schedule, peak=2e-3, warmup=2, cooldown=2)
    return replace(made, masking=MASKING, pictures=pictures, schedule=schedule)


@pytest.mark.parametrize("model", [SMALL, NETWORK], ids=["hiera", "convolutions"])
def test_painting_is_learned(model: ModelConfig, pool: Pool, tmp_path: Path) -> None:
    """Discs on grey: the mean squared error falls below that of painting each unit's mean."""
    fit(recipe(40, model), Setup(pool=pool, folder=tmp_path, log_every=10, task=PAINTING))
    losses = [line["last"]["total"] for line in read_journal(tmp_path / "log.jsonl")]
    assert len(losses) == 4
    assert losses[-1] < 0.8 * losses[0], losses


@pytest.mark.parametrize("model", [SMALL, NETWORK], ids=["hiera", "convolutions"])
def test_a_resumed_painting_is_the_straight_one(
    model: ModelConfig, pool: Pool, tmp_path: Path
) -> None:
    """Eight steps equal four and, from the file, four more, bit for bit."""
    straight, parts = (
        Setup(pool=pool, folder=tmp_path / name, log_every=2, task=PAINTING) for name in "ab"
    )
    fit(recipe(8, model), straight)
    assert fit(recipe(8, model), parts, StopAt(4)).step == 4
    torch.manual_seed(99)
    assert fit(recipe(8, model), parts).step == 8
    assert_same_run(straight.checkpoint, parts.checkpoint)


def test_processes_hide_what_one_process_hides(pool: Pool) -> None:
    """The mean of the losses of two halves of a batch is the loss of all of it."""
    how = recipe(1)
    model = MaskedAutoencoder(how.model.trunk, MASKING)
    losses = []
    for share in (Share(), Share(0, 2), Share(1, 2)):
        draws = Draws(torch.Generator().manual_seed(5), share)
        painting = Painting(model, PoolMaterial(pool).feed(how, share), draws)
        losses.append(painting(0)[0].total.item())
    assert losses[0] == pytest.approx((losses[1] + losses[2]) / 2, rel=1e-4)
    assert losses[1] != pytest.approx(losses[2], rel=1e-4)


def test_parts_of_a_batch_add_up_to_it(pool: Pool) -> None:
    """The mean of their losses and of their gradients is that of the batch as a whole."""
    how = recipe(1)
    model = MaskedAutoencoder(how.model.trunk, MASKING)
    found = []
    for parts in (1, 2):
        feed, draws = PoolMaterial(pool).feed(how, Share()), Draws(torch.Generator().manual_seed(5))
        painting = Painting(model, feed, draws, parts=parts)
        model.zero_grad()
        losses = [painting(0, part)[0].total / parts for part in range(parts)]
        torch.stack(losses).sum().backward()
        found.append((sum(loss.item() for loss in losses), model.decoder.paint.weight.grad))
    assert found[0][0] == pytest.approx(found[1][0], rel=1e-5)
    torch.testing.assert_close(found[0][1], found[1][1], rtol=1e-3, atol=1e-6)


def pretrained(pool: Pool, folder: Path, model: ModelConfig) -> Path:
    """The checkpoint of a short run."""
    return_to = Setup(pool=pool, folder=folder, task=PAINTING)
    fit(recipe(2, model), return_to)
    return return_to.checkpoint


@pytest.mark.parametrize("model", [SMALL, NETWORK], ids=["hiera", "convolutions"])
def test_another_recipe_starts_from_the_trunk(
    model: ModelConfig, pool: Pool, tmp_path: Path
) -> None:
    """The trunk's averaged weights are in the model, whatever follows it is fresh."""
    start = pretrained(pool, tmp_path / "mae", model)
    game = tiny(photos(2), 2, model)
    fresh = set_up(game, Setup(pool=pool, folder=tmp_path / "a")).model.state_dict()
    begun = set_up(game, Setup(pool=pool, folder=tmp_path / "b", start=start)).model.state_dict()
    learned = torch.load(start)["average"]
    trunk = "image_encoder.trunk."
    assert {name for name in begun if name.startswith(trunk)} == {
        trunk + name.removeprefix("trunk.") for name in learned if name.startswith("trunk.")
    }
    for name, tensor in begun.items():
        inside = name.startswith(trunk)
        expected = learned[name.removeprefix("image_encoder.")] if inside else fresh[name]
        assert torch.equal(tensor, expected), name
    assert fit(game, Setup(pool=pool, folder=tmp_path / "c", start=start)).step == 2


def test_a_trunk_of_another_model_is_refused(pool: Pool, tmp_path: Path) -> None:
    """One error names the file and the tensors, also where only a shape differs."""
    start = pretrained(pool, tmp_path / "mae", SMALL)
    setup = Setup(pool=pool, folder=tmp_path / "photos", start=start)
    with pytest.raises(CheckpointError, match=r"run\.pt does not fit .* for another model"):
        set_up(tiny(photos(2), 2), setup)
    assert isinstance(SMALL.trunk, HieraConfig)
    wider = replace(SMALL, trunk=replace(SMALL.trunk, background_grid=(9, 9)))
    with pytest.raises(CheckpointError, match=r"pos_embed \[1, 16, 7, 7\] where \[1, 16, 9, 9\]"):
        set_up(tiny(photos(2), 2, wider), setup)
    with pytest.raises(CheckpointError, match="no more; wanted a whole model"):
        check_whole(start)


def test_pretraining_goes_on_from_a_model_and_from_itself(pool: Pool, tmp_path: Path) -> None:
    """The trunk of a run of another recipe, or all of an earlier auto-encoder."""
    game = Setup(pool=pool, folder=tmp_path / "photos")
    fit(tiny(photos(1), 1, SMALL), game)
    learned = torch.load(game.checkpoint)["average"]
    from_model = PAINTING.network(recipe(2), game.checkpoint).state_dict()
    name = "blocks.2.attn.qkv.weight"
    assert torch.equal(from_model[f"trunk.{name}"], learned[f"image_encoder.trunk.{name}"])
    earlier = pretrained(pool, tmp_path / "mae", SMALL)
    again = PAINTING.network(recipe(2), earlier).state_dict()
    assert all(map(torch.equal, again.values(), torch.load(earlier)["average"].values()))


class Held:
    """A picture in memory."""

    def __init__(self, name: str, value: int) -> None:
        self.name = name
        generator = np.random.default_rng(value)
        self.pixels = np.repeat(generator.integers(0, 256, (64, 10, 3), dtype=np.uint8), 9, 1)

    def picture(self) -> Picture:
        """Upright stripes."""
        return self.pixels


def test_held_out_pictures_are_painted_on_the_way(pool: Pool, tmp_path: Path) -> None:
    """An error before, on the way and after, the same again for the same weights, and a sheet."""
    how = recipe(4)
    held = [Held(str(number), number) for number in range(3)]
    validator = PaintingValidator(photos=held, recipe=how, device=torch.device("cpu"))
    checks = Checks(validator=validator, every=2)
    run = fit(how, Setup(pool=pool, folder=tmp_path, checks=checks, task=PAINTING))
    lines = [line for line in read_journal(tmp_path / "log.jsonl") if "validation" in line]
    assert [(line["step"], line["photos"]) for line in lines] == [(0, 3), (2, 3), (4, 3)]
    once, again = validator.check(run.average), validator.check(run.average)
    assert once.figures == again.figures
    assert once.figures[FIGURE] == pytest.approx(lines[-1]["validation"][FIGURE], abs=1e-4)
    sheet = read_picture(tmp_path / "validation" / "step-000004.png")
    assert sheet.shape[1] == 1600
    repainted = validator.repaint(validator.model(run.average), held[0])
    visible = (repainted.masked == repainted.original).all(1)
    assert 0.4 < visible.float().mean() < 0.6
    where = visible[:, None].expand_as(repainted.original)
    torch.testing.assert_close(repainted.painted[where], repainted.original[where])
    assert not torch.allclose(repainted.painted, repainted.original, atol=0.1)
