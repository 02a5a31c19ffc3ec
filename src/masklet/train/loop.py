"""The training loop in reading order: set up, then fit, saving and logging on the way."""

import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from masklet.data.pool import Pool
from masklet.media.pictures import write_picture
from masklet.train.checkpointing import RUN, Run, resume_run, save_run
from masklet.train.draws import Draws, Share
from masklet.train.feed import Feed, Material, PoolMaterial
from masklet.train.journal import Journal
from masklet.train.losses import mean_over_parts
from masklet.train.norms import share_norms
from masklet.train.optimizer import make_optimizer
from masklet.train.processes import (
    any_of,
    check_shares,
    check_together,
    mean_of,
    spread,
    wait_for_all,
    whole,
)
from masklet.train.recipes import Recipe
from masklet.train.sharding import shard_run
from masklet.train.tasks import GAME, Task
from masklet.train.tuning import plain_weights
from masklet.train.validation import Checks
from masklet.train.watcher import Watcher

TRUNK = "image_encoder.trunk"


@dataclass(frozen=True, kw_only=True)
class Setup:
    """Where a run reads from and writes to.

    Attributes:
        pool: what to train from: a pool, or anything else that hands out batches.
        folder: receives ``run.pt`` and ``log.jsonl``; a run found there is resumed.
        start: the ``run.pt`` of an earlier stage whose averaged weights to start from, or a
            weights file.
        log_every: steps a line of the log.
        save_every: steps between checkpoints: what a run that is killed loses at most.
        checks: how the run is validated on its way; None does without.
        share: this process among those that train together.
        shard: processes keep parts of the run in place of all of it, see ``sharding``.
        task: what is learned.
    """

    pool: Pool | Material
    folder: Path
    start: Path | None = None
    log_every: int = 20
    save_every: int = 100
    checks: Checks | None = None
    share: Share = Share()  # noqa: RUF009 - immutable
    shard: bool = False
    task: Task = GAME

    @property
    def material(self) -> Material:
        """What the run trains from."""
        return PoolMaterial(self.pool) if isinstance(self.pool, Pool) else self.pool

    @property
    def leads(self) -> bool:
        """Whether this process writes for all."""
        return self.share.rank == 0

    @property
    def checkpoint(self) -> Path:
        """The file that a run is resumed from."""
        return self.folder / RUN


def set_up(recipe: Recipe, setup: Setup) -> Run:
    """A fresh run, one that starts from an earlier stage, or the one that was interrupted."""
    generator = torch.Generator().manual_seed(recipe.seed)
    torch.manual_seed(recipe.seed)
    model = setup.task.network(recipe, setup.start).to(setup.pool.device)
    for parameter in model.parameters():
        if parameter.ndim == 4:
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
    setup.task.prepare(recipe, model, setup.material, generator)
    run = Run(
        step=0,
        config=recipe.model,
        model=model,
        average={name: tensor.detach().clone() for name, tensor in model.state_dict().items()},
        optimizer=make_optimizer(
            model,
            peak=recipe.schedule.peak,
            weight_decay=recipe.weight_decay,
            layer_decay=recipe.tuning.layer_decay,
            encoder=recipe.tuning.encoder,
            betas=recipe.betas,
            muon=recipe.muon,
        ),
        generator=generator,
    )
    if setup.checkpoint.exists():
        resume_run(run, setup.checkpoint)
    if not setup.leads:
        torch.manual_seed(hash((recipe.seed, run.step, setup.share.rank)))
    return run


def fit(recipe: Recipe, setup: Setup, watcher: Watcher | None = None) -> Run:
    """Run the recipe to its last step; stop at any time and call again to go on.

    A run whose ``step`` is short of the recipe's was stopped by the watcher, and is saved.

    Raises:
        CheckpointError: ``run.pt`` or the one to start from is damaged or of another model.
        MaskletError: a batch does not fall into even parts for all processes, or they do not see
            one folder.
        OSError: the folder cannot be written.
    """
    watcher = watcher or Watcher()
    check_shares(recipe, setup.share)
    run = set_up(recipe, setup)
    check_together(run.step, setup.share, setup.pool.device)
    journal = Journal(path=setup.folder / "log.jsonl", columns=setup.task.columns)
    with closing(setup.material.feed(recipe, setup.share)) as feed:
        player = make_player(recipe, run, setup, feed)
        if setup.leads:
            setup.folder.mkdir(parents=True, exist_ok=True)
            journal.rewind(run.step)
        watcher.begin(run.step, recipe.schedule.steps)
        take_steps(recipe, run, setup, player, journal, watcher)
        save_run(run, setup.checkpoint, writes=setup.leads)
    # torchrun ends the process that writes soon after another one has ended.
    wait_for_all(setup.share, setup.pool.device)
    run.average = whole(run.average)
    return run


