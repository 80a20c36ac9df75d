"""Sending and receiving the messages of a push, with retries after failures."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress

from token_revocation.clock import monotonic
from token_revocation.stores.snapshot._worker import Worker
from token_revocation.stores.snapshot.push import READ_DATABASE, Push

logger = logging.getLogger("token_revocation")

RETRY_DELAY_SECONDS = 1.0
"""Delay before the next attempt after a failure."""

POLL_INTERVAL_SECONDS = 1.0
"""Longest wait for messages before the thread checks whether it must stop."""

MIN_POLL_INTERVAL_SECONDS = 0.25
"""Messages that follow each other closely are read together, as each read costs the server."""

RELISTEN_INTERVAL_SECONDS = 30.0
"""Interval of :meth:`Push.listen`, as a connection can be dead without an error."""


class Notifications:
    """A sender of messages, and a thread that calls ``on_message`` with each it receives."""

    def __init__(self, push: Push, on_message: Callable[[str], object]) -> None:
        self.worker = Worker(self._poll, min_interval=MIN_POLL_INTERVAL_SECONDS)
        self._push = push
        self._on_message = on_message
        self._resend_at = self._relisten_at = float("-inf")
        self._is_failing = False

    @property
    def is_listening(self) -> bool:
        """Whether the thread is running and its last attempt did not fail."""
        return self.worker.is_alive and self._relisten_at > monotonic()

    def send(self, message: str) -> None:
        """Send ``message`` to all processes. Failures are logged, never raised."""
        if monotonic() < self._resend_at:
            return
        try:
            self._push.send(message)
        except Exception:
            self._resend_at = monotonic() + RETRY_DELAY_SECONDS
            self._log_failure()

    def _poll(self) -> float:
        """Wait for messages; return the seconds until the next call."""
        try:
            self._ensure_listening()
            for message in self._push.wait(POLL_INTERVAL_SECONDS):
                self._on_message(message)
        except Exception:
            self._reset()
            return RETRY_DELAY_SECONDS
        return 0.0

    def _ensure_listening(self) -> None:
        if monotonic() < self._relisten_at:
            return
        if self._push.listen():
            self._on_message(READ_DATABASE)
        self._relisten_at = monotonic() + RELISTEN_INTERVAL_SECONDS
        self._is_failing = False

    def _reset(self) -> None:
        self._relisten_at = float("-inf")
        with suppress(Exception):
            self._push.disconnect()
        self._log_failure()

    def _log_failure(self) -> None:
        if not self._is_failing:
            self._is_failing = True
            logger.warning(
                "The push failed; snapshots are refreshed every refresh_every seconds.",
                exc_info=True,
            )
