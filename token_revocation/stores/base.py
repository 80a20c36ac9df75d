"""The contract of a store."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping

from django.core.checks import CheckMessage

from token_revocation.stores.health import Health
from token_revocation.tokens import TokenRef


class RevocationStore(ABC):
    """Answers :meth:`is_revoked`. The database is the truth, whichever store answers.

    One instance serves all threads of a process. A faster store may cost time when what it
    depends on fails, never correctness beyond :attr:`staleness_bound`.
    """

    staleness_bound: float = 0.0
    """Seconds after its commit by which every process refuses what was revoked."""

    @abstractmethod
    def is_revoked(self, token: TokenRef) -> bool:
        """Whether ``token`` is revoked, or issued before a cutoff of one of its subjects.

        Raises :class:`~token_revocation.exceptions.RevocationUnavailable` if nobody can answer;
        it never guesses.
        """

    def answers_from(self, using: str) -> bool:
        """Whether :meth:`is_revoked` says what the tables in the database ``using`` say now.

        A class that reads its tokens from there may then ask in the same query, and asks
        :meth:`is_revoked` only about a token for which there is a row. Where it is ``False``,
        the default, :meth:`is_revoked` is asked about every token.
        """
        return False

    def vouches_for(self, token: TokenRef) -> bool:
        """Whether it knows without a query that nobody has ended ``token``.

        As of :attr:`staleness_bound` seconds ago, or less. ``False`` says nothing. Where it is
        ``True`` a class may go by what it remembers of ``token`` and ask no database at all.
        """
        return False

    def publish(self, keys: Iterable[uuid.UUID]) -> None:
        """Hear that the answer for these keys is about to change, or just has.

        They are keys of tokens and of subjects. Called before and after a revocation commits;
        a transaction may still roll back, so it says that there is news, not what. It only
        shortens the way: a store is right if this is never called, and it must not raise.
        """
        return

    def status(self) -> Mapping[str, object]:
        """How it is, in this process: for people and for monitoring. Asks nobody.

        ``errors``, if it is there, counts how often what it depends on has failed.
        """
        return {}

    def health(self) -> Health:
        """How the things are that it depends on: asks them, keeps nothing, and must not raise."""
        return Health()

    def close(self) -> None:
        """Let go of what it holds: it is no longer the store in use."""
        return

    def check(self) -> list[CheckMessage]:
        """What is wrong with the configuration of this store."""
        return []
