"""Lookup of a presented access token with compiled SQL."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import router

from token_revocation._token_sources import ReadToken, read_token
from token_revocation.contrib.oauth2_provider import _storage
from token_revocation.stores._token_query import TokenQuery, has_default_queries
from token_revocation.tokens import MAX_RAW_LENGTH

READ_ATTRIBUTE = "_token_revocation_read"
"""Attribute of a token with the row and the query from which it was created."""


def find_access_token(raw: str) -> Any:
    """Return the token with its application, user and refresh token, or ``None``."""
    if len(raw) > MAX_RAW_LENGTH:
        return None
    model, checksum = _storage.models()[0], _storage.checksum(raw)
    if not has_default_queries(model._default_manager):
        return _storage.access_tokens().filter(token_checksum=checksum).first()
    using = router.db_for_write(model)
    read = read_token(_compile_query(model, using), using, checksum)
    if read is None:
        return None
    vars(read.token)[READ_ATTRIBUTE] = read
    return read.token


def pop_read(token: Any) -> ReadToken | None:
    """Return how :func:`find_access_token` has read ``token``; ``None`` if another code did."""
    read: ReadToken | None = vars(token).pop(READ_ATTRIBUTE, None)
    return read


@lru_cache(maxsize=16)
def _compile_query(model: Any, using: str) -> TokenQuery:
    # Other secrets than the token that the client sends must not get into a cache.
    rows = _storage.access_tokens().defer(*_storage.related_secrets())
    return TokenQuery.compile(rows, "token_checksum", using)
