"""What signals tell."""

from __future__ import annotations

from contextlib import contextmanager


@contextmanager
def listening(receiver, *signals):
    """``receiver`` is told of them during the block."""
    for signal in signals:
        signal.connect(receiver)
    try:
        yield
    finally:
        for signal in signals:
            signal.disconnect(receiver)


@contextmanager
def hearing(*signals, name=None):
    """What is sent during the block, each time: all that it says, or what it calls ``name``."""
    told = []

    def hear(**kwargs):
        told.append(kwargs if name is None else kwargs[name])

    with listening(hear, *signals):
        yield told


def fail(**kwargs):
    """A receiver that does."""
    raise RuntimeError("nobody listens")