def take_steps(
    recipe: Recipe, run: Run, setup: Setup, player: nn.Module, journal: Journal, watcher: Watcher
) -> None:
    """Step by step to the last one, or until someone asks for a stop."""
    began = time.perf_counter() + check(recipe, run, setup, journal, watcher)
    while run.step < recipe.schedule.steps:
        if any_of(watcher.stop, setup.share, setup.pool.device):
            break
        losses = take_step(recipe, run, player)
        figures = mean_of(setup.task.figures(losses), setup.share)
        watcher.stepped(run.step)
        if setup.leads:
            journal.figures.append(figures)
            if run.step % setup.log_every == 0:
                watcher.logged(journal.write(run.step, time.perf_counter() - began))
                began = time.perf_counter()
        began += check(recipe, run, setup, journal, watcher)
        if run.step % setup.save_every == 0:
            save_run(run, setup.checkpoint, writes=setup.leads)


def check(recipe: Recipe, run: Run, setup: Setup, journal: Journal, watcher: Watcher) -> float:
    """Validate where that is due: before the first step, on the way, after the last.

    Returns:
        the seconds it took.
    """
    checks, step = setup.checks, run.step
    if checks is None or not checks.due(step, recipe.schedule.steps):
        return 0.0
    began = time.perf_counter()
    average = whole(run.average)
    if not setup.leads or journal.has_validation(step):
        return 0.0
    checked = checks.validator.check(plain_weights(average, recipe.tuning))
    sheet = None
    if checked.sheet is not None:
        sheet = setup.folder / "validation" / f"step-{step:06d}.png"
        write_picture(sheet, checked.sheet)
    seconds = time.perf_counter() - began
    watcher.validated(journal.note(step, checked.figures, checked.counts, seconds), sheet)
    return seconds


def make_player(recipe: Recipe, run: Run, setup: Setup, feed: Feed) -> nn.Module:
    """What plays the batch of a step when called; with other processes, one share of it."""
    draws = Draws(run.generator, setup.share)
    player = setup.task.player(recipe, run.model, feed, draws)
    if setup.share.world > 1 and not recipe.frozen_norms:
        share_norms(player)
    if setup.share.world > 1 and setup.shard:
        shard_run(run, player, setup.share)
        return player
    return spread(player, setup.share)


def take_step(recipe: Recipe, run: Run, player: nn.Module) -> tuple[Any, ...]:
    """Play a batch, learn; the losses in the order of the answers."""
    model = run.model
    model.train()
    if recipe.frozen_norms:
        model.get_submodule(TRUNK).eval()
    for group in run.optimizer.param_groups:
        group["lr"] = recipe.schedule.rate(run.step) * group.get("share", 1.0)
    run.optimizer.zero_grad(set_to_none=True)
    losses = learn(recipe, run, player)
    nn.utils.clip_grad_norm_(model.parameters(), recipe.clip_norm)
    run.optimizer.step()
    run.step += 1
    update_average(run, recipe.average)
    return losses


def learn(recipe: Recipe, run: Run, player: nn.Module) -> tuple[Any, ...]:
    """Play the step's batch, whole or part by part, and leave the gradients of all of it."""
    device = next(run.model.parameters()).device.type
    played: list[tuple[Any, ...]] = []
    for part in range(recipe.accumulate):
        of_part = (part,) if recipe.accumulate > 1 else ()
        with torch.autocast(device, dtype=torch.bfloat16, enabled=recipe.bfloat16):
            losses = player(run.step, *of_part)
        (torch.stack([loss.total for loss in losses]).sum() / recipe.accumulate).backward()
        played.append(losses)
    return played[0] if len(played) == 1 else mean_over_parts(played)


@torch.no_grad()
def update_average(run: Run, rate: float) -> None:
    """Move the average towards the weights; quicker while there are few steps to average over."""
    keep = min(rate, (run.step + 1) / (run.step + 10))
    for name, tensor in run.model.state_dict().items():
        if tensor.is_floating_point():
            run.average[name].lerp_(tensor, 1 - keep)
        else:
            run.average[name].copy_(tensor)
