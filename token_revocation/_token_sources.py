"""Stored tokens and their users, kept in the authentication cache between requests."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from token_revocation.adapters import TokenAdapter, get_adapters
from token_revocation.clock import monotonic
from token_revocation.conf import settings
from token_revocation.exceptions import NotRevocable
from token_revocation.models import TokenCutoff
from token_revocation.stores import get_store
from token_revocation.stores._authentication_cache import authentication_cache
from token_revocation.stores._token_query import TokenQuery
from token_revocation.tokens import TokenRef

FoundToken = tuple[Any, TokenRef | None, bool]
"""A token, its reference if it is known, and whether the store must still check the token."""


class ReadToken(NamedTuple):
    """A token that ``query`` has created from ``row``, and the time before it was read."""

    token: Any
    query: TokenQuery
    row: Sequence[Any]
    read_at: float

    @property
    def needs_lookup(self) -> bool:
        """Whether the store must look up the token."""
        return self.query.needs_lookup(self.row, self.token)


def read_token(query: TokenQuery, using: str, *values: Any) -> ReadToken | None:
    """Return the token that ``query`` finds by ``values``, or ``None``."""
    read_at = monotonic()
    row = query.fetch_row(values, using)
    return None if row is None else ReadToken(query.create(row, using), query, row, read_at)


class TokenSource(NamedTuple):
    """The table of the tokens of an adapter, and what else their references depend on."""

    model: Any
    using: str
    adapter: TokenAdapter
    options: tuple[Any, ...] = ()
    """The settings that the adapter reads to identify a token."""

    def find_cached(self, raw: str) -> FoundToken | None:
        """Return the cached token ``raw``, if the store knows that it is still valid.

        The caller compares its expiry, and reads an expired token again: it may have been
        extended.
        """
        entry = authentication_cache.get(self._key, raw, using=self.using)
        if entry is None:
            return None
        *row, query, cached_ref = entry
        token = query.create(row, self.using)
        try:
            ref = cached_ref or self.adapter.identify(token)
        except NotRevocable:
            return None
        return (token, ref, False) if get_store().is_known_valid(ref) else None

    def cache(self, raw: str, read: ReadToken, ref: TokenRef | None) -> None:
        """Cache a token that was accepted, if a change of its row or user invalidates it.

        ``ref`` is its reference, or ``None`` if it may change: if a project has overridden
        ``identify()`` of the adapter.
        """
        if settings.AUTHENTICATION_CACHE_TTL is None or not self._is_watched():
            return
        authentication_cache.set(
            self._key,
            raw,
            [*read.row, read.query, ref],
            user_id=read.token.user_id,
            read_at=read.read_at,
            using=self.using,
        )

    @property
    def _key(self) -> tuple[Any, ...]:
        adapter = self.adapter
        return self.model, self.using, type(adapter), adapter.issuer, self.options

    def _is_watched(self) -> bool:
        """Return whether receivers watch the rows of the tokens and of their users."""
        label = self.model._meta.concrete_model._meta.label
        is_in_use = any(label in adapter.token_models for adapter in get_adapters().values())
        return is_in_use and has_cutoff_user(self.model)


@lru_cache(maxsize=16)
def has_cutoff_user(model: Any) -> bool:
    """Return whether tokens and cutoffs have the same user model and primary key."""
    user, cutoff_user = model._meta.get_field("user"), TokenCutoff._meta.get_field("user")
    user_model = user.related_model._meta.concrete_model
    is_same = user_model is cutoff_user.related_model._meta.concrete_model
    return bool(is_same and user.target_field.primary_key)
