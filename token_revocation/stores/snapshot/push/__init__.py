"""The base class of push notifications between processes."""

from __future__ import annotations

from abc import ABC, abstractmethod

from django.core.checks import CheckMessage

CHANNEL = "token_revocation"


class Push(ABC):
    """A channel that notifies other processes when a revocation was committed.

    A notification carries no data. It only makes a refresh earlier: without it, other processes
    see the revocation within ``staleness_bound`` all the same. So any method may raise any error.
    Any thread may call :meth:`send`. The other methods are called by one thread, which calls
    :meth:`listen` first and then at intervals.

    Args:
        using: The alias of the database of the revocations.
    """

    def __init__(self, *, using: str) -> None:
        self.using = using
        """The alias of the database of the revocations."""

    @abstractmethod
    def send(self) -> None:
        """Send a notification. The request that revokes waits for it."""

    @abstractmethod
    def listen(self) -> None:
        """Start listening, or verify that the connection still listens."""

    @abstractmethod
    def wait(self, seconds: float) -> bool:
        """Wait for a notification.

        Args:
            seconds: The longest time to wait.

        Returns:
            Whether a notification has arrived.
        """

    def disconnect(self) -> None:
        """Close the connection that :meth:`wait` uses; it may be broken already."""
        return

    def check(self) -> list[CheckMessage]:
        """Return errors and warnings of this configuration, for Django's system checks."""
        return []
