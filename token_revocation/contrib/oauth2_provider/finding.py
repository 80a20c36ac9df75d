"""The access token that somebody presents, read by SQL that Django has built but once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import router

from token_revocation.contrib.oauth2_provider import stored
from token_revocation.stores.joined import JoinedQuery, is_stock


def access_token(raw: str) -> Any:
    """With its application, user and refresh token, in one query; ``None`` if there is none."""
    model, checksum = stored.models()[0], stored.checksum(raw)
    if not is_stock(model._default_manager):
        return stored.access_tokens().filter(token_checksum=checksum).first()
    using = router.db_for_write(model)
    return _query(model, using).find(checksum, using)


@lru_cache(maxsize=16)
def _query(model: Any, using: str) -> JoinedQuery:
    return JoinedQuery.compile(stored.access_tokens(), "token_checksum", using)
