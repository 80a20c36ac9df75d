"""One query in the place of two: DRF's and ours."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import connections
from django.db.models import CharField, DateTimeField, ForeignKey
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import AuthenticationFailed

from token_revocation.contrib.authtoken.adapter import AuthTokenAdapter, digest
from token_revocation.models import TokenCutoff
from token_revocation.stores import get_store
from token_revocation.stores.joined import JoinedQuery, is_stock, reasons_since
from token_revocation.stores.memory import memory
from token_revocation.stores.snapshot.elapsed import elapsed
from token_revocation.tokens import TokenRef, token_key

Found = tuple[Any, TokenRef, bool]
"""A token, its reference, and whether the store must be asked about it."""

Source = tuple[Any, str, str, timedelta | None]
"""What a token and its reference are made of: model, database, kind and lifetime."""


def find(model: Any, adapter: AuthTokenAdapter, raw: str) -> Found | None:
    """The token that is stored as ``raw``, with its user.

    ``None`` if DRF might see it otherwise, and must read it itself: a manager of the project's
    decides which tokens there are, or the database has found ``raw`` in another spelling.
    """
    manager: Any = getattr(model, "objects", None)
    if not is_stock(manager) or not _is_readable(model):
        return None
    source = model, manager.db, adapter.kind, adapter.lifetime
    return _recall(source, adapter, raw) or _read(source, adapter, raw)


def _recall(source: Source, adapter: AuthTokenAdapter, raw: str) -> Found | None:
    """The token as it was a moment ago, if the store knows that it has not ended since."""
    kept = memory.recall(source, raw)
    if kept is None:
        return None
    *row, query, known = kept
    token = query.made(row, source[1])
    ref = known or adapter.identify(token)
    return (token, ref, False) if get_store().vouches_for(ref) else None


def _read(source: Source, adapter: AuthTokenAdapter, raw: str) -> Found | None:
    model, using, *_rest = source
    query, began = _query_for(model, adapter, using), elapsed()
    key = [token_key(adapter.kind, digest(raw))] if query.asks else []
    row = query.read([raw, *key], using)
    if row is None:
        raise AuthenticationFailed(_("Invalid token."))
    token = query.made(row, using)
    if token.key != raw:
        return None
    if not token.user.is_active:
        raise AuthenticationFailed(_("User inactive or deleted."))
    ref = adapter.identify(token)
    if _has_users(model):  # Else we would not hear what becomes of them.
        # How the project identifies tokens may depend on anything, so that is done each time.
        kept = [*row, query, ref if _is_stock(adapter) else None]
        memory.keep(source, raw, kept, user_id=token.user.pk, read_at=began, using=using)
    return token, ref, query.doubts(row, token)


def _query_for(model: Any, adapter: AuthTokenAdapter, using: str) -> JoinedQuery:
    """The query that also asks what the store would be asked, if the database can answer that."""
    asks = _has_users(model) and _is_stock(adapter) and get_store().answers_from(using)
    return _query(model, using, asks=asks, in_utc=settings.USE_TZ)


@lru_cache(maxsize=16)
def _query(model: Any, using: str, *, asks: bool, in_utc: bool) -> JoinedQuery:
    rows = model._base_manager.select_related("user")
    # Else creations are stored in local time, and could not be compared with a cutoff.
    in_utc = in_utc or connections[using].features.supports_timezones
    issued_at = "created" if in_utc and _is_dated(model) else None
    reasons = partial(reasons_since, issued_at) if asks else None
    return JoinedQuery.compile(rows, "key", using, reasons=reasons)


@lru_cache(maxsize=16)
def _is_readable(model: Any) -> bool:
    """Whether one row is a token and its user, and the spelling of its key can be compared."""
    key, user = _field(model, "key"), _field(model, "user")
    if type(key) is not CharField or not isinstance(user, ForeignKey):
        return False
    return key.unique and not user.null


@lru_cache(maxsize=16)
def _has_users(model: Any) -> bool:
    """Whether the user of a token is the subject that is cut off, by the same primary key."""
    user, of_cutoffs = _field(model, "user"), TokenCutoff._meta.get_field("user").related_model
    same = user.related_model._meta.concrete_model is of_cutoffs._meta.concrete_model
    return same and user.target_field.primary_key


def _is_dated(model: Any) -> bool:
    """Whether every token says when it was created."""
    created = _field(model, "created")
    return type(created) is DateTimeField and not created.null


def _is_stock(adapter: AuthTokenAdapter) -> bool:
    """Whether the user is the only subject of a token, and its creation its issue."""
    return type(adapter).identify is AuthTokenAdapter.identify


def _field(model: Any, name: str) -> Any:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
