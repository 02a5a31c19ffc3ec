"""How far training is: a bar on a terminal, JSON lines for machines, nothing in a pipe."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from masklet.cli.progress import OnTerminal, emit
from masklet.train.stopping import StopRequest
from masklet.train.watcher import Watcher

if TYPE_CHECKING:
    import rich.progress

CURVE_LINES = 8


class TrainProgress(OnTerminal, Watcher):
    """A bar on a terminal, JSON lines for machines, nothing in a pipe; a context manager.

    Args:
        title: the recipe's name.
        asked: the stop that a signal may ask for.
        json_lines: write JSON lines to standard output instead of a bar.
        silent: say nothing; another process shows how far it is.
        terminal: where a bar goes, if that is a terminal; standard error by default.
    """

    def __init__(
        self,
        title: str,
        asked: StopRequest,
        *,
        json_lines: bool,
        silent: bool = False,
        terminal: TextIO | None = None,
    ) -> None:
        Watcher.__init__(self)
        self._title, self._asked = title, asked
        self._json_lines = json_lines and not silent
        OnTerminal.__init__(self, make_bar, wanted=not (json_lines or silent), terminal=terminal)

    def begin(self, step: int, steps: int) -> None:
        """So many steps of so many are done already."""
        if self._json_lines:
            emit("begin", recipe=self._title, step=step, steps=steps)
        elif self._bar is not None:
            self._bar.add_task(self._title, total=steps, completed=step, last="")

    def stepped(self, step: int) -> None:
        """One more is done."""
        self.stop = self._asked.signal is not None
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=step)

    def logged(self, line: dict[str, Any]) -> None:
        """A line of the log was written."""
        if self._json_lines:
            emit("log", **line)
        elif self._bar is not None:
            self._bar.update(self._bar.task_ids[0], last=words(line))

    def validated(self, line: dict[str, Any], sheet: Path | None) -> None:
        """Validation was written to the log, and its samples into a picture file."""
        if self._json_lines:
            emit("validation", **line, sheet=None if sheet is None else str(sheet))
        elif self._bar is not None:
            self._bar.console.print(
                f"step {line['step']:>6}  {said(line)}", markup=False, highlight=False
            )


def make_bar(terminal: TextIO) -> "rich.progress.Progress":
    """A bar with count, time left and the loss."""
    from rich import progress
    from rich.console import Console

    return progress.Progress(
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
        progress.TextColumn("{task.fields[last]}", markup=False),
        console=Console(file=terminal),
    )


def words(line: dict[str, Any]) -> str:
    """One line of a log as text."""
    last = line["last"]
    reached = f"  IoU {last['best_iou']:.3f}" if "best_iou" in last else ""
    return f"step {line['step']:>6}  loss {last['total']:.3f}{reached}"


def curve(lines: list[dict[str, Any]]) -> list[str]:
    """A few steps of a log as text, the first and the last among them."""
    lines = [line for line in lines if "last" in line]
    count = min(len(lines), CURVE_LINES)
    rows = [round(at * (len(lines) - 1) / max(count - 1, 1)) for at in range(count)]
    return [words(lines[row]) for row in rows]


def validation_table(lines: list[dict[str, Any]]) -> list[str]:
    """What validation measured before and at last, as text."""
    checked = [line for line in lines if "validation" in line]
    if not checked:
        return []
    shown = checked if len(checked) == 1 else [checked[0], checked[-1]]
    return [f"held out, step {line['step']:>6}  {said(line)}" for line in shown]


def said(line: dict[str, Any]) -> str:
    """The figures of one validation as text: "IoU after 1, 3, 5 clicks 0.410, 0.630, 0.700"."""
    figures = dict(line["validation"])
    clicks = {
        name.removeprefix("IoU "): figures.pop(name)
        for name in line["validation"]
        if name.startswith("IoU ")
    }
    parts = [f"{name} {figure:.3f}" for name, figure in figures.items()]
    if clicks:
        values = ", ".join(f"{figure:.3f}" for figure in clicks.values())
        parts.insert(0, f"IoU after {', '.join(clicks)} clicks {values}")
    return "  ".join(parts)
