"""What identifies a token of OAuth Toolkit: read from its row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import prefetch_related_objects
from oauth2_provider.settings import oauth2_settings

from token_revocation.clock import aware
from token_revocation.contrib.oauth2_provider.stored import (
    access_token_of,
    beside_name,
    bound_name,
    bound_refresh_token,
)
from token_revocation.tokens import Subject


def load(tokens: Sequence[Any]) -> None:
    """All that this module reads of ``tokens``, rows of one model; at most three queries."""
    if tokens:
        prefetch_related_objects(tokens, "application", _family_path(tokens[0]))


def identifier(token: Any) -> str:
    """The stored checksum of an access or refresh token, the ``jti`` of an ID token."""
    return str(token.jti) if is_id_token(token) else token.token_checksum


def subjects(token: Any) -> Iterator[Subject]:
    """The user, the client and the family of refresh tokens, as far as there is one."""
    if token.user_id is not None:
        yield Subject.user(token.user_id)
    if token.application_id is not None:
        yield Subject.client(token.application.client_id)
    family = _family(token)
    if family is not None:
        yield Subject.session(str(family))


def expires_at(token: Any) -> datetime | None:
    """When OAuth Toolkit stops accepting ``token``; ``None`` for never."""
    if not is_refresh_token(token):
        return aware(token.expires)
    if token.revoked is not None:
        return aware(token.revoked) + seconds(oauth2_settings.REFRESH_TOKEN_GRACE_PERIOD_SECONDS)
    longest = refresh_lifetime()
    if longest is None or token.access_token is None:
        return None
    return aware(token.access_token.expires) + longest


def refresh_lifetime() -> timedelta | None:
    """How long a refresh token outlives its access token; ``None`` is for ever."""
    setting = oauth2_settings.REFRESH_TOKEN_EXPIRE_SECONDS
    return seconds(setting) if setting else None


def seconds(setting: Any) -> timedelta:
    """A duration, as the settings of OAuth Toolkit may have it."""
    return setting if isinstance(setting, timedelta) else timedelta(seconds=setting)


def is_refresh_token(token: Any) -> bool:
    """Whether ``token`` is a row of the model of refresh tokens."""
    return hasattr(token, "revoked")


def is_id_token(token: Any) -> bool:
    """Whether ``token`` is a row of the model of ID tokens."""
    return hasattr(token, "jti")


def _family_path(token: Any) -> str:
    """Where what :func:`_family` and :func:`expires_at` ask for is found."""
    if is_refresh_token(token):
        return "access_token"
    return f"{beside_name()}__{bound_name()}" if is_id_token(token) else bound_name()


def _family(token: Any) -> Any:
    """What all tokens share that one authorization led to."""
    if is_refresh_token(token):
        return token.token_family
    access_token = access_token_of(token) if is_id_token(token) else token
    refresh_token = access_token and bound_refresh_token(access_token)
    return refresh_token and refresh_token.token_family
