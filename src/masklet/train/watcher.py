"""Whoever watches a run: is told how it goes, and may ask it to stop."""

from pathlib import Path
from typing import Any


class Watcher:
    """Does nothing by itself.

    Attributes:
        stop: set to let the run save and end after the step that is being taken.
    """

    def __init__(self) -> None:
        self.stop = False

    def begin(self, step: int, steps: int) -> None:
        """``step`` of ``steps`` steps are done already."""

    def stepped(self, step: int) -> None:
        """So many steps are done."""

    def logged(self, line: dict[str, Any]) -> None:
        """A line was written to the log."""

    def validated(self, line: dict[str, Any], sheet: Path | None) -> None:
        """Validation was written to the log, and its samples drawn into a picture file."""


class Watchers(Watcher):
    """Several as one; any of them may ask for a stop."""

    def __init__(self, *watchers: Watcher) -> None:
        super().__init__()
        self._watchers = watchers

    def begin(self, step: int, steps: int) -> None:
        """Tell each."""
        for watcher in self._watchers:
            watcher.begin(step, steps)

    def stepped(self, step: int) -> None:
        """Tell each, and hear whether to stop."""
        for watcher in self._watchers:
            watcher.stepped(step)
        self.stop = any(watcher.stop for watcher in self._watchers)

    def logged(self, line: dict[str, Any]) -> None:
        """Tell each."""
        for watcher in self._watchers:
            watcher.logged(line)

    def validated(self, line: dict[str, Any], sheet: Path | None) -> None:
        """Tell each."""
        for watcher in self._watchers:
            watcher.validated(line, sheet)
