"""``masklet train``: run a recipe on some data, stop it at any time, and go on later."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import tyro

from masklet.cli.progress import emit
from masklet.cli.train_finetune import (
    FinetuneFlags,
    FinetuneOptions,
    Prepared,
    prepare_finetune,
)
from masklet.cli.train_mae import (
    MaeFlags,
    MaeOptions,
    prepare_folder,
    prepare_painting,
)
from masklet.cli.train_progress import TrainProgress, curve, validation_table
from masklet.cli.train_recipe import RecipeFlags, RecipeOptions, plan_runs, start_of
from masklet.errors import MaskletError
from masklet.train.stopping import StopRequest, stop_on_signals

if TYPE_CHECKING:
    import torch

    from masklet.data.pool import Pool
    from masklet.train.checkpointing import Run
    from masklet.train.feed import Material
    from masklet.train.held_out import HeldOut
    from masklet.train.loop import Setup
    from masklet.train.recipes import Recipe
    from masklet.train.validation import Checks
    from masklet.train.watcher import Watcher

TERMINATED, VALIDATIONS, VALIDATE_EVERY = 143, 5, 500
RecipeName = Literal[
    "cpu_smoke",
    "finetune",
    "one_small_gpu",
    "nano_from_scratch",
    "photos",
    "clips",
    "joint",
    "mae",
    "image_pretrain",
    "full_training",
    "long_clips",
]
Count = Annotated[int, tyro.conf.arg(metavar="N")]
MaybeFolder = Annotated[Path | None, tyro.conf.arg(metavar="FOLDER")]
MaybeFile = Annotated[Path | None, tyro.conf.arg(metavar="FILE")]
MaybePixels = Annotated[int | None, tyro.conf.arg(metavar="PIXELS")]


@dataclass(frozen=True, kw_only=True)
class Train:
    """Train a model from shards or datasets, or fine-tune one on a folder of pictures and masks.

    The same command again goes on where the run was stopped: by Ctrl-C or SIGTERM, which save
    first, or by anything else, which loses at most the steps since the last checkpoint. Under
    torchrun, processes share every batch.

    For example: masklet train finetune --data my_folder --output runs/mine
    """

    recipe: Annotated[tyro.conf.Positional[RecipeName], tyro.conf.arg(metavar="RECIPE")]
    """cpu_smoke: a first run of two minutes on small pictures that it draws. finetune: go on with a
    model on pictures of your own. one_small_gpu: go on with a model on videos, within 8 GB.
    nano_from_scratch: all stages behind the bundled model, which are photos, clips and joint:
    single pictures; then short videos; then both in turns. mae: an image encoder learns from
    pictures without masks. image_pretrain, full_training, long_clips: the paper's own stages."""
    pool: MaybeFolder = None
    """Shards that python -m masklet.data.pack wrote; finetune and cpu_smoke do without."""
    mix: Annotated[tuple[str, ...], tyro.conf.arg(metavar="KIND=PATH[:WEIGHT]|FILE.toml ...")] = ()
    """In place of shards, datasets as they lie on disk, such as sav=DIR:3 davis/train=DIR:1."""
    held_out: Annotated[tuple[str, ...], tyro.conf.arg(metavar="KIND=PATH|FILE.toml ...")] = ()
    """Datasets to measure the run on, named as in --mix; val shards beside those of --pool by
    default."""
    workers: Count = 2
    """Processes that read a mix; 0 reads on a thread."""
    output: MaybeFolder = None
    """The run's folder, with run.pt and log.jsonl; runs/RECIPE by default."""
    start: MaybeFile = None
    """The run.pt of an earlier stage whose averaged weights to start from, a weights file, or a
    model's name. By default finetune has the bundled model's, one_small_gpu those of its --model,
    and others begin with random weights."""
    steps: Annotated[int | None, tyro.conf.arg(metavar="N")] = None
    """Steps in all; the recipe's own by default, such as 150 of cpu_smoke and 400 of finetune."""
    size: MaybePixels = None
    """Side of the pictures, a multiple of 32; the recipe's own by default."""
    peak: Annotated[float | None, tyro.conf.arg(metavar="RATE")] = None
    """Highest rate of learning; the recipe's own by default."""
    augment: Annotated[Literal["usual", "paper"] | None, tyro.conf.arg(metavar="usual|paper")] = (
        None
    )
    """How pictures are changed at random: slightly turned, or turned widely and at times shown
    four times in a mosaic, as in the paper; the recipe's own by default."""
    device: Annotated[str, tyro.conf.arg(metavar="DEVICE")] = "cpu"
    """cpu or cuda, of which each process takes one."""
    bfloat16: bool = False
    """Multiply in bfloat16 where that is safe."""
    shard: bool = False
    """Under torchrun, keep a part of model and optimizer in each process, not all of them."""
    log_every: Count = 10
    """Steps a line of the log."""
    save_every: Count = 100
    """Steps between checkpoints."""
    validate_every: Annotated[int | None, tyro.conf.arg(metavar="N")] = None
    """Steps between validations on held-out pictures and clips; a fifth of the run of finetune, 500
    of other recipes where something is held out. 0: only before and after."""
    tensorboard: bool = False
    """Write event files for TensorBoard into the run's folder."""
    show_batch: MaybeFile = None
    """Only draw a batch with its masks into this picture file."""
    options: RecipeFlags = field(default_factory=RecipeOptions)
    finetune: FinetuneFlags = field(default_factory=FinetuneOptions)
    mae: MaeFlags = field(default_factory=MaeOptions)
    json: bool = False
    """JSON lines, for machines."""

    @property
    def folder(self) -> Path:
        """Where the run is kept."""
        return self.output or Path("runs", self.recipe)

    def run(self) -> None:
        """Train, or draw a batch.

        Raises:
            MaskletError: input that cannot be used.
            KeyboardInterrupt: after Ctrl-C, once the run is saved.
            SystemExit: likewise after SIGTERM, with 143.
        """
        import os

        from masklet.cli.train_sheet import show_batch
        from masklet.train.processes import any_of, joined, own_device

        plans = plan_runs(self)
        device = own_device(self.device, os.environ)
        ready = self._prepared(plans[-1].recipe, device)
        if self.show_batch is not None:
            show_batch(ready.recipe, ready.pool, self.show_batch)
            report(self.json, outputs=[str(self.show_batch)])
            return
        with joined(device) as share:
            for number, (command, recipe) in enumerate(plans):
                any_of(False, share, device)  # the stage before is written when all are here
                start = start_of(command) if number else ready.start
                command._fit(replace(ready, recipe=recipe, start=start), share)

    def _fit(self, ready: Prepared, share: tuple[int, int]) -> None:
        """Train until done or stopped."""
        from masklet.train.draws import Share
        from masklet.train.loop import Setup, fit
        from masklet.train.tasks import GAME

        recipe = ready.recipe
        setup = Setup(
            pool=ready.pool,
            folder=self.folder,
            start=ready.start,
            log_every=self.log_every,
            save_every=self.save_every,
            checks=self._checks(ready),
            share=Share(*share),
            task=ready.task or GAME,
            shard=self.shard,
        )
        silent = not setup.leads
        with stop_on_signals() as asked:
            progress = TrainProgress(self.recipe, asked, json_lines=self.json, silent=silent)
            with progress, self._watched(progress, setup) as watcher:
                run = fit(recipe, setup, watcher)
        complete = run.step >= recipe.schedule.steps
        if setup.leads:
            self._report(run.step, recipe.schedule.steps, self._outcome(ready, setup, run))
        if not complete:
            raise_for(asked)

    @contextmanager
    def _watched(self, progress: TrainProgress, setup: "Setup") -> "Iterator[Watcher]":
        """Who is told how the run goes: the terminal, and TensorBoard where it was asked for."""
        from masklet.train.board import Board
        from masklet.train.watcher import Watchers

        if not (self.tensorboard and setup.leads):
            yield progress
            return
        with Board(self.folder / "tensorboard") as board:
            yield Watchers(progress, board)

    def _outcome(self, ready: Prepared, setup: "Setup", run: "Run") -> list[Path]:
        """What a run leaves behind once it is done: weights, and figures of fine-tuning."""
        from masklet.train.finetune import write_outcome
        from masklet.train.finished import write_weights
        from masklet.train.tuning import plain_weights
        from masklet.train.validation import Validator

        if run.step < ready.recipe.schedule.steps or ready.task is not None:
            return []
        validator = None if setup.checks is None else setup.checks.validator
        if ready.tuned is None or not isinstance(validator, Validator):
            weights = plain_weights(run.average, ready.recipe.tuning)
            note = {"trained by": self.recipe, "steps": str(run.step)}
            return [write_weights(ready.recipe, weights, self.folder, note=note)]
        return write_outcome(ready.recipe, run, ready.tuned, validator, self.folder)

    def _report(self, step: int, steps: int, more: list[Path]) -> None:
        """The curve and the files; where the run was stopped, how to go on."""
        from masklet.train.checkpointing import RUN
        from masklet.train.journal import read_journal

        log, checkpoint = self.folder / "log.jsonl", self.folder / RUN
        lines = read_journal(log) if log.exists() else []
        outputs = [str(path) for path in (*more, checkpoint, log) if path.exists()]
        if not self.json:
            for line in (*curve(lines), *validation_table(lines)):
                print(line)
        report(self.json, outputs=outputs, complete=step >= steps, step=step, steps=steps)
        if step < steps:
            note = f"stopped after step {step} of {steps} and saved; the same command goes on"
            print(f"masklet: {note}", file=sys.stderr, flush=True)

    def _prepared(self, recipe: "Recipe", device: "torch.device") -> Prepared:
        """What to train, from what, on what."""
        if self.recipe != "mae" and self.mae != MaeOptions():
            raise MaskletError(f"--hidden is of mae, not {self.recipe}")
        if self.recipe == "finetune":
            if self.pool is not None or self.mix or self.held_out:
                raise MaskletError(
                    "--pool, --mix, --held-out: finetune takes a folder of pictures, as --data"
                )
            return prepare_finetune(recipe, self.finetune, self.start, self.folder, device)
        if self.recipe == "mae" and self.finetune == FinetuneOptions(data=self.finetune.data):
            return self._painting(recipe, device)
        if self.finetune != FinetuneOptions():
            raise MaskletError(f"--data, --tune and their like are of finetune, not {self.recipe}")
        return Prepared(recipe=recipe, pool=self._material(recipe, device), start=start_of(self))

    def _painting(self, recipe: "Recipe", device: "torch.device") -> Prepared:
        """Pictures of a folder, of a pool or of a mix, to hide parts of."""
        folder = self.finetune.data
        if folder is None:
            if self.pool is None and not self.mix:
                raise MaskletError("--data: mae needs a folder of pictures, or --pool or --mix")
            held = self._held_out(clips=False)
            material = self._material(recipe, device)
            return prepare_painting(recipe, material, held.photos if held else (), self.start)
        if self.pool is not None or self.mix or self.held_out:
            raise MaskletError(
                "--data, --pool, --mix, --held-out: wanted --data without the others"
            )
        return prepare_folder(recipe, folder, self.start, self.workers, device)

    def _material(self, recipe: "Recipe", device: "torch.device") -> "Pool | Material":
        """What to train from."""
        from masklet.cli.train_mix import open_mix_of

        if not self.mix:
            return self._pool(device)
        if self.pool is not None:
            raise MaskletError("--pool, --mix: both came; wanted one of them")
        return open_mix_of(self.mix, recipe, self.workers, device)

    def _pool(self, device: "torch.device") -> "Pool":
        """Packed shards, or drawn ones."""
        from masklet.data.pool import load_pool
        from masklet.train.drawn import draw_pool

        if self.pool is not None:
            return load_pool(self.pool, device)
        if self.recipe != "cpu_smoke":
            raise MaskletError(
                f"--pool: {self.recipe} needs shards, which python -m masklet.data.pack makes, "
                "or --mix"
            )
        return load_pool(draw_pool(self.folder / "pool"), device)

    def _checks(self, ready: Prepared) -> "Checks | None":
        """How the run is validated; None where nothing is held out."""
        from masklet.train.held_out import HeldOut
        from masklet.train.validation import Checks, Validator

        recipe, steps = ready.recipe, ready.recipe.schedule.steps
        default = max(steps // VALIDATIONS, 1)
        if ready.validator is not None:
            return Checks(validator=ready.validator, every=self._between(default, steps))
        if ready.tuned is not None:
            held = HeldOut(photos=ready.tuned.domain.val)
        else:
            held, default = self._held_out(clips=recipe.stage == "clips"), VALIDATE_EVERY
        if held is None:
            return None
        validator = Validator(
            held=held,
            config=recipe.model,
            size=recipe.pictures.size,
            device=ready.pool.device,
        )
        return Checks(validator=validator, every=self._between(default, steps))

    def _held_out(self, *, clips: bool) -> "HeldOut | None":
        """Datasets that were named, or the shards beside those to train from."""
        from masklet.cli.train_mix import open_held_out
        from masklet.train.held_out import read_held_out

        if self.held_out:
            return open_held_out(self.held_out, clips=clips)
        shards = self.pool or self.folder / "pool"
        held = None if self.mix else read_held_out(shards, clips=clips)
        if held is None and self.validate_every is not None:
            hint = (
                "--held-out names datasets" if self.mix else f"{shards} holds no val-*.safetensors"
            )
            raise MaskletError(f"--validate-every: nothing is held out; {hint}")
        return held

    def _between(self, default: int, steps: int) -> int:
        """Steps from one validation to the next."""
        every = default if self.validate_every is None else self.validate_every
        return every or steps


def raise_for(asked: StopRequest) -> None:
    """End the command as the signal that came would have; SIGTERM if another process got it."""
    import signal

    if asked.signal == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(TERMINATED)


def report(json_lines: bool, *, outputs: list[str], **fields: Any) -> None:
    """A last JSON line, or one path a line."""
    if json_lines:
        emit("done", outputs=outputs, **fields)
    else:
        print("\n".join(outputs), flush=True)
