"""Work that a thread of its own does again and again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock, RLock, Thread

from django.db import connections

from token_revocation.stores.snapshot.elapsed import elapsed

logger = logging.getLogger("token_revocation")

PATIENCE = 1.0
"""Seconds for which :meth:`Background.pause` waits: the work may hang."""


class Background:
    """A daemon thread that does ``work`` until :meth:`end`.

    ``work`` returns how many seconds to rest and raises nothing. :meth:`wake` ends the rest, but
    never makes it begin more often than every ``least`` seconds.
    """

    def __init__(self, work: Callable[[], float], *, least: float = 0.0) -> None:
        self._work = work
        self._least = least
        self._news = Event()
        self._ended = Event()
        self._lock = Lock()
        self._at_work = RLock()
        self._thread: Thread | None = None

    @property
    def is_alive(self) -> bool:
        """Whether the thread has been started and has not ended."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> bool:
        """Let the thread begin, unless it has; whether it has now."""
        with self._lock:
            if self._thread is None:
                self._thread = _started(self._run)
        return self._thread is not None

    def wake(self) -> None:
        """Let it work at once."""
        self._news.set()

    def end(self) -> None:
        """Let it end after the work that it does now."""
        self._ended.set()
        self._news.set()

    def pause(self) -> None:
        """Let it do nothing until :meth:`go_on` by the same thread, once the work of now is done."""
        self._at_work.acquire(timeout=PATIENCE)

    def go_on(self) -> None:
        """Let it work again."""
        with suppress(RuntimeError):  # Its work took too long, so it was never paused.
            self._at_work.release()

    def join(self) -> None:
        """Wait until it has ended, though not for ever."""
        if self._thread is not None:
            self._thread.join(timeout=2)

    def _run(self) -> None:
        try:
            while not self._ended.is_set():
                self._news.clear()
                began = elapsed()
                with self._at_work:
                    seconds = self._work()
                self._rest(began, seconds)
        finally:
            connections.close_all()  # Those of this thread.

    def _rest(self, began: float, seconds: float) -> None:
        if not self._ended.is_set():
            self._news.wait(seconds)
            self._ended.wait(max(0.0, began + self._least - elapsed()))


def _started(run: Callable[[], None]) -> Thread | None:
    """A thread that runs; ``None`` if the system has none left, and somebody else must try."""
    thread = Thread(target=run, name="token_revocation", daemon=True)
    try:
        thread.start()
    except RuntimeError:
        logger.exception("No thread could be started; the database answers until one can.")
        return None
    return thread
