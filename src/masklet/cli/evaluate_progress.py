"""How far an evaluation is: a bar on a terminal, JSON lines for machines, only notes in a pipe."""

import sys
from typing import TYPE_CHECKING, TextIO

from masklet.cli.progress import OnTerminal, emit
from masklet.evaluate.running.runner import Done, Watcher
from masklet.evaluate.running.store import Unit

if TYPE_CHECKING:
    import rich.progress


class EvaluateProgress(OnTerminal, Watcher):
    """Units done so far; a context manager.

    Args:
        title: the suite's.
        json_lines: write JSON lines to standard output instead of a bar.
        silent: say nothing but notes; another process shows how far it is.
        terminal: where a bar goes, if that is a terminal; standard error by default.
    """

    def __init__(
        self,
        title: str,
        *,
        json_lines: bool,
        silent: bool = False,
        terminal: TextIO | None = None,
    ) -> None:
        self._title = title
        self._json_lines = json_lines and not silent
        super().__init__(make_bar, wanted=not (json_lines or silent), terminal=terminal)

    def begin(self, total: int, kept: int) -> None:
        """So many units, of which so many were there already."""
        if self._json_lines:
            emit("begin", suite=self._title, total=total, kept=kept)
        elif self._bar is not None:
            self._bar.add_task(self._title, total=total, completed=kept, last="")
        if kept and not self._json_lines:
            self.note(f"{kept} of {total} results were there already")

    def played(self, done: Done) -> None:
        """One was played."""
        if self._json_lines:
            emit("played", **done.unit._asdict(), seconds=round(done.seconds, 3))
        self._advance(done.unit)

    def refused(self, unit: Unit, reason: str) -> None:
        """A method does not take a task."""
        if self._json_lines:
            emit("refused", method=unit.method, task=unit.task, reason=reason)
        else:
            self.note(f"{unit.method} does not take {unit.task}: {reason}")

    def passed(self, unit: Unit) -> None:
        """One was passed over."""
        self._advance(unit)

    def note(self, text: str) -> None:
        """A line on standard error, or a JSON line."""
        if self._json_lines:
            emit("note", message=text)
        elif self._bar is not None:
            self._bar.console.print(f"masklet: {text}", markup=False, highlight=False)
        else:
            print(f"masklet: {text}", file=sys.stderr, flush=True)

    def _advance(self, unit: Unit) -> None:
        if self._bar is not None:
            last = f"{unit.method} · {unit.task} · {unit.item}"
            self._bar.update(self._bar.task_ids[0], advance=1, last=last)


def make_bar(terminal: TextIO) -> "rich.progress.Progress":
    """A bar with count, time left and what was played last."""
    from rich import progress
    from rich.console import Console

    return progress.Progress(
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
        progress.TimeRemainingColumn(),
        progress.TextColumn("{task.fields[last]}", markup=False),
        console=Console(file=terminal),
    )
