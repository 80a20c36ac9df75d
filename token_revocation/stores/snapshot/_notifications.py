"""Sending and receiving push notifications, with retries after failures."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress

from token_revocation.clock import monotonic
from token_revocation.stores.snapshot._worker import Worker
from token_revocation.stores.snapshot.push import Push

logger = logging.getLogger("token_revocation")

RETRY_DELAY_SECONDS = 1.0
"""Delay before the next attempt after a failure."""

POLL_INTERVAL_SECONDS = 0.25
"""Longest wait for a notification before the thread checks whether it must stop."""

RELISTEN_INTERVAL_SECONDS = 30.0
"""Interval of :meth:`Push.listen`, as a connection can be dead without an error."""


class Notifications:
    """A sender of notifications, and a thread that receives them.

    The thread calls ``on_notification`` when one arrives.
    """

    def __init__(self, push: Push, on_notification: Callable[[], object]) -> None:
        self.worker = Worker(self._poll)
        self._push = push
        self._on_notification = on_notification
        self._resend_at = self._relisten_at = float("-inf")
        self._is_failing = False

    @property
    def is_listening(self) -> bool:
        """Whether the thread is running and its last attempt did not fail."""
        return self.worker.is_alive and self._relisten_at > monotonic()

    def send(self) -> None:
        """Notify the other processes. Failures are logged, never raised."""
        if monotonic() < self._resend_at:
            return
        try:
            self._push.send()
        except Exception:
            self._resend_at = monotonic() + RETRY_DELAY_SECONDS
            self._log_failure()

    def _poll(self) -> float:
        """Wait for a notification; return the seconds until the next call."""
        try:
            self._ensure_listening()
            if self._push.wait(POLL_INTERVAL_SECONDS):
                self._on_notification()
        except Exception:
            self._reset()
            return RETRY_DELAY_SECONDS
        return 0.0

    def _ensure_listening(self) -> None:
        if monotonic() < self._relisten_at:
            return
        self._push.listen()
        self._relisten_at = monotonic() + RELISTEN_INTERVAL_SECONDS
        self._is_failing = False
        self._on_notification()  # Notifications may have been missed before.

    def _reset(self) -> None:
        self._relisten_at = float("-inf")
        with suppress(Exception):
            self._push.disconnect()
        self._log_failure()

    def _log_failure(self) -> None:
        if not self._is_failing:
            self._is_failing = True
            logger.warning(
                "Push notifications failed; snapshots are refreshed every refresh_every seconds.",
                exc_info=True,
            )
