"""What everything that accepts a token asks first."""

from __future__ import annotations

from typing import Any, NoReturn

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework_simplejwt.exceptions import AuthenticationFailed, TokenError
from rest_framework_simplejwt.utils import get_md5_hash_password

from token_revocation.contrib.simplejwt.adapter import SimpleJWTAdapter
from token_revocation.contrib.simplejwt.live import setting
from token_revocation.contrib.simplejwt.subjects import remember_user
from token_revocation.exceptions import NotRevocable, TokenRevoked, TokenUnidentified
from token_revocation.signals import revoked_token_used
from token_revocation.stores import get_store
from token_revocation.tokens import TokenRef, is_presentable

adapter = SimpleJWTAdapter()


def open_token(token_class: type[Any], raw: str) -> Any:
    """simplejwt's token, verified by its class; raises ``TokenError`` as the class does."""
    if not is_presentable(raw):
        raise TokenError(_("Token is invalid"))
    return token_class(raw)


def identify(token: Any) -> TokenRef:
    """The reference of ``token``, which must be identifiable to be accepted (401)."""
    try:
        return adapter.identify(token)
    except NotRevocable as error:
        raise TokenUnidentified from error


def refuse_if_revoked(ref: TokenRef, request: Request | None) -> None:
    """Raise if the store says so, or cannot say."""
    if get_store().is_revoked(ref):
        refuse(ref, request)


def refuse(ref: TokenRef, request: Request | None) -> NoReturn:
    """Tell the project that somebody presented a revoked token, and the client that it is one."""
    revoked_token_used.send_robust(SimpleJWTAdapter, token=ref, request=request)
    raise TokenRevoked(ref)


def refuse_inactive_user(token: Any, *, strangers: bool) -> None:
    """Raise if the account of the user of ``token`` is not active, or its password has changed.

    ``strangers`` says whether somebody who is not known here may pass.
    """
    claim = token.payload.get(setting("USER_ID_CLAIM"))
    if claim is None:
        return
    user = _user(claim)
    if user is None and strangers:
        return
    if user is None or not user.is_active or not setting("USER_AUTHENTICATION_RULE")(user):
        raise AuthenticationFailed(str(_("User is inactive")), code="user_inactive")
    remember_user(token, user.pk)
    _refuse_old_password(token, user)


def _user(claim: Any) -> Any:
    users = get_user_model()._default_manager
    try:
        return users.filter(**{setting("USER_ID_FIELD"): claim}).first()
    except (TypeError, ValueError, ValidationError):
        return None


def _refuse_old_password(token: Any, user: Any) -> None:
    """As simplejwt does when a token authenticates, so that it is not lived on by refreshing."""
    if setting("CHECK_REVOKE_TOKEN"):
        claim = token.payload.get(setting("REVOKE_TOKEN_CLAIM"))
        if claim != get_md5_hash_password(user.password):
            detail = str(_("The user's password has been changed."))
            raise AuthenticationFailed(detail, code="password_changed")
