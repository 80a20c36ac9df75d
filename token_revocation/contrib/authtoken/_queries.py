"""Lookup of a token, its user and its revocation in one query."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import connections
from django.db.models import CharField, DateTimeField, ForeignKey
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import AuthenticationFailed

from token_revocation._token_sources import (
    FoundToken,
    TokenSource,
    has_cutoff_user,
    read_token,
)
from token_revocation.contrib.authtoken._keys import digest
from token_revocation.contrib.authtoken.adapter import AuthTokenAdapter
from token_revocation.stores import get_store
from token_revocation.stores._token_query import TokenQuery, has_default_queries, rejection_filter
from token_revocation.tokens import token_key


def find_token(model: Any, adapter: AuthTokenAdapter, raw: str) -> FoundToken | None:
    """Return the token ``raw`` and its user, or ``None`` if DRF must look it up.

    DRF must do so if the model has a custom manager or columns, or if the database ignores case
    and has found another key.

    Raises:
        AuthenticationFailed: The token is unknown, or its user is inactive.
    """
    manager: Any = getattr(model, "objects", None)
    if not has_default_queries(manager) or not _has_standard_columns(model):
        return None
    source = TokenSource(model, manager.db, adapter, (adapter.lifetime,))
    return source.find_cached(raw) or _query_token(source, adapter, raw)


def _query_token(source: TokenSource, adapter: AuthTokenAdapter, raw: str) -> FoundToken | None:
    query = _get_query(source.model, adapter, source.using)
    key = [token_key(adapter.kind, digest(raw), adapter.issuer)] if query.checks_revocation else []
    read = read_token(query, source.using, raw, *key)
    if read is None:
        raise AuthenticationFailed(_("Invalid token."))
    token = read.token
    if token.key != raw:
        return None
    if not token.user.is_active:
        raise AuthenticationFailed(_("User inactive or deleted."))
    ref = adapter.identify(token)
    source.cache(raw, read, ref if _has_default_identify(adapter) else None)
    return token, ref, read.needs_lookup


def _get_query(model: Any, adapter: AuthTokenAdapter, using: str) -> TokenQuery:
    """Return the query, which includes the revocation if ``using`` stores it too."""
    is_joined = (
        has_cutoff_user(model) and _has_default_identify(adapter) and get_store().reads_from(using)
    )
    kind = adapter.kind if is_joined else None
    return _compile_query(model, using, kind=kind, is_utc=_has_unambiguous_times(using))


@lru_cache(maxsize=16)
def _compile_query(model: Any, using: str, *, kind: str | None, is_utc: bool) -> TokenQuery:
    rows = model._base_manager.select_related("user")
    issued_at = "created" if is_utc and _has_creation_time(model) else None
    rejections = partial(rejection_filter, issued_at, kind) if kind else None
    return TokenQuery.compile(rows, "key", using, rejections=rejections)


def _has_unambiguous_times(using: str) -> bool:
    """Return whether times of ``using`` can be compared with those of cutoffs."""
    # Local time repeats an hour at the end of daylight saving time.
    connection = connections[using]
    is_exact = connection.features.supports_timezones or connection.timezone_name == "UTC"
    return settings.USE_TZ and is_exact


@lru_cache(maxsize=16)
def _has_standard_columns(model: Any) -> bool:
    """Return whether ``key`` is unique text, and ``user`` a required foreign key."""
    key, user = _get_field(model, "key"), _get_field(model, "user")
    if type(key) is not CharField or not isinstance(user, ForeignKey):
        return False
    return key.unique and not user.null


def _has_creation_time(model: Any) -> bool:
    """Return whether every token has a time of creation."""
    created = _get_field(model, "created")
    return type(created) is DateTimeField and not created.null


def _has_default_identify(adapter: AuthTokenAdapter) -> bool:
    """Return whether ``identify()`` of the adapter is the default one.

    Its only subject is the user, and its time of issue is that of the creation.
    """
    return type(adapter).identify is AuthTokenAdapter.identify


def _get_field(model: Any, name: str) -> Any:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
