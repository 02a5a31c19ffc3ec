"""One export on its way: how far it is, and that it may be stopped at any step."""

import secrets
import threading
from typing import Literal

from masklet.studio.wire.views import JobView

State = Literal["waiting", "running", "done", "failed", "cancelled"]


class Cancelled(BaseException):
    """Raised within an export that a person stopped; nothing of it is kept."""


class Job:
    """Written by its thread, read by the event loop.

    Args:
        project: whose it is.
        kind: of the export.
        name: of the file to be.
        total: steps.
    """

    def __init__(self, *, project: str, kind: str, name: str, total: int) -> None:
        self.id = secrets.token_hex(8)
        self.project, self.kind, self.name = project, kind, name
        self.state: State = "waiting"
        self.note: str | None = None
        self._done, self._total = 0, total
        self._ending = threading.Lock()
        self.is_stopped = False

    @property
    def is_over(self) -> bool:
        """Whether nothing goes on any more."""
        return self.state in ("done", "failed", "cancelled")

    def stop(self) -> bool:
        """Ask it to end and leave nothing; whether it is not too late for that."""
        with self._ending:
            self.is_stopped = self.is_stopped or not self.is_over
            return not self.is_over

    def finish(self) -> None:
        """Its file has its place. Raises Cancelled where it was asked to end before."""
        with self._ending:
            if self.is_stopped:
                raise Cancelled
            self.state = "done"

    def tick(self) -> None:
        """A step. Raises Cancelled where it was asked to end."""
        if self.is_stopped:
            raise Cancelled
        self._done = min(self._done + 1, self._total)

    def view(self) -> JobView:
        """For a page."""
        return JobView(
            id=self.id,
            kind=self.kind,
            name=self.name,
            state=self.state,
            done=self._done,
            total=self._total,
            note=self.note,
            url=None,
        )
