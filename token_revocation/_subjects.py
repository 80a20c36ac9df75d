"""Subjects: the owners of tokens, which cutoffs name."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import cached_property

from token_revocation._keys import name_key, short_name_key


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An owner of tokens: a user, a session, an OAuth 2.0 client, or everyone.

    ``type`` is ``"user"``, ``"session"``, ``"client"`` or ``"everyone"``, as in RFC 9493 and CAEP
    1.0, section 2. ``id`` is unique for its type.
    """

    type: str
    id: str = ""

    @classmethod
    def user(cls, user_id: object) -> Subject:
        """Return the subject of the user with the primary key ``user_id``."""
        return _user(str(user_id))

    @classmethod
    def session(cls, session_id: str) -> Subject:
        """Return the subject of the session (family of tokens) ``session_id``."""
        return cls(type="session", id=session_id)

    @classmethod
    def client(cls, client_id: str) -> Subject:
        """Return the subject of the OAuth 2.0 client ``client_id``."""
        return cls(type="client", id=client_id)

    @cached_property
    def key(self) -> uuid.UUID:
        """The ``key`` of this subject in :class:`~token_revocation.models.TokenCutoff`."""
        return name_key("subject", self.type, self.id)

    @cached_property
    def short_key(self) -> int:
        """64 bits of :attr:`key`, by which a snapshot finds cutoffs."""
        return short_name_key("subject", self.type, self.id)


@lru_cache(maxsize=10_000)
def _user(user_id: str) -> Subject:
    """Return the cached subject of a user, whose key is computed once."""
    return Subject(type="user", id=user_id)


EVERYONE = Subject(type="everyone")
