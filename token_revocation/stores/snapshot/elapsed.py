"""How much time has passed."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

# Linux stops the usual clock while the machine is suspended, and a snapshot ages all the same.
_BOOT = getattr(time, "CLOCK_BOOTTIME", None)

elapsed: Callable[[], float] = (
    time.monotonic if _BOOT is None else partial(time.clock_gettime, _BOOT)
)
"""Seconds since some moment; nobody sets this clock."""
