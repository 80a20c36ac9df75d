"""The authentication classes for JWTs."""

from __future__ import annotations

from copy import copy
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

from token_revocation.authentication import RevocationMixin
from token_revocation.contrib.simplejwt._claims import is_recorded
from token_revocation.contrib.simplejwt._subjects import (
    cache_user_pk,
    is_issued_to_other_user,
    is_user_id_primary_key,
)
from token_revocation.contrib.simplejwt.adapter import SimpleJWTAdapter, unwrap
from token_revocation.tokens import MAX_RAW_LENGTH, TokenRef


class _JWTMixin(RevocationMixin):
    adapter = SimpleJWTAdapter()

    def get_validated_token(self, raw_token: bytes) -> Any:
        """Return the verified token.

        Raise ``InvalidToken`` also if it is longer than allowed.
        """
        if len(raw_token) > MAX_RAW_LENGTH:
            raise InvalidToken  # It could not be revoked.
        try:
            return super().get_validated_token(raw_token)  # type: ignore[misc]
        # An expiry that is no date, such as 1e300 or "1". PyJWT 2.10 does not catch deep nesting.
        except (OSError, OverflowError, RecursionError, TypeError, ValueError):
            raise InvalidToken from None

    def is_revoked(self, token: Any, ref: TokenRef) -> bool:
        """Return whether ``token`` is revoked, or a refresh token that was replaced.

        Refresh tokens authenticate requests only if ``AUTH_TOKEN_CLASSES`` contains their class.
        """
        return super().is_revoked(token, ref) or is_replaced(unwrap(token), ref)

    def get_presented_token(self, request: Request) -> str:
        """Return the unverified token in the header ``AUTH_HEADER_NAME``, or ``""``."""
        authentication = cast("JWTAuthentication", self)
        header = authentication.get_header(request)
        try:
            raw = authentication.get_raw_token(header) if header else None
        except AuthenticationFailed:
            return ""
        return raw.decode("latin-1") if raw else ""


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

        authentication: Any = copy(self)
        authentication.user_model = UserModelProxy(self.user_model)
        try:
            return super(RevocableJWTAuthentication, authentication).get_user(validated_token)
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
        if token is not None and isinstance(user, TokenUser) and not is_user_id_primary_key():
            # Models are loaded after the authentication classes.
            from token_revocation.contrib.simplejwt._validation import get_active_user

            user.pk = get_active_user(token).pk
        super().check_not_revoked(request, user, token)
