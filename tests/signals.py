"""Signals that a block of code sends, and receivers for the length of a block."""

from __future__ import annotations

from contextlib import contextmanager


@contextmanager
def connected(receiver, *signals):
    """Connect ``receiver`` to ``signals`` while the block runs."""
    for signal in signals:
        signal.connect(receiver)
    try:
        yield
    finally:
        for signal in signals:
            signal.disconnect(receiver)


@contextmanager
def capture_signals(*signals, argument=None):
    """Collect the keyword arguments of each signal sent, or only the named ``argument``."""
    captured = []

    def receive(**kwargs):
        captured.append(kwargs if argument is None else kwargs[argument])

    with connected(receive, *signals):
        yield captured


def failing_receiver(**kwargs):
    raise RuntimeError("the receiver failed")
