"""Ctrl-C as a request that the loop reads between frames, so that files are closed whole."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class StopRequest:
    """Whether Ctrl-C was pressed; a second press interrupts at once."""

    def __init__(self) -> None:
        self.asked = False

    def ask(self, number: int, frame: FrameType | None) -> None:
        """The signal handler."""
        if self.asked:
            signal.default_int_handler(number, frame)
        self.asked = True

    def settle(self) -> None:
        """Raise KeyboardInterrupt if a stop was asked for: called when the files are closed."""
        if self.asked:
            raise KeyboardInterrupt


@contextmanager
def stop_on_interrupt() -> Iterator[StopRequest]:
    """Within the block, the first Ctrl-C sets ``asked`` instead of raising."""
    request = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    previous = signal.signal(signal.SIGINT, request.ask)
    try:
        yield request
    finally:
        signal.signal(signal.SIGINT, previous)
