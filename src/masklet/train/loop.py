"""The training loop in reading order: set up, then fit, saving and logging on the way."""

import json
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from masklet.data.clips import sample_clips
from masklet.data.cuts import cut_away
from masklet.data.photos import sample_photos
from masklet.data.pool import Pool
from masklet.data.pseudo import sample_pseudo_clips
from masklet.model.build import build_model
from masklet.model.config import named
from masklet.model.sam2 import Sam2
from masklet.train.checkpointing import Run, averaged_weights, resume_run, save_run
from masklet.train.follow import follow
from masklet.train.game import First, Player, at_decoder, normalise, rows_of
from masklet.train.losses import MaskLoss
from masklet.train.priming import prime_memory
from masklet.train.recipes import Recipe

LOG_EVERY = 20
SAVE_EVERY = 100
PRIMERS = 16
CLICK_SHARE, BOX_SHARE = 0.5, 0.25


@dataclass(frozen=True, kw_only=True)
class Setup:
    """Where a run reads from and writes to.

    Attributes:
        folder: receives ``run.pt`` and ``log.jsonl``; a run found there is resumed.
        start: the ``run.pt`` of an earlier stage whose averaged weights to start from.
    """

    pool: Pool
    folder: Path
    start: Path | None = None

    @property
    def checkpoint(self) -> Path:
        """The file that a run is resumed from."""
        return self.folder / "run.pt"


def set_up(recipe: Recipe, setup: Setup) -> Run:
    """A fresh run, one that starts from an earlier stage, or the one that was interrupted."""
    config = named(recipe.model)
    assert config is not None, recipe.model
    generator = torch.Generator().manual_seed(recipe.seed)
    torch.manual_seed(recipe.seed)
    model = build_model(config)
    if setup.start is not None:
        model.load_state_dict(averaged_weights(setup.start))
    model = model.to(setup.pool.device)
    for parameter in model.parameters():
        if parameter.ndim == 4:
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
    if recipe.primed:
        prime(recipe, model, setup.pool, generator)
    run = Run(
        step=0,
        model=model,
        average={name: tensor.detach().clone() for name, tensor in model.state_dict().items()},
        optimizer=make_optimizer(model, recipe),
        generator=generator,
    )
    if setup.checkpoint.exists():
        resume_run(run, setup.checkpoint)
    return run


def prime(recipe: Recipe, model: Sam2, pool: Pool, generator: torch.Generator) -> None:
    """Set memory up from what the model has learned of pictures."""
    batch = sample_photos(pool, generator, PRIMERS, 1, recipe.size)
    with torch.no_grad():
        stride16 = model.encode(normalise(batch.pictures)).stride16
    prime_memory(model, stride16, batch.masks.float(), generator=generator)


