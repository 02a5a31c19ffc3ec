"""Playing a suite from the command line, and the report that comes of it."""

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import tyro

from masklet.cli.progress import emit

if TYPE_CHECKING:
    from masklet.evaluate.running.job import Job
    from masklet.evaluate.running.suites import SuiteSpec

Methods = Annotated[tyro.conf.UseAppendAction[tuple[str, ...]], tyro.conf.arg(metavar="METHOD")]
Names = Annotated[str, tyro.conf.arg(metavar="A,B,...")]
Split = Annotated[str, tyro.conf.arg(metavar="NAME")]
Folder = Annotated[Path, tyro.conf.arg(metavar="FOLDER")]
MaybeFolder = Annotated[Path | None, tyro.conf.arg(metavar="FOLDER")]


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What every suite is told."""

    suite: ClassVar[str] = ""
    union: ClassVar[bool] = False
    per_object: ClassVar[bool] = False

    root: Folder
    """The dataset's folder."""
    method: Methods = ()
    """What to evaluate, as often as needed; the bundled model by default. A model's name, a weights
    file, or MODEL:FILE; copy, flow or pictures, each perhaps with :MODEL; masks:FOLDER;
    reference:MODEL. @PIXELS behind it sets the side of the square that the network sees; NAME=
    before it is what the report calls it."""
    split: Split = ""
    """A list of videos that the dataset has; every video without it."""
    videos: Names = ""
    """Only these videos, by name."""
    tasks: Names = ""
    """Only these tasks of the suite, by the names that the report gives them."""
    output: MaybeFolder = None
    """Where results and the report go; evaluation/SUITE by default. A run that was stopped goes
    on with what is there."""
    fresh: bool = False
    """Play again what is there."""
    workers: Annotated[int | None, tyro.conf.arg(metavar="N")] = None
    """Processes on this machine, or actors on Ray. By default this one, and on Ray one a GPU, or
    a CPU where there is none."""
    engine: Annotated[Literal["local", "ray"], tyro.conf.arg(metavar="local|ray")] = "local"
    """Where to play: on this machine, or on the Ray cluster of RAY_ADDRESS, or one made here."""
    device: Annotated[str | None, tyro.conf.arg(metavar="DEVICE")] = None
    """cpu, cuda, cuda:1 or mps; the fastest there is by default."""
    dtype: Annotated[
        Literal["float32", "bfloat16", "float16"] | None,
        tyro.conf.arg(metavar="float32|bfloat16|float16"),
    ] = None
    """Number type of the networks; the device's best by default."""
    image_size: Annotated[int | None, tyro.conf.arg(metavar="PIXELS")] = None
    """Side of the square that the networks see, a multiple of 32; each model's own by default."""
    json: bool = False
    """JSON lines, for machines."""

    @property
    def folder(self) -> Path:
        """Where results and the report go."""
        return self.output or Path("evaluation", self.suite)

    def options(self) -> Mapping[str, Any]:
        """What this suite is told beyond the others."""
        return {}

    def masks(self) -> Path | None:
        """Where the answers are kept."""
        return None

    def run(self) -> None:
        """Play what is not there yet, and write the report.

        Raises:
            MaskletError: input that cannot be used; what was played until then is kept.
            KeyboardInterrupt: after Ctrl-C; likewise.
        """
        from masklet.cli.evaluate_progress import EvaluateProgress
        from masklet.cli.evaluate_report import figures_in, headlines, write_report

        job = self._job()
        silent = job.share.rank > 0
        with EvaluateProgress(self.suite, json_lines=self.json, silent=silent) as progress:
            try:
                outline = job.play(progress)
            except KeyboardInterrupt:
                progress.note(f"what was played is kept in {self.folder}; run again to go on")
                raise
        if outline is None:
            return
        paths = write_report(self.folder, job.plan, outline, command_of(self))
        if self.json:
            emit("done", figures=figures_in(outline), outputs=[str(path) for path in paths])
        else:
            print("\n".join([*headlines(job.plan, outline), *map(str, paths)]), flush=True)

    def spec(self) -> "SuiteSpec":
        """The suite that is asked for."""
        from masklet.evaluate.running.suites import SuiteSpec

        return SuiteSpec(
            name=self.suite,
            root=self.root,
            videos=words_in(self.videos),
            tasks=words_in(self.tasks),
            split=self.split,
            **self.options(),
        )

    def _job(self) -> "Job":
        from masklet.evaluate.methods.specs import Hardware, method_spec
        from masklet.evaluate.running.job import Job
        from masklet.evaluate.running.runner import KeptMasks, Plan
        from masklet.evaluate.running.spread import in_processes, play_here, share_of

        if self.engine == "ray":
            from masklet.evaluate.running.ray_engine import on_ray

            engine = on_ray(self.workers)
        else:
            engine = play_here if self.workers in (None, 1) else in_processes(self.workers)
        hardware = Hardware(device=self.device, dtype=self.dtype, image_size=self.image_size)
        words, masks = self.method or ("nano",), self.masks()
        plan = Plan(
            suite=self.spec(),
            methods=tuple(method_spec(word, hardware, union=self.union) for word in words),
            masks=None if masks is None else KeptMasks(masks, self.per_object),
        )
        share = share_of(os.environ)
        return Job(plan=plan, output=self.folder, engine=engine, share=share, fresh=self.fresh)


def words_in(text: str) -> tuple[str, ...]:
    """What stands between commas."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def command_of(verb: Evaluation) -> str:
    """The command that a person would type for this, with whatever is not as by default."""
    words = ["masklet", "evaluate", verb.suite]
    for field in fields(verb):
        value = getattr(verb, field.name)
        if value == field.default or field.name in ("fresh", "json"):
            continue
        flag = f"--{field.name.replace('_', '-')}"
        values = value if isinstance(value, tuple) else (value,)
        words += [flag] if value is True else [part for one in values for part in (flag, str(one))]
    return shlex.join(words)
