"""Validation of a presented JWT: signature, user, password and revocation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework_simplejwt.exceptions import AuthenticationFailed, TokenError
from rest_framework_simplejwt.utils import get_md5_hash_password

from token_revocation._observed_lifetimes import observe_lifetime
from token_revocation._session_lifetime import has_session_ended
from token_revocation.contrib.simplejwt import _session_rows
from token_revocation.contrib.simplejwt._settings import get_setting
from token_revocation.contrib.simplejwt._subjects import (
    cache_user_pk,
    is_issued_to_other_user,
    is_user_id_primary_key,
)
from token_revocation.contrib.simplejwt.adapter import SimpleJWTAdapter
from token_revocation.exceptions import (
    NotRevocable,
    TokenExpired,
    TokenMissingIdentifier,
    TokenRevoked,
)
from token_revocation.signals import revoked_token_used
from token_revocation.stores import get_store
from token_revocation.tokens import TokenRef, is_presentable

adapter = SimpleJWTAdapter()


def validate_token(token_class: type[Any], raw: str) -> Any:
    """Return the token encoded in ``raw``, verified by ``token_class``.

    Raise ``TokenError`` if it is invalid.
    """
    if not is_presentable(raw):
        raise TokenError(_("Token is invalid"))
    with raise_for_malformed(TokenError(_("Token is invalid"))):
        return token_class(raw)


@contextmanager
def raise_for_malformed(error: Exception) -> Iterator[None]:
    """Raise ``error`` if simplejwt fails with an unexpected exception."""
    try:
        yield
    # An expiry that is no date, such as 1e300. PyJWT 2.10 does not catch deep nesting.
    except (OSError, OverflowError, RecursionError, TypeError, ValueError):
        raise error from None


def identify(token: Any) -> TokenRef:
    """Return the reference of ``token``.

    Raise ``TokenMissingIdentifier`` (401) without a ``jti``, and ``TokenExpired`` (401) if its
    session is older than ``SESSION_LIFETIME``.
    """
    try:
        ref = adapter.identify(token)
    except NotRevocable as error:
        raise TokenMissingIdentifier from error
    observe_lifetime(adapter, ref)
    if has_session_ended(ref):
        raise TokenExpired(ref)
    return ref


def check_not_revoked(ref: TokenRef, request: Request | None) -> None:
    """Raise ``TokenRevoked`` if the token is revoked.

    Raise ``RevocationUnavailable`` if the store cannot be read.
    """
    if get_store().is_revoked(ref):
        reject(ref, request)


def check_not_replaced(token: Any, ref: TokenRef, request: Request | None) -> None:
    """Raise ``TokenRevoked`` if a rotation has replaced ``token``, or its session has no row.

    Raise ``RevocationUnavailable`` if the database failed.
    """
    if _session_rows.is_replaced(token, ref):
        reject(ref, request)


def reject(ref: TokenRef, request: Request | None) -> NoReturn:
    """Send ``revoked_token_used`` and raise ``TokenRevoked``."""
    revoked_token_used.send_robust(SimpleJWTAdapter, token=ref, request=request)
    raise TokenRevoked(ref)


def check_user_active(token: Any, *, allow_unknown_user: bool) -> None:
    """Raise if the user of ``token`` is inactive, or has changed the password since.

    ``allow_unknown_user`` lets a token pass whose primary key belongs to no user. Other values of
    ``USER_ID_FIELD`` never pass: they can be those of users who were deleted or renamed.
    """
    claim = token.payload.get(get_setting("USER_ID_CLAIM"))
    if claim is None:
        return
    user = find_user(token)
    if user is None and allow_unknown_user and is_user_id_primary_key():
        return
    if user is None or not user.is_active or not get_setting("USER_AUTHENTICATION_RULE")(user):
        raise AuthenticationFailed(str(_("User is inactive")), code="user_inactive")
    cache_user_pk(token, user.pk)
    _check_password_unchanged(token, user)


def get_active_user(token: Any) -> Any:
    """Return the user of ``token``.

    Raise ``AuthenticationFailed`` if the user is unknown or inactive.
    """
    user = find_user(token)
    if user is None:
        raise AuthenticationFailed(str(_("User not found")), code="user_not_found")
    if not user.is_active:
        raise AuthenticationFailed(str(_("User is inactive")), code="user_inactive")
    cache_user_pk(token, user.pk)
    return user


def find_user(token: Any) -> Any:
    """Return the user whom ``token`` names, or ``None``.

    It is ``None`` also if the token was issued to another user.
    """
    claim = token.payload.get(get_setting("USER_ID_CLAIM"))
    users = get_user_model()._default_manager
    try:
        user: Any = users.filter(**{get_setting("USER_ID_FIELD"): claim}).first()
    except (TypeError, ValueError, OverflowError, ValidationError):
        return None
    return None if user is None or is_issued_to_other_user(token, user.pk) else user


def _check_password_unchanged(token: Any, user: Any) -> None:
    # simplejwt checks this when a token authenticates, but not when it is refreshed.
    if get_setting("CHECK_REVOKE_TOKEN"):
        claim = token.payload.get(get_setting("REVOKE_TOKEN_CLAIM"))
        if claim != get_md5_hash_password(user.password):
            detail = str(_("The user's password has been changed."))
            raise AuthenticationFailed(detail, code="password_changed")
