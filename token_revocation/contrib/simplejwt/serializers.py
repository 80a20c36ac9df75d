"""What simplejwt's endpoints do with a token, each time asking whether it is revoked.

Their views are in :mod:`token_revocation.contrib.simplejwt.views`: only with those is what a
reused refresh token ends safe from ``ATOMIC_REQUESTS``.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework_simplejwt import serializers
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import UntypedToken

from token_revocation import services
from token_revocation.contrib.simplejwt import doors, outstanding
from token_revocation.contrib.simplejwt.live import setting
from token_revocation.contrib.simplejwt.rotation import rotate
from token_revocation.contrib.simplejwt.tokens import (
    RevocableRefreshToken,
    RevocableSlidingToken,
    keep_in_session,
)
from token_revocation.models import Reason
from token_revocation.tokens import is_presentable


class RevocableTokenObtainPairSerializer(serializers.TokenObtainPairSerializer):
    """A refresh and an access token of a new session, for credentials."""

    token_class = RevocableRefreshToken


class RevocableTokenObtainSlidingSerializer(serializers.TokenObtainSlidingSerializer):
    """A sliding token of a new session, for credentials."""

    token_class = RevocableSlidingToken


class RevocableTokenRefreshSerializer(serializers.TokenRefreshSerializer):
    """An access token for a refresh token, and with ``ROTATE_REFRESH_TOKENS`` a new one of each."""

    token_class = RevocableRefreshToken

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        refresh = doors.open_token(self.token_class, attrs["refresh"])
        request = self.context.get("request")
        doors.refuse_inactive_user(refresh, strangers=False)
        ref = doors.identify(refresh)
        keep_in_session(refresh, ref)
        if not setting("ROTATE_REFRESH_TOKENS"):
            doors.refuse_if_revoked(ref, request)
            return {"access": str(refresh.access_token)}
        child = rotate(refresh, ref, request)
        return {"access": str(child.access_token), "refresh": str(child)}


class RevocableTokenRefreshSlidingSerializer(serializers.TokenRefreshSlidingSerializer):
    """The same sliding token with a later expiry."""

    token_class = RevocableSlidingToken

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        token = doors.open_token(self.token_class, attrs["token"])
        token.check_exp(setting("SLIDING_TOKEN_REFRESH_EXP_CLAIM"))
        doors.refuse_inactive_user(token, strangers=False)
        ref = doors.identify(token)
        doors.refuse_if_revoked(ref, self.context.get("request"))
        keep_in_session(token, ref)
        token.set_exp()
        token.set_iat()
        return {"token": str(token)}


class RevocableTokenVerifySerializer(serializers.TokenVerifySerializer):
    """Whether a token is accepted: not forged, not expired, not revoked."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        token = doors.open_token(UntypedToken, attrs["token"])
        doors.refuse_inactive_user(token, strangers=True)
        ref = doors.identify(token)
        if outstanding.is_blacklisted(ref.identifier):
            doors.refuse(ref, self.context.get("request"))
        doors.refuse_if_revoked(ref, self.context.get("request"))
        return {}


class TokenRevokeSerializer(serializers.TokenBlacklistSerializer):
    """End the session of a refresh token. Twice, or when it has expired, is harmless."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        raw = attrs["refresh"]
        ref = doors.adapter.read(raw) if is_presentable(raw) else None
        if ref is None:
            raise TokenError(_("Token is invalid"))
        services.log_out(ref, reason=Reason.LOGOUT)
        return {}
