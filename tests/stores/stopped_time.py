"""Stopped clocks of the host and the database, which a test can move."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import time_machine
from django.utils import timezone

STORES = "token_revocation.stores."


@contextmanager
def stopped_time():
    """Stop all clocks; yield an object whose ``shift(seconds)`` moves them."""
    clocks = {
        f"{STORES}_database_clock.monotonic_ns": time.time_ns,
        f"{STORES}_database_clock.database_now": lambda using: timezone.now(),
        f"{STORES}_fault_tolerant_cache.monotonic": time.time,
    }
    with ExitStack() as stack:
        traveller = stack.enter_context(time_machine.travel(timezone.now(), tick=False))
        for name, clock in clocks.items():
            stack.enter_context(patch(name, clock))
        yield traveller
