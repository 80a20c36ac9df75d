"""Time stands still, on this host and in the database, until a test moves it."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import time_machine
from django.utils import timezone

STORES = "token_revocation.stores."


@contextmanager
def stopped_time():
    """The traveller, whose ``shift(seconds)`` moves all clocks alike."""
    clocks = {
        f"{STORES}stopwatch.monotonic_ns": time.time_ns,
        f"{STORES}stopwatch.database_now": lambda using: timezone.now(),
        f"{STORES}forgiving.monotonic": time.time,
    }
    with ExitStack() as stack:
        traveller = stack.enter_context(time_machine.travel(timezone.now(), tick=False))
        for name, clock in clocks.items():
            stack.enter_context(patch(name, clock))
        yield traveller
