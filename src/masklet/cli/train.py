"""``masklet train``: run a recipe on packed shards, stop it at any time, and go on later."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import tyro

from masklet.cli.progress import emit
from masklet.cli.train_progress import TrainProgress, words
from masklet.errors import MaskletError
from masklet.train.stopping import StopRequest, stop_on_signals

if TYPE_CHECKING:
    import torch

    from masklet.data.pool import Pool
    from masklet.train.recipes import Recipe

TERMINATED, CURVE_LINES = 143, 8
Count = Annotated[int, tyro.conf.arg(metavar="N")]
MaybeFolder = Annotated[Path | None, tyro.conf.arg(metavar="FOLDER")]
MaybeFile = Annotated[Path | None, tyro.conf.arg(metavar="FILE")]
MaybePixels = Annotated[int | None, tyro.conf.arg(metavar="PIXELS")]


@dataclass(frozen=True, kw_only=True)
class Train:
    """Train a model from packed shards.

    The same command again goes on where the run was stopped: by Ctrl-C or SIGTERM, which save
    first, or by anything else, which loses at most the steps since the last checkpoint. Under
    torchrun, processes share every batch.

    For example: masklet train photos --pool shards --output runs/photos
    """

    recipe: Annotated[
        tyro.conf.Positional[Literal["photos", "clips", "joint", "cpu_smoke"]],
        tyro.conf.arg(metavar="photos|clips|joint|cpu_smoke"),
    ]
    """Single pictures; then short videos; then both in turns. cpu_smoke is a first run of two
    minutes on small pictures that it draws."""
    pool: MaybeFolder = None
    """Shards that python -m masklet.data.pack wrote; only cpu_smoke does without."""
    output: MaybeFolder = None
    """The run's folder, with run.pt and log.jsonl; runs/RECIPE by default."""
    start: MaybeFile = None
    """The run.pt of an earlier stage whose averaged weights to start from."""
    steps: Annotated[int | None, tyro.conf.arg(metavar="N")] = None
    """Steps in all; 4000 by default, and 150 of cpu_smoke."""
    size: MaybePixels = None
    """Side of the pictures, a multiple of 32; the recipe's own by default."""
    peak: Annotated[float | None, tyro.conf.arg(metavar="RATE")] = None
    """Highest rate of learning; the recipe's own by default."""
    device: Annotated[str, tyro.conf.arg(metavar="DEVICE")] = "cpu"
    """cpu or cuda, of which each process takes one."""
    bfloat16: bool = False
    """Multiply in bfloat16 where that is safe."""
    log_every: Count = 10
    """Steps a line of the log."""
    save_every: Count = 100
    """Steps between checkpoints."""
    show_batch: MaybeFile = None
    """Only draw a batch with its masks into this picture file."""
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
        from masklet.train.processes import joined, own_device

        recipe = self._recipe()
        device = own_device(self.device, os.environ)
        pool = self._pool(device)
        if self.show_batch is not None:
            show_batch(recipe, pool, self.show_batch)
            report(self.json, outputs=[str(self.show_batch)])
            return
        with joined(device) as share:
            self._fit(recipe, pool, share)

    def _fit(self, recipe: "Recipe", pool: "Pool", share: tuple[int, int]) -> None:
        """Train until done or stopped."""
        from masklet.train.draws import Share
        from masklet.train.loop import Setup, fit

        setup = Setup(
            pool=pool,
            folder=self.folder,
            start=self.start,
            log_every=self.log_every,
            save_every=self.save_every,
            share=Share(*share),
        )
        silent = not setup.leads
        with stop_on_signals() as asked:
            watcher = TrainProgress(self.recipe, asked, json_lines=self.json, silent=silent)
            with watcher:
                run = fit(recipe, setup, watcher)
        complete = run.step >= recipe.schedule.steps
        if setup.leads:
            self._report(run.step, recipe.schedule.steps)
        if not complete:
            raise_for(asked)

    def _report(self, step: int, steps: int) -> None:
        """The curve and the files; where the run was stopped, how to go on."""
        from masklet.train.journal import read_journal

        log, checkpoint = self.folder / "log.jsonl", self.folder / "run.pt"
        lines = read_journal(log) if log.exists() else []
        outputs = [str(path) for path in (checkpoint, log) if path.exists()]
        if not self.json:
            print("\n".join(curve(lines)), end="\n" if lines else "")
        report(self.json, outputs=outputs, complete=step >= steps, step=step, steps=steps)
        if step < steps:
            note = f"stopped after step {step} of {steps} and saved; the same command goes on"
            print(f"masklet: {note}", file=sys.stderr, flush=True)

    def _recipe(self) -> "Recipe":
        """The recipe with what was asked to be changed."""
        from masklet.train import recipes

        for flag in ("steps", "log_every", "save_every"):
            value = getattr(self, flag)
            if value is not None and value < 1:
                raise MaskletError(f"--{flag.replace('_', '-')}={value}: wanted 1 or more")
        if self.size is not None and (self.size < 1 or self.size % 32):
            raise MaskletError(f"--size={self.size}: wanted a positive multiple of 32")
        makers = {
            "photos": recipes.photos,
            "clips": recipes.clips,
            "joint": recipes.joint,
            "cpu_smoke": recipes.cpu_smoke,
        }
        recipe = makers[self.recipe](self.steps or (150 if self.recipe == "cpu_smoke" else 4000))
        if self.size is not None:
            pictures = replace(recipe.pictures, size=self.size)
            recipe = replace(recipe, size=self.size, pictures=pictures)
        if self.peak is not None:
            recipe = replace(recipe, schedule=replace(recipe.schedule, peak=self.peak))
        return replace(recipe, bfloat16=self.bfloat16)

    def _pool(self, device: "torch.device") -> "Pool":
        """What to train from."""
        from masklet.data.pool import load_pool
        from masklet.train.drawn import draw_pool

        if self.pool is not None:
            return load_pool(self.pool, device)
        if self.recipe != "cpu_smoke":
            raise MaskletError(
                f"--pool: {self.recipe} needs shards; python -m masklet.data.pack makes them"
            )
        return load_pool(draw_pool(self.folder / "pool"), device)


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


def curve(lines: list[dict[str, Any]]) -> list[str]:
    """A few lines of a log as text, the first and the last among them."""
    count = min(len(lines), CURVE_LINES)
    rows = [round(at * (len(lines) - 1) / max(count - 1, 1)) for at in range(count)]
    return [words(lines[row]) for row in rows]
