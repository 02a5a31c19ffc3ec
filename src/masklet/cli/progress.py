"""How far a verb is: a bar on a terminal, JSON lines for machines, nothing in a pipe."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from masklet.values import FrameResult

if TYPE_CHECKING:
    import rich.progress

Shown = TypeVar("Shown", bound="OnTerminal")


def resident_megabytes() -> float | None:
    """Memory this process holds now, in MB; where that is not known its peak, or ``None``."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, ValueError, IndexError, AttributeError):
        pass
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def emit(event: str, **fields: Any) -> None:
    """One JSON line on standard output, at once."""
    print(json.dumps({"event": event, **fields}), flush=True)


def tell_note(text: str, *, json_lines: bool) -> None:
    """Say what a person should know though nothing failed; in a pipe too, on standard error."""
    if json_lines:
        emit("note", message=text)
    else:
        print(f"masklet: note: {text}", file=sys.stderr)


def frame_fields(result: FrameResult) -> dict[str, Any]:
    """What the JSON line of a frame says: every object with its score and whether it is there."""
    return {
        "frame": result.index,
        "objects": list(result.objects),
        "visible": result.visible.tolist(),
        "scores": [round(float(score), 4) for score in result.scores],
        "presence": [round(float(logit), 3) for logit in result.presence],
    }


class OnTerminal:
    """Has a bar where one is wanted and there is a terminal; a context manager that shows it.

    Args:
        make_bar: makes it for a terminal.
        wanted: False where nothing is to be shown.
        terminal: where the bar goes, if that is a terminal; standard error by default.
    """

    def __init__(
        self,
        make_bar: Callable[[TextIO], "rich.progress.Progress"],
        *,
        wanted: bool,
        terminal: TextIO | None,
    ) -> None:
        self._bar: rich.progress.Progress | None = None
        terminal = terminal or sys.stderr
        if wanted and terminal is not None and terminal.isatty():
            self._bar = make_bar(terminal)

    def __enter__(self: Shown) -> Shown:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()


class Progress(OnTerminal):
    """Frames done so far, with rate, time left and memory.

    Args:
        title: what is being done, such as ``tracking clip.mp4``.
        total: how many frames there will be; ``None`` where there is no end.
        json_lines: write JSON lines to standard output instead of a bar.
        terminal: where a bar goes, if that is a terminal; standard error by default.
    """

    def __init__(
        self, title: str, *, total: int | None, json_lines: bool, terminal: TextIO | None = None
    ) -> None:
        self.frames = 0
        self.json_lines = json_lines
        self._started = time.perf_counter()
        super().__init__(make_bar, wanted=not json_lines, terminal=terminal)
        if self._bar is not None:
            self._bar.add_task(title, total=total, rate="", memory="")

    def __enter__(self) -> "Progress":
        self._started = time.perf_counter()
        return super().__enter__()

    @property
    def seconds(self) -> float:
        """Time since the start."""
        return time.perf_counter() - self._started

    def step(self, result: FrameResult) -> None:
        """Count a frame and show it."""
        self.advance(frame_fields(result) if self.json_lines else {})

    def advance(self, fields: Mapping[str, Any]) -> None:
        """Count a frame and show it; ``fields`` are what its JSON line says."""
        self.frames += 1
        if self.json_lines:
            emit("frame", **fields)
        elif self._bar is not None:
            memory = resident_megabytes()
            self._bar.update(
                self._bar.task_ids[0],
                advance=1,
                rate=f"{self.frames / max(self.seconds, 1e-9):.1f} frames/s",
                memory="" if memory is None else f"{memory:.0f} MB",
            )

    @contextmanager
    def reported(self, outputs: Sequence[str]) -> Iterator[None]:
        """Say at the end of the block, also after an error or Ctrl-C, what was written."""
        complete = False
        try:
            yield
            complete = True
        finally:
            if self.frames:
                self._finish([path for path in outputs if Path(path).exists()], complete)

    def _finish(self, outputs: list[str], complete: bool) -> None:
        """A last JSON line, or one path a line."""
        if not self.json_lines:
            for output in outputs:
                print(output, flush=True)
            return
        memory = resident_megabytes()
        emit(
            "done",
            complete=complete,
            frames=self.frames,
            seconds=round(self.seconds, 3),
            memory_mb=None if memory is None else round(memory),
            outputs=outputs,
        )


def make_bar(terminal: TextIO) -> "rich.progress.Progress":
    """A bar with count, rate, time left and memory."""
    from rich import progress
    from rich.console import Console

    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TextColumn("{task.fields[rate]}"),
        progress.TimeRemainingColumn(),
        progress.TextColumn("{task.fields[memory]}"),
        console=Console(file=terminal),
    )
