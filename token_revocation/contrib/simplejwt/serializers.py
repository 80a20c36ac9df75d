"""simplejwt's serializers, which reject revoked tokens.

Use them with the views in :mod:`token_revocation.contrib.simplejwt.views`. With other views,
``ATOMIC_REQUESTS`` rolls back the revocation of a reused refresh token.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from rest_framework_simplejwt import serializers
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import UntypedToken

from token_revocation import services
from token_revocation._observed_uses import observe_use
from token_revocation.contrib.simplejwt import _session_rows, _stored_tokens, _validation
from token_revocation.contrib.simplejwt._rotation import rotate
from token_revocation.contrib.simplejwt._settings import get_setting
from token_revocation.contrib.simplejwt.tokens import (
    RevocableRefreshToken,
    RevocableSlidingToken,
    keep_in_session,
)
from token_revocation.models import Reason
from token_revocation.tokens import is_presentable


class _ObtainMixin:
    @sensitive_variables()
    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        with services.authenticated_by(attrs["password"]):
            data: dict[str, str] = super().validate(attrs)  # type: ignore[misc]
        _send_logged_in(self)
        return data


def _send_logged_in(serializer: Any) -> None:
    """Send ``user_logged_in`` with Django's request, after the tokens were committed."""
    user, request = serializer.user, serializer.context.get("request")
    user_logged_in.send(sender=type(user), request=getattr(request, "_request", request), user=user)


class RevocableTokenObtainPairSerializer(_ObtainMixin, serializers.TokenObtainPairSerializer):
    """Serializer that issues the tokens of a new session for valid credentials."""

    token_class = RevocableRefreshToken


class RevocableTokenObtainSlidingSerializer(_ObtainMixin, serializers.TokenObtainSlidingSerializer):
    """Serializer that issues a sliding token of a new session for valid credentials."""

    token_class = RevocableSlidingToken


class RevocableTokenRefreshSerializer(serializers.TokenRefreshSerializer):
    """Serializer that issues an access token for a refresh token.

    With ``ROTATE_REFRESH_TOKENS`` it issues a new refresh token too, and uses up the old one.
    """

    token_class = RevocableRefreshToken

    @sensitive_variables()
    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        refresh = _validation.validate_token(self.token_class, attrs["refresh"])
        request = self.context.get("request")
        _validation.check_user_active(refresh, allow_unknown_user=False)
        ref = _validation.identify(refresh)
        _session_rows.check_not_idle(ref)
        keep_in_session(refresh, ref)
        if not get_setting("ROTATE_REFRESH_TOKENS"):
            _validation.check_not_revoked(ref, request)
            _validation.check_not_replaced(refresh, ref, request)
            observe_use(ref, getattr(request, "_request", request))
            return {"access": str(refresh.access_token)}
        successor = rotate(refresh, ref, request)
        return {"access": str(successor.access_token), "refresh": str(successor)}


class RevocableTokenRefreshSlidingSerializer(serializers.TokenRefreshSlidingSerializer):
    """Serializer that gives a sliding token a later expiry."""

    token_class = RevocableSlidingToken

    @sensitive_variables()
    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        token = _validation.validate_token(self.token_class, attrs["token"])
        with _validation.raise_for_malformed(TokenError(_("Token is invalid"))):
            token.check_exp(get_setting("SLIDING_TOKEN_REFRESH_EXP_CLAIM"))
        _validation.check_user_active(token, allow_unknown_user=False)
        ref = _validation.identify(token)
        _validation.check_not_revoked(ref, self.context.get("request"))
        _session_rows.check_not_idle(ref)
        keep_in_session(token, ref)
        token.set_exp()
        token.set_iat()
        if not _session_rows.refresh_sliding(token, _validation.identify(token)):
            _validation.reject(ref, self.context.get("request"))
        return {"token": str(token)}


class RevocableTokenVerifySerializer(serializers.TokenVerifySerializer):
    """Serializer that verifies that a token is authentic, not expired and not revoked."""

    @sensitive_variables()
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        token = _validation.validate_token(UntypedToken, attrs["token"])
        _validation.check_user_active(token, allow_unknown_user=True)
        ref = _validation.identify(token)
        if _stored_tokens.is_blacklisted(ref.identifier):
            _validation.reject(ref, self.context.get("request"))
        _validation.check_not_revoked(ref, self.context.get("request"))
        _validation.check_not_replaced(token, ref, self.context.get("request"))
        return {}


class TokenRevokeSerializer(serializers.TokenBlacklistSerializer):
    """Serializer that revokes the session of a refresh token, even of an expired one."""

    @sensitive_variables()
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        raw = attrs["refresh"]
        ref = _validation.adapter.resolve(raw) if is_presentable(raw) else None
        if ref is None:
            raise TokenError(_("Token is invalid"))
        services.log_out(ref, reason=Reason.LOGOUT)
        return {}
