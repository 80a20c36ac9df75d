"""The token that somebody presents, read by SQL that Django has built but once."""

from __future__ import annotations

from functools import lru_cache
from hmac import compare_digest
from typing import Any

from knox.crypto import hash_token

from token_revocation.contrib.knox.stored import find
from token_revocation.stores.joined import JoinedQuery, is_stock


def token_of(model: Any, raw: str) -> Any:
    """The one that a client holds as ``raw``, with its user, in one query; or ``None``."""
    manager = model.objects
    if not is_stock(manager):
        return find(manager.select_related("user"), raw)
    digest = hash_token(raw)
    token = _query(model, manager.db).find(digest, manager.db)
    return token if token is not None and compare_digest(token.digest, digest) else None


@lru_cache(maxsize=16)
def _query(model: Any, using: str) -> JoinedQuery:
    return JoinedQuery.compile(model.objects.select_related("user"), model._meta.pk.name, using)
