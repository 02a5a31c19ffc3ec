"""SIGTERM and Ctrl-C as a request that the loop reads between steps, so that it can save."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@dataclass
class StopRequest:
    """The signal that asked for a stop, or None; a second Ctrl-C ends the process at once.

    A second SIGTERM does not: torchrun and schedulers send it to a process and to its group.
    """

    signal: int | None = None

    def ask(self, number: int, frame: FrameType | None) -> None:
        """The signal handler."""
        if self.signal == number == signal.SIGINT:
            signal.default_int_handler(number, frame)
        self.signal = number


@contextmanager
def stop_on_signals() -> Iterator[StopRequest]:
    """Within the block, the first SIGTERM or Ctrl-C is written down instead of ending the run."""
    request = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    previous = [signal.signal(number, request.ask) for number in SIGNALS]
    try:
        yield request
    finally:
        for number, handler in zip(SIGNALS, previous, strict=True):
            signal.signal(number, handler)
