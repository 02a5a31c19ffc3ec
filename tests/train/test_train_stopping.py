"""The first signal asks for a stop; only a second Ctrl-C does not wait for it."""

import signal

import pytest

from masklet.train.stopping import stop_on_signals


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_written_down_and_handlers_come_back(number: signal.Signals) -> None:
    """Also where it comes twice to a process and once to its group."""
    before = [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)]
    with stop_on_signals() as asked:
        assert asked.signal is None
        signal.raise_signal(number)
        assert asked.signal == number
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        assert asked.signal == signal.SIGTERM
    assert [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)] == before


def test_a_second_interrupt_does_not_wait() -> None:
    with stop_on_signals():
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
