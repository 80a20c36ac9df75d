"""What a signal tells."""

from __future__ import annotations

from contextlib import contextmanager


@contextmanager
def hearing(signal, name=None):
    """What is sent during the block, each time: all that it says, or what it calls ``name``."""
    told = []

    def hear(**kwargs):
        told.append(kwargs if name is None else kwargs[name])

    signal.connect(hear)
    try:
        yield told
    finally:
        signal.disconnect(hear)
