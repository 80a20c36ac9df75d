"""The base class of pushes between processes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from django.core.checks import CheckMessage

CHANNEL = "token_revocation"

READ_DATABASE = ""
"""A message that makes the receiver read the database, as messages were lost."""


class Push(ABC):
    """A channel that sends short messages about revocations to other processes.

    It only makes revocations take effect earlier: without a message, other processes see them
    within ``staleness_bound`` all the same. So messages may be lost, repeated or forged, and any
    method may raise any error. Any thread may call :meth:`send`. The other methods are called by
    one thread, which calls :meth:`listen` first and then at intervals.

    Args:
        using: The alias of the database of the revocations.
    """

    def __init__(self, *, using: str) -> None:
        self.using = using
        """The alias of the database of the revocations."""

    @abstractmethod
    def send(self, message: str) -> None:
        """Send a message. The request that revokes waits for it.

        Args:
            message: Up to 2,500 ASCII characters, which contain no token and no identifier.
        """

    @abstractmethod
    def listen(self) -> bool:
        """Start listening, or verify that the connection still listens.

        Returns:
            Whether messages may have been lost since the last :meth:`wait`.
        """

    @abstractmethod
    def wait(self, seconds: float) -> Iterable[str]:
        """Wait for messages.

        Args:
            seconds: The longest time to wait.

        Returns:
            The messages that have arrived, also those of this process.
        """

    def disconnect(self) -> None:
        """Close the connection that :meth:`wait` uses; it may be broken already."""
        return

    def check(self) -> list[CheckMessage]:
        """Return errors and warnings of this configuration, for Django's system checks."""
        return []
