"""The base class of stores."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.checks import CheckMessage

from token_revocation.stores.health import Health
from token_revocation.tokens import TokenRef


class RevocationStore(ABC):
    """A lookup of revoked tokens. The database is the source of truth.

    One instance serves all threads of a process. A faster store may slow down on failure, but
    never accepts a revoked token longer than :attr:`staleness_bound`.
    """

    staleness_bound: float = 0.0
    """The seconds after its commit within which a revocation takes effect in every process."""

    @abstractmethod
    def is_revoked(self, token: TokenRef) -> bool:
        """Return whether ``token`` is revoked, by itself or by a cutoff of a subject.

        Args:
            token: The reference of a token.

        Returns:
            Whether the token must be rejected.

        Raises:
            RevocationUnavailable: The revocation state could not be read. A store never guesses.
        """

    def reads_from(self, using: str) -> bool:
        """Return whether this store answers from the tables in the database ``using``.

        If so, an authentication class that reads its tokens from there may read the revocation
        in the same query. It then calls :meth:`is_revoked` only for a token with a revocation.

        Args:
            using: The alias of a database.

        Returns:
            ``False`` by default: :meth:`is_revoked` is called for every token.
        """
        return False

    def is_known_valid(self, token: TokenRef) -> bool:
        """Return whether the store knows without a query that ``token`` is not revoked.

        Args:
            token: The reference of a token.

        Returns:
            ``True`` if the token was not revoked :attr:`staleness_bound` seconds ago or later.
            An authentication class may then use cached data of the token without a query.
            ``False``, the default, means that the store does not know.
        """
        return False

    def invalidate(self, keys: Iterable[uuid.UUID], not_before: datetime | None = None) -> None:
        """Invalidate cached results that depend on ``keys``.

        Called before and after a revocation commits. The transaction may still roll back, so the
        new state is unknown. A store must be correct without these calls, and must not raise.

        Args:
            keys: Keys of tokens and subjects.
            not_before: The time of a cutoff: only tokens issued until then are affected. ``None``
                if all tokens may be.
        """
        return

    def invalidate_rotated(self, keys: Iterable[uuid.UUID]) -> None:
        """Invalidate cached results of refresh tokens.

        Called instead of :meth:`invalidate` when a rotation revokes tokens with
        :attr:`TokenRef.is_refresh_token`. A store that never caches a result of such a token can
        override it to do nothing.

        Args:
            keys: Keys of the rotated tokens.
        """
        self.invalidate(keys)

    def status(self) -> Mapping[str, object]:
        """Return the state of the store in this process, for monitoring. Makes no query.

        Returns:
            Values by name. ``errors``, if present, counts the failures of a cache or database.
        """
        return {}

    def health(self) -> Health:
        """Test the cache and the database that the store needs. Must not raise.

        Returns:
            Measured facts, and the problems that were found.
        """
        return Health()

    def close(self) -> None:
        """Release threads and connections, as the store is no longer in use."""
        return

    def check(self) -> list[CheckMessage]:
        """Return errors and warnings of this configuration, for Django's system checks."""
        return []
