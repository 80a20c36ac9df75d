"""Tell the snapshots of other processes that there is something to look for."""

from __future__ import annotations

from abc import ABC, abstractmethod

from django.core.checks import CheckMessage

CHANNEL = "token_revocation"


class Push(ABC):
    """Carries one word, "look", from a process that has revoked to all that listen.

    It carries no token and no key. It only shortens the way: what it loses is seen within the
    bound all the same, so any method may raise anything. :meth:`send` is called by any thread;
    the others by one thread alone, which calls :meth:`listen` first, and again from time to time.
    """

    def __init__(self, *, using: str) -> None:
        self.using = using
        """The alias of the database of the revocations."""

    @abstractmethod
    def send(self) -> None:
        """Say that something was committed. A request waits for it."""

    @abstractmethod
    def listen(self) -> None:
        """Begin to listen, or make sure that it still does."""

    @abstractmethod
    def wait(self, seconds: float) -> bool:
        """Whether somebody has said something within so many seconds."""

    def hang_up(self) -> None:
        """Let go of the connection that :meth:`wait` uses; it may be broken."""
        return

    def check(self) -> list[CheckMessage]:
        """What is wrong with the configuration."""
        return []
