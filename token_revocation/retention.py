"""The lifetimes of tokens, as declared by an adapter for purges."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar


class TokenRetention:
    """The members of an adapter that purges use. The defaults are safe."""

    is_stored: ClassVar[bool] = False
    """Whether every token of this kind has a row that :meth:`oldest_minted_at` reads. If not, the
    lifetimes of presented tokens are recorded."""

    @property
    def lifetime(self) -> timedelta | None:
        """The longest time for which a token is valid after a cutoff that revokes it.

        ``None`` is unlimited. It is the value of the current settings and stored tokens, and sets
        the ``expires_at`` of a cutoff. Tokens may live longer, with their own expiry or made under
        other settings. A purge keeps the cutoffs of those that are stored, were presented, or were
        known when they were revoked, and rejects all others.
        """
        return None

    @property
    def longest_age(self) -> timedelta | None:
        """The longest time from ``minted_at`` to the expiry; ``None`` is unlimited.

        It exceeds :attr:`lifetime` if a token inherits its ``minted_at`` from another.
        """
        return self.lifetime

    @property
    def leeway(self) -> timedelta:
        """The time after its expiry for which the issuing package still accepts a token."""
        return timedelta(0)

    def oldest_minted_at(self) -> datetime | None:
        """Return the earliest ``minted_at`` of the stored tokens that are still valid.

        Returns:
            An aware time, or ``None`` if no token is stored. A purge keeps newer cutoffs.
        """
        return None

    def expired_rows(self, before: datetime) -> Any:
        """Return the stored tokens that a purge may delete.

        Args:
            before: The aware time before which they have expired.

        Returns:
            A queryset; ``None``, the default, if the package deletes them or stores none.
        """
        return None
