"""Verified tokens and their users in the authentication cache."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from time import time
from typing import Any

from django.db import router

from token_revocation.clock import monotonic, now
from token_revocation.conf import get_django_setting
from token_revocation.contrib.simplejwt._configuration import Configuration, get_configuration
from token_revocation.contrib.simplejwt._subjects import is_user_id_primary_key
from token_revocation.contrib.simplejwt._users import UserRow
from token_revocation.contrib.simplejwt._verification import ATTRIBUTE, Verification
from token_revocation.contrib.simplejwt.adapter import SimpleJWTAdapter
from token_revocation.stores import get_store
from token_revocation.stores._authentication_cache import authentication_cache
from token_revocation.stores._cached_rows import copy_values
from token_revocation.tokens import TokenRef

Source = tuple[type, Any, Configuration]
"""The authentication class, the user model and the configuration: the key of a cache entry."""


def verify(authentication: Any, raw: bytes, call: Callable[[bytes], Any]) -> Any:
    """Return the token ``raw``, which ``call`` verifies unless it did so before."""
    source = _get_source(authentication)
    if source is None:
        return call(raw)
    token = _find(source, raw)
    if token is None:
        read_at, token = monotonic(), call(raw)
        (claims,) = copy_values([token.payload])
        vars(token)[ATTRIBUTE] = Verification(source=source, read_at=read_at, claims=claims)
    return token


def remember(token: Any, ref: TokenRef, found: Verification) -> None:
    """Cache ``token``, which was verified in this request and accepted as ``ref``."""
    _, user_model, configuration = found.source
    if type(token) not in configuration.token_classes:
        return
    leeway = token.get_token_backend().get_leeway().total_seconds()
    valid_until = int(found.claims["exp"]) + leeway  # PyJWT ignores fractions of a second.
    row = [found.claims, type(token), valid_until, ref, *_get_user_columns(user_model, found.user)]
    subject = ref.subject("user")
    authentication_cache.set(
        found.source,
        token.token,
        row,
        user_id=subject.id if subject else "",
        read_at=found.read_at,
        using=_get_alias(user_model),
    )


def _get_source(authentication: Any) -> Source | None:
    """Return the key of cache entries; ``None`` if this class or project needs all of simplejwt."""
    if not is_user_id_primary_key():
        return None
    if type(authentication.adapter).identify is not SimpleJWTAdapter.identify:
        return None
    configuration = get_configuration()
    if configuration is None:
        return None
    return type(authentication), authentication.user_model, configuration


def _find(source: Source, raw: bytes) -> Any:
    """Return a token that was verified before, if the store knows that it is still valid."""
    row = authentication_cache.get(source, raw, using=_get_alias(source[1]))
    if row is None:
        return None
    claims, token_class, valid_until, ref, query, using, key, *columns = row
    if time() >= valid_until or not get_store().is_known_valid(ref):
        return None
    token = object.__new__(token_class)
    user = UserRow(query=query, using=using, key=key, columns=columns) if query else None
    verification = Verification(
        source=source, read_at=0.0, claims=claims.copy(), is_cached=True, ref=ref, user=user
    )
    vars(token).update(token=raw, payload=claims, current_time=_get_current_time())
    vars(token)[ATTRIBUTE] = verification
    return token


def _get_current_time() -> datetime:
    """Return the time as simplejwt does, which a project may read."""
    current = now()
    return current if get_django_setting("USE_TZ") else current.replace(tzinfo=None)


def _get_user_columns(user_model: Any, user: UserRow | None) -> list[Any]:
    # A change of another user model would not invalidate the entry.
    if user is None or user_model._meta.label != get_django_setting("AUTH_USER_MODEL"):
        return [None, None, None]
    return [user.query, user.using, user.key, *user.columns]


def _get_alias(user_model: Any) -> str:
    alias: str = router.db_for_read(user_model)
    return alias
