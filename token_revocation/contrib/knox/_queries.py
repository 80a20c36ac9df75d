"""Lookup of a token and its user, cached or by SQL that is compiled once."""

from __future__ import annotations

from functools import lru_cache
from hmac import compare_digest
from typing import Any

from knox.crypto import hash_token
from knox.settings import knox_settings

from token_revocation._token_sources import FoundToken, TokenSource, read_token
from token_revocation.contrib.knox import _storage
from token_revocation.contrib.knox.adapter import KnoxAdapter
from token_revocation.stores._authentication_cache import authentication_cache
from token_revocation.stores._token_query import TokenQuery, has_default_queries


def find_token(adapter: KnoxAdapter, raw: str) -> FoundToken | None:
    """Return the token encoded in ``raw`` with its user, in at most one query, or ``None``."""
    model = adapter.model
    manager = model.objects
    if not has_default_queries(manager):
        token = _storage.find_token(manager.select_related("user"), raw)
        return None if token is None else (token, None, True)
    # The latest expiry of a token depends on these settings.
    options = knox_settings.AUTO_REFRESH, knox_settings.AUTO_REFRESH_MAX_TTL
    source = TokenSource(model, manager.db, adapter, options)
    cached = source.find_cached(raw)
    # Another process may have renewed an expired token.
    is_usable = cached is not None and not _storage.is_expired(cached[0])
    return cached if is_usable else _query_token(source, adapter, raw)


def _query_token(source: TokenSource, adapter: KnoxAdapter, raw: str) -> FoundToken | None:
    digest = hash_token(raw)
    read = read_token(_compile_query(source.model, source.using), source.using, digest)
    if read is None or not compare_digest(read.token.digest, digest):
        return None
    token = read.token
    ref = adapter.identify(token) if type(adapter).identify is KnoxAdapter.identify else None
    if token.user.is_active and not _storage.is_expired(token):
        source.cache(raw, read, ref)
    return token, ref, True


def store_expiry(token: Any) -> None:
    """Store the expiry of ``token``, and read the row again in the next request."""
    # save(update_fields=…) would fail after a concurrent logout.
    type(token)._default_manager.filter(pk=token.pk).update(expiry=token.expiry)
    # Otherwise each request with the cached row would store the expiry again.
    authentication_cache.invalidate(token.user_id)


@lru_cache(maxsize=16)
def _compile_query(model: Any, using: str) -> TokenQuery:
    return TokenQuery.compile(model.objects.select_related("user"), model._meta.pk.name, using)
