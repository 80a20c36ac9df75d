"""Lookup of a token and its user by SQL that is compiled once."""

from __future__ import annotations

from functools import lru_cache
from hmac import compare_digest
from typing import Any

from knox.crypto import hash_token

from token_revocation.contrib.knox._storage import find_token
from token_revocation.stores._token_query import TokenQuery, has_default_queries


def find_token_and_user(model: Any, raw: str) -> Any:
    """Return the token encoded in ``raw`` with its user, in one query, or ``None``."""
    manager = model.objects
    if not has_default_queries(manager):
        return find_token(manager.select_related("user"), raw)
    digest = hash_token(raw)
    token = _compile_query(model, manager.db).find(digest, manager.db)
    return token if token is not None and compare_digest(token.digest, digest) else None


@lru_cache(maxsize=16)
def _compile_query(model: Any, using: str) -> TokenQuery:
    return TokenQuery.compile(model.objects.select_related("user"), model._meta.pk.name, using)
