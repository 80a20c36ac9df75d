"""A cached value from another server, fetched in a background thread.

At most one thread fetches a value. Requests use the cached value while it is usable; otherwise
they wait for :data:`MAX_WAIT_SECONDS` at most. Failures are cached, too. A slow or hostile server
therefore cannot occupy the workers of a project.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Generic, TypeVar

from token_revocation.exceptions import RevocationUnavailable

logger = logging.getLogger("token_revocation")

T = TypeVar("T")

MAX_WAIT_SECONDS = 1.0
"""Time after the start of a fetch for which requests wait; the fetch continues without them."""


@dataclass(frozen=True)
class CachedValue(Generic[T]):
    """A value with two expiry times, both by the monotonic clock.

    After ``fresh_until`` the value is fetched again. Until ``usable_until`` it is still used.
    """

    value: T
    fresh_until: float
    usable_until: float


class RemoteValue(Generic[T]):
    """A value that ``load`` fetches on demand.

    Args:
        name: Name of the value in log messages.
        load: Function that takes the previous value, or ``None``, and returns the new one. If it
            raises, the previous value is kept.
        retry_seconds: Pause between a failure and the next call of ``load``.
    """

    def __init__(
        self, name: str, load: Callable[[T | None], CachedValue[T]], *, retry_seconds: float
    ) -> None:
        self._name, self._load, self._retry_seconds = name, load, retry_seconds
        self._lock = Lock()
        self._cached: CachedValue[T] | None = None
        self._thread: Thread | None = None
        self._started_at = self._retry_at = float("-inf")

    def get(self) -> T:
        """Return the value.

        Raises:
            RevocationUnavailable: The value could not be fetched in time.
        """
        now, cached = time.monotonic(), self._cached
        if cached is not None and now < cached.fresh_until:
            return cached.value
        self._start_fetch(now, cached)
        if cached is not None and now < cached.usable_until:
            return cached.value
        return self._wait_for_fetch(cached)

    def get_newer(self, min_interval: float) -> T:
        """Return the value, fetched again at most every ``min_interval`` seconds.

        Raises:
            RevocationUnavailable: The latest fetch failed, or did not finish in time.
        """
        now, cached = time.monotonic(), self._cached
        is_due = now - self._started_at >= min_interval
        if is_due:
            self._start_fetch(now, cached)
        if cached is None or is_due or self._is_fetching or now < self._retry_at:
            return self._wait_for_fetch(cached)
        return cached.value

    def is_expired(self, now: float) -> bool:
        """Return whether the object holds no usable value and no failure to remember."""
        usable_until = self._cached.usable_until if self._cached else float("-inf")
        return not self._is_fetching and max(usable_until, self._retry_at) <= now

    @property
    def _is_fetching(self) -> bool:
        # In a process that was forked during a fetch, the thread is not alive.
        return self._thread is not None and self._thread.is_alive()

    def _start_fetch(self, now: float, seen: CachedValue[T] | None) -> None:
        """Start a fetch, unless one is running or has replaced the value ``seen``."""
        with self._lock:
            if self._cached is not seen or self._is_fetching or now < self._retry_at:
                return
            self._started_at = now
            thread = Thread(target=self._run_fetch, name=f"Fetch {self._name}", daemon=True)
            try:
                thread.start()
            except RuntimeError:  # No thread could be started, or the interpreter is shutting down.
                self._retry_at = now + self._retry_seconds
            else:
                self._thread = thread

    def _run_fetch(self) -> None:
        try:
            self._cached = self._load(self._cached.value if self._cached else None)
        except Exception as error:
            self._retry_at = time.monotonic() + self._retry_seconds
            # The messages contain addresses at most, no content of the response.
            logger.warning("%s could not be fetched: %s", self._name, error.__cause__ or error)

    def _wait_for_fetch(self, before: CachedValue[T] | None) -> T:
        """Return the value of the running or latest fetch."""
        if self._thread is not None:
            self._thread.join(max(0.0, self._started_at + MAX_WAIT_SECONDS - time.monotonic()))
        cached = self._cached
        if cached is None or cached is before:
            raise RevocationUnavailable
        return cached.value
