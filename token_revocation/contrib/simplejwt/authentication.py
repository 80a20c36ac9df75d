"""The authentication classes for JWTs."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import (
    JWTAuthentication,
    JWTStatelessUserAuthentication,
)
from rest_framework_simplejwt.exceptions import AuthenticationFailed, InvalidToken
from rest_framework_simplejwt.models import TokenUser

from token_revocation.authentication import RevocationMixin, token_of
from token_revocation.conf import settings
from token_revocation.contrib.simplejwt._claims import is_recorded
from token_revocation.contrib.simplejwt._subjects import (
    cache_user_pk,
    is_issued_to_other_user,
    is_user_id_primary_key,
)
from token_revocation.contrib.simplejwt._verification import ATTRIBUTE, get_verification
from token_revocation.contrib.simplejwt.adapter import SimpleJWTAdapter, unwrap
from token_revocation.tokens import MAX_RAW_LENGTH, TokenRef

DEFAULT_VALIDATION = JWTAuthentication.get_validated_token
DEFAULT_USER_LOOKUP = JWTAuthentication.get_user


class _JWTMixin(RevocationMixin):
    adapter = SimpleJWTAdapter()

    def get_validated_token(self, raw_token: bytes) -> Any:
        """Return the verified token.

        Raise ``InvalidToken`` also if it is longer than allowed.
        """
        if len(raw_token) > MAX_RAW_LENGTH:
            raise InvalidToken  # It could not be revoked.
        validate = super().get_validated_token  # type: ignore[misc]
        try:
            if settings.AUTHENTICATION_CACHE_TTL is None or not _is(validate, DEFAULT_VALIDATION):
                return validate(raw_token)
            return _import_verified_tokens().verify(self, raw_token, validate)
        # An expiry that is no date, such as 1e300 or "1". PyJWT 2.10 does not catch deep nesting.
        except (OSError, OverflowError, RecursionError, TypeError, ValueError):
            raise InvalidToken from None

    def is_revoked(self, token: Any, ref: TokenRef) -> bool:
        """Return whether ``token`` is revoked, or a refresh token that was replaced.

        Refresh tokens authenticate requests only if ``AUTH_TOKEN_CLASSES`` contains their class.
        """
        verification = get_verification(token)
        if verification is not None and verification.ref is ref:
            # The store answered when the token was found. A later call needs the current state.
            verification.ref = None
            return is_replaced(token, ref)
        return super().is_revoked(token, ref) or is_replaced(unwrap(token), ref)

    def check_not_revoked(self, request: Request, user: Any, token: Any) -> None:
        super().check_not_revoked(request, user, token)
        verification = get_verification(token)
        if verification is None:
            return
        del vars(token)[ATTRIBUTE]
        if not verification.is_cached and token.payload == verification.claims:
            ref: Any = token_of(request)
            _import_verified_tokens().remember(token, ref, verification)

    def _observe_lifetime(self, token: Any, ref: TokenRef) -> None:
        # That of a cached token was observed before.
        verification = get_verification(token)
        if verification is None or not verification.is_cached:
            super()._observe_lifetime(token, ref)

    def _identify(self, token: Any) -> TokenRef:
        verification = get_verification(token)
        if verification is not None and verification.ref is not None:
            is_default = type(self).find_ref is RevocationMixin.find_ref
            if is_default and token.payload == verification.claims:
                return verification.ref
        return super()._identify(token)

    def get_presented_token(self, request: Request) -> str:
        """Return the unverified token in the header ``AUTH_HEADER_NAME``, or ``""``."""
        authentication = cast("JWTAuthentication", self)
        header = authentication.get_header(request)
        try:
            raw = authentication.get_raw_token(header) if header else None
        except AuthenticationFailed:
            return ""
        return raw.decode("latin-1") if raw else ""


@cache
def _import_verified_tokens() -> Any:
    # Models are loaded after the authentication classes.
    return import_module("token_revocation.contrib.simplejwt._verified_tokens")


def _is(method: Any, default: Any) -> bool:
    """Return whether a bound method is that of simplejwt, and none of a class of the project."""
    return getattr(method, "__func__", None) is default


def is_replaced(token: Any, ref: TokenRef) -> bool:
    """Return whether ``token`` is a refresh token that a rotation has replaced."""
    if token is None or not is_recorded(token.payload):
        return False
    # Models are loaded after the authentication classes.
    from token_revocation.contrib.simplejwt import _session_rows

    return _session_rows.is_replaced(token, ref)


class RevocableJWTAuthentication(_JWTMixin, JWTAuthentication):
    """simplejwt's ``JWTAuthentication``, which rejects revoked tokens."""

    def get_user(self, validated_token: Any) -> Any:
        """Return the user of the token, found by a query that is compiled once.

        Raises:
            AuthenticationFailed: The user is unknown or inactive.
        """
        # Models are loaded after the authentication classes.
        from token_revocation.contrib.simplejwt._users import UserModelProxy

        verification = get_verification(validated_token)
        if verification is None or not _is(super().get_user, DEFAULT_USER_LOOKUP):
            return self._get_user(validated_token, UserModelProxy(self.user_model))
        users = UserModelProxy(self.user_model, verification.user)
        user = self._get_user(validated_token, users)
        if not verification.is_cached:
            verification.user = users.copy_row()
        return user

    def _get_user(self, token: Any, users: Any) -> Any:
        authentication: Any = object.__new__(type(self))
        vars(authentication).update(vars(self), user_model=users)
        try:
            return super(RevocableJWTAuthentication, authentication).get_user(token)
        # simplejwt does not catch a claim that the field cannot hold, such as a list.
        except (TypeError, ValueError, ArithmeticError, ValidationError):
            raise AuthenticationFailed(str(_("User not found")), code="user_not_found") from None

    def check_not_revoked(self, request: Request, user: Any, token: Any) -> None:
        token = unwrap(token)
        # A subclass may return a user of another model, with other primary keys.
        if token is not None and isinstance(user, self.user_model):
            if is_issued_to_other_user(token, user.pk):
                raise AuthenticationFailed(str(_("User not found")), code="user_not_found")
            cache_user_pk(token, user.pk)
        super().check_not_revoked(request, user, token)


class RevocableJWTStatelessUserAuthentication(_JWTMixin, JWTStatelessUserAuthentication):
    """simplejwt's ``JWTStatelessUserAuthentication``, which rejects revoked tokens.

    It does not load the user, so it cannot reject an inactive one: revoke the tokens of a user
    whom you deactivate. If ``USER_ID_FIELD`` is not the primary key, it does load the user.
    """

    def check_not_revoked(self, request: Request, user: Any, token: Any) -> None:
        token = unwrap(token)
        # A verification is only kept where the claim is the primary key.
        is_stateless = get_verification(token) is not None or is_user_id_primary_key()
        if token is not None and isinstance(user, TokenUser) and not is_stateless:
            # Models are loaded after the authentication classes.
            from token_revocation.contrib.simplejwt._validation import get_active_user

            user.pk = get_active_user(token).pk
        super().check_not_revoked(request, user, token)
