"""Subjects of a JWT: its user, and the session of its login."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import router
from rest_framework_simplejwt.tokens import RefreshToken

from token_revocation.conf import get_django_setting
from token_revocation.contrib.simplejwt import _claims
from token_revocation.contrib.simplejwt._settings import get_setting
from token_revocation.tokens import name_key, token_key


def get_session_id(token: Any, *name: str) -> str:
    """Return the session of ``token``; a refresh token without ``sid`` begins its own.

    The ``name`` of a token is its kind, identifier and issuer.
    """
    claim = token.payload.get(_claims.SESSION_CLAIM)
    if claim:
        return str(claim)
    return str(name_key("session", token_key(*name).hex)) if is_refresh_token(token) else ""


def is_refresh_token(token: Any) -> bool:
    """Return whether ``token`` is a refresh token, by its class or its claim."""
    return isinstance(token, RefreshToken) or _claims.has_refresh_type(token.payload)


def cache_user_pk(token: Any, pk: Any) -> None:
    """Store the primary key of the user on ``token``, to save a query later."""
    token.user_pk = pk


def get_user_pk(token: Any) -> Any:
    """Return the primary key of the user of ``token``, or ``None`` if it names none.

    It comes from the first of: the key cached on the token, the claim that this package adds,
    the claim ``USER_ID_CLAIM``. The last needs a query where ``USER_ID_FIELD`` is not the primary
    key. For an unknown user the claim itself is returned.
    """
    cached = getattr(token, "user_pk", None)
    if cached is not None:
        return cached
    added = token.payload.get(_claims.USER_CLAIM)
    if added is not None:
        return _normalize_pk(added)
    claim = token.payload.get(get_setting("USER_ID_CLAIM"))
    if claim is None:
        return None
    return _normalize_pk(claim) if is_user_id_primary_key() else _query_user_pk(claim)


def is_issued_to_other_user(token: Any, pk: Any) -> bool:
    """Return whether ``token`` names a user with another primary key than ``pk``.

    That happens if one user takes over the value of ``USER_ID_FIELD`` from another.
    """
    added = token.payload.get(_claims.USER_CLAIM)
    return added is not None and _normalize_pk(added) != pk


def is_user_id_primary_key() -> bool:
    """Return whether ``USER_ID_FIELD`` is the primary key of the user model."""
    return get_setting("USER_ID_FIELD") in ("pk", _get_pk_field().name)


def _normalize_pk(claim: Any) -> Any:
    """Return ``claim`` in the form of the primary key field.

    A database finds a user by other forms, too.
    """
    try:
        return _get_pk_field().to_python(claim)
    except (ValidationError, OverflowError):
        return claim


def _get_pk_field() -> Any:
    """Return the primary key of the user model."""
    return _get_pk_field_of(get_django_setting("AUTH_USER_MODEL"))


@cache
def _get_pk_field_of(label: str) -> Any:
    return apps.get_model(label)._meta.pk


def _query_user_pk(claim: Any) -> Any:
    user_model = get_user_model()
    users = user_model._base_manager.using(router.db_for_write(user_model))
    try:
        matches = users.filter(**{get_setting("USER_ID_FIELD"): claim})
        pk = matches.values_list("pk", flat=True).first()
    except (TypeError, ValueError, OverflowError, ValidationError):
        return claim
    return claim if pk is None else pk
