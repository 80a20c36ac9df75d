"""Identifier, subjects and expiry of OAuth Toolkit's tokens, read from their rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import prefetch_related_objects
from oauth2_provider.settings import oauth2_settings

from token_revocation.clock import aware
from token_revocation.contrib.oauth2_provider._storage import (
    access_token_accessor,
    get_access_token,
    get_refresh_token,
    refresh_token_accessor,
)
from token_revocation.tokens import Subject

FAMILY_ATTRIBUTE = "family_by_claim"
"""Attribute for the family of an ID token, whose table has no column for it."""


def prefetch(tokens: Sequence[Any]) -> None:
    """Load the related rows that this module reads, in at most three queries.

    All tokens are rows of one model.
    """
    if tokens:
        prefetch_related_objects(tokens, "application", _prefetch_path(tokens[0]))


def identifier(token: Any) -> str:
    """Return the checksum of ``token``, or the ``jti`` of an ID token."""
    return str(token.jti) if is_id_token(token) else token.token_checksum


def subjects(token: Any) -> Iterator[Subject]:
    """Yield the user, the client and the session (family of refresh tokens)."""
    if token.user_id is not None:
        yield Subject.user(token.user_id)
    if token.application_id is not None:
        yield Subject.client(token.application.client_id)
    family = _find_family(token)
    if family is not None:
        yield Subject.session(str(family))


def expires_at(token: Any) -> datetime | None:
    """Return when OAuth Toolkit stops accepting ``token``, or ``None`` for never."""
    if not is_refresh_token(token):
        return aware(token.expires)
    if token.revoked is not None:
        return aware(token.revoked) + as_timedelta(
            oauth2_settings.REFRESH_TOKEN_GRACE_PERIOD_SECONDS
        )
    lifetime = refresh_lifetime()
    if lifetime is None or token.access_token is None:
        return None
    return aware(token.access_token.expires) + lifetime


def refresh_lifetime() -> timedelta | None:
    """Return how long a refresh token outlives its access token; ``None`` is forever."""
    setting = oauth2_settings.REFRESH_TOKEN_EXPIRE_SECONDS
    return as_timedelta(setting) if setting else None


def as_timedelta(setting: Any) -> timedelta:
    """Convert a duration from OAuth Toolkit's settings, which may be in seconds."""
    return setting if isinstance(setting, timedelta) else timedelta(seconds=setting)


def is_refresh_token(token: Any) -> bool:
    """Return whether ``token`` is a row of the model of refresh tokens."""
    return hasattr(token, "revoked")


def is_id_token(token: Any) -> bool:
    """Return whether ``token`` is a row of the model of ID tokens."""
    return hasattr(token, "jti")


def set_family(id_token: Any, family: Any) -> Any:
    """Store ``family`` on the row ``id_token`` unless it is ``None``; return the row."""
    if family is not None:
        vars(id_token)[FAMILY_ATTRIBUTE] = family
    return id_token


def _prefetch_path(token: Any) -> str:
    """Return the relation that :func:`_find_family` and :func:`expires_at` read."""
    if is_refresh_token(token):
        return "access_token"
    return (
        f"{access_token_accessor()}__{refresh_token_accessor()}"
        if is_id_token(token)
        else refresh_token_accessor()
    )


def _find_family(token: Any) -> Any:
    """Return the family that all tokens of one authorization share, or ``None``."""
    if is_refresh_token(token):
        return token.token_family
    if FAMILY_ATTRIBUTE in vars(token):
        return vars(token)[FAMILY_ATTRIBUTE]
    access_token = get_access_token(token) if is_id_token(token) else token
    refresh_token = access_token and get_refresh_token(access_token)
    return refresh_token and refresh_token.token_family
