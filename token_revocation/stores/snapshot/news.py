"""A push that may fail: it is tried again, and nobody notices but by a delay."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress

from token_revocation.stores.snapshot.background import Background
from token_revocation.stores.snapshot.elapsed import elapsed
from token_revocation.stores.snapshot.push import Push

logger = logging.getLogger("token_revocation")

REST = 1.0
"""Seconds without trying after a failure."""

TURN = 0.25
"""Seconds that the thread listens before it looks whether it should end."""

SURE_FOR = 30.0
"""Seconds after which it makes sure that it is heard: a connection may be dead and not say so."""


class News:
    """Sends, and listens in a thread of its own that calls ``tell`` when there is news."""

    def __init__(self, push: Push, tell: Callable[[], object]) -> None:
        self.background = Background(self._listen)
        self._push = push
        self._tell = tell
        self._send_again_at = self._listen_again_at = float("-inf")
        self._failing = False

    @property
    def is_heard(self) -> bool:
        """Whether the thread listens, and the last attempt did not fail."""
        return self.background.is_alive and self._listen_again_at > elapsed()

    def send(self) -> None:
        """Tell the others; raises nothing."""
        if elapsed() < self._send_again_at:
            return
        try:
            self._push.send()
        except Exception:
            self._send_again_at = elapsed() + REST
            self._complain()

    def _listen(self) -> float:
        """One turn; how long to rest then."""
        try:
            self._make_sure()
            if self._push.wait(TURN):
                self._tell()
        except Exception:
            self._give_up()
            return REST
        return 0.0

    def _make_sure(self) -> None:
        if elapsed() < self._listen_again_at:
            return
        self._push.listen()
        self._listen_again_at = elapsed() + SURE_FOR
        self._failing = False
        self._tell()  # What was said while nobody listened was not heard.

    def _give_up(self) -> None:
        self._listen_again_at = float("-inf")
        with suppress(Exception):
            self._push.hang_up()
        self._complain()

    def _complain(self) -> None:
        if not self._failing:
            self._failing = True
            logger.warning("The push fails; snapshots are as fresh as without.", exc_info=True)
