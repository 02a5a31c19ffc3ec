"""Signals that ask a run to stop: written down for the loop, so that it can save between steps.

A terminal and a scheduler send a signal to every process of a run, also to those that only read
for it. These leave it to the process that saves.
"""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)


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
    """Within the block, the first signal is written down instead of ending the run.

    It may be SIGTERM, Ctrl-C, or SIGUSR1, by which SLURM can tell that time is running out.
    """
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


@contextmanager
def signals_held() -> Iterator[None]:
    """Within the block, signals wait; processes and threads that it starts never get them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def leave_signals_to_parent() -> None:
    """In a process started under ``signals_held``: only the parent's own SIGTERM ends it.

    Once the parent is gone, anybody's does.
    """
    arguments = (os.getppid(),)
    threading.Thread(target=_end_by_parent, args=arguments, name="signals", daemon=True).start()


def _end_by_parent(parent: int) -> None:
    while True:
        came = signal.sigwaitinfo(SIGNALS)
        if came.si_pid == parent or os.getppid() != parent:
            os._exit(0)
