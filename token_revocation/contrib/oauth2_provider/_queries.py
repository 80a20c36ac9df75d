"""Lookup of a presented access token with compiled SQL."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import router

from token_revocation.contrib.oauth2_provider import _storage
from token_revocation.stores._token_query import TokenQuery, has_default_queries
from token_revocation.tokens import MAX_RAW_LENGTH


def find_access_token(raw: str) -> Any:
    """Return the token with its application, user and refresh token, or ``None``."""
    if len(raw) > MAX_RAW_LENGTH:
        return None
    model, checksum = _storage.models()[0], _storage.checksum(raw)
    if not has_default_queries(model._default_manager):
        return _storage.access_tokens().filter(token_checksum=checksum).first()
    using = router.db_for_write(model)
    return _query(model, using).find(checksum, using)


@lru_cache(maxsize=16)
def _query(model: Any, using: str) -> TokenQuery:
    return TokenQuery.compile(_storage.access_tokens(), "token_checksum", using)