def make_optimizer(model: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """AdamW; biases, scales and embeddings are not decayed."""
    parameters = list(model.parameters())
    decayed = [p for p in parameters if p.ndim >= 2 and min(p.shape[:2]) > 4]
    chosen = {id(p) for p in decayed}
    groups = [
        {"params": decayed, "weight_decay": recipe.weight_decay},
        {"params": [p for p in parameters if id(p) not in chosen], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=recipe.schedule.peak, betas=(0.9, 0.98))


def fit(recipe: Recipe, setup: Setup) -> Run:
    """Run the recipe to its last step; stop at any time and call again to go on."""
    run = set_up(recipe, setup)
    setup.folder.mkdir(parents=True, exist_ok=True)
    began, totals = time.perf_counter(), []
    while run.step < recipe.schedule.steps:
        losses = take_step(recipe, run, setup.pool)
        totals.append([_figures(losses[0]), _figures(losses[-1])])
        if run.step % LOG_EVERY == 0:
            mean = torch.tensor(totals).mean(dim=0)
            seconds = (time.perf_counter() - began) / len(totals)
            _log(setup.folder / "log.jsonl", run.step, seconds, mean)
            began, totals = time.perf_counter(), []
        if run.step % SAVE_EVERY == 0:
            save_run(run, setup.checkpoint)
    save_run(run, setup.checkpoint)
    return run


def take_step(recipe: Recipe, run: Run, pool: Pool) -> tuple[MaskLoss, ...]:
    """Draw a batch, play, learn; the losses in the order of the answers."""
    model = run.model
    assert isinstance(model, Sam2)
    model.train()
    if recipe.frozen_norms:
        model.image_encoder.trunk.eval()
    for group in run.optimizer.param_groups:
        group["lr"] = recipe.schedule.rate(run.step)
    player = Player(model, run.generator)
    single = recipe.stage == "photos" or player.chance() < recipe.single
    play = play_photos if single else play_clips
    with torch.autocast(pool.device.type, dtype=torch.bfloat16, enabled=recipe.bfloat16):
        losses = play(recipe, player, pool)
    run.optimizer.zero_grad(set_to_none=True)
    torch.stack([loss.total for loss in losses]).sum().backward()
    nn.utils.clip_grad_norm_(model.parameters(), recipe.clip_norm)
    run.optimizer.step()
    run.step += 1
    update_average(run, recipe.average)
    return losses


def play_photos(recipe: Recipe, player: Player, pool: Pool) -> tuple[MaskLoss, ...]:
    """One batch of photos: every picture is encoded once for all its objects."""
    how = recipe.pictures
    batch = sample_photos(pool, player.generator, how.batch, how.objects, how.size)
    features = rows_of(player.model.encode(normalise(batch.pictures)), how.objects)
    played = player.play(
        player.model.without_memory(features.stride16),
        features,
        at_decoder(batch.masks.flatten(0, 1)),
        batch.present.flatten(0, 1),
        rounds=how.rounds,
        first=draw_first(player.chance()),
    )
    return played.losses


def draw_first(chance: float) -> First:
    """Half clicks, a quarter boxes, a quarter hints; ``chance`` is a number in 0..1."""
    if chance < CLICK_SHARE:
        return First.CLICK
    return First.BOX if chance < CLICK_SHARE + BOX_SHARE else First.HINT


def play_clips(recipe: Recipe, player: Player, pool: Pool) -> tuple[MaskLoss, ...]:
    """One batch of clips, made of photos, or real ones, which have one object each."""
    if player.chance() < recipe.real:
        count = recipe.batch * recipe.objects
        batch = sample_clips(pool, player.generator, count, recipe.frames, 1, recipe.size)
    else:
        size = (recipe.batch, recipe.frames, recipe.objects, recipe.size)
        batch = sample_pseudo_clips(pool, player.generator, *size)
    batch = cut_away(batch, player.generator)
    features = player.model.encode(normalise(batch.pictures.flatten(0, 1)))
    masks_BTKHW: Tensor = batch.masks
    truth = at_decoder(masks_BTKHW.flatten(0, 2)).unflatten(0, masks_BTKHW.shape[:3])
    return follow(player, features, truth, batch.present.flatten(0, 1), start=recipe.start)


@torch.no_grad()
def update_average(run: Run, rate: float) -> None:
    """Move the average towards the weights; quicker while there are few steps to average over."""
    keep = min(rate, (run.step + 1) / (run.step + 10))
    for name, tensor in run.model.state_dict().items():
        if tensor.is_floating_point():
            run.average[name].lerp_(tensor, 1 - keep)
        else:
            run.average[name].copy_(tensor)


def _figures(loss: MaskLoss) -> list[float]:
    best = loss.real_ious.amax(dim=1).mean()
    parts = (loss.total, loss.dice, loss.iou, loss.presence, best)
    return [part.item() for part in parts]


def _log(path: Path, step: int, seconds: float, mean: Tensor) -> None:
    names = ("total", "dice", "iou", "presence", "best_iou")
    first, last = (
        {n: round(v, 4) for n, v in zip(names, row, strict=True)} for row in mean.tolist()
    )
    line = {"step": step, "seconds": round(seconds, 3), "first": first, "last": last}
    with path.open("a") as file:
        file.write(json.dumps(line) + "\n")
