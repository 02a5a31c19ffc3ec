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
