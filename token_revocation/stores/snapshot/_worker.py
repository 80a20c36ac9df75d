"""A daemon thread that repeats a task."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock, RLock, Thread

from django.db import connections

from token_revocation.clock import monotonic

logger = logging.getLogger("token_revocation")

PAUSE_TIMEOUT_SECONDS = 1.0
"""Longest wait of :meth:`Worker.pause`, as the task may hang."""

JOIN_TIMEOUT_SECONDS = 2.0


class Worker:
    """A daemon thread that runs ``task`` until :meth:`stop`.

    ``task`` returns the seconds until its next run and must not raise. :meth:`wake` starts the
    next run earlier, but not within ``min_interval`` seconds of the start of the last one.
    """

    def __init__(self, task: Callable[[], float], *, min_interval: float = 0.0) -> None:
        self._task = task
        self._min_interval = min_interval
        self._wake_event = Event()
        self._stop_event = Event()
        self._start_lock = Lock()
        self._task_lock = RLock()
        self._thread: Thread | None = None

    @property
    def is_alive(self) -> bool:
        """Whether the thread is running."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> bool:
        """Start the thread once; return ``False`` if the system could not start it."""
        with self._start_lock:
            if self._thread is None:
                self._thread = _start_thread(self._run)
        return self._thread is not None

    def wake(self) -> None:
        """Run the task as soon as possible."""
        self._wake_event.set()

    def stop(self) -> None:
        """Stop the thread after the current run of the task."""
        self._stop_event.set()
        self._wake_event.set()

    def pause(self) -> None:
        """Pause after the current run until :meth:`resume` is called from the same thread."""
        self._task_lock.acquire(timeout=PAUSE_TIMEOUT_SECONDS)

    def resume(self) -> None:
        """Resume after :meth:`pause`."""
        with suppress(RuntimeError):  # The lock is not held if ``pause()`` timed out.
            self._task_lock.release()

    def join(self) -> None:
        """Wait a limited time until the thread has stopped."""
        if self._thread is not None:
            self._thread.join(timeout=JOIN_TIMEOUT_SECONDS)

    def _run(self) -> None:
        try:
            while not self._stop_event.is_set():
                self._wake_event.clear()
                started_at = monotonic()
                with self._task_lock:
                    delay = self._task()
                self._wait(started_at, delay)
        finally:
            connections.close_all()  # Connections belong to their thread.

    def _wait(self, started_at: float, delay: float) -> None:
        if not self._stop_event.is_set():
            self._wake_event.wait(delay)
            self._stop_event.wait(max(0.0, started_at + self._min_interval - monotonic()))


def _start_thread(run: Callable[[], None]) -> Thread | None:
    thread = Thread(target=run, name="token_revocation", daemon=True)
    try:
        thread.start()
    except RuntimeError:
        logger.exception("No thread could be started; the database is queried instead.")
        return None
    return thread
