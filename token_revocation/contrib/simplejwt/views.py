"""simplejwt's endpoints, which reject revoked tokens."""

from __future__ import annotations

from functools import partial
from typing import Any

from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle
from rest_framework_simplejwt.views import TokenViewBase

from token_revocation.contrib.simplejwt._settings import LiveSetting
from token_revocation.throttling import LoginNameThrottle, LoginThrottle
from token_revocation.views import RevocationAPIView

SERIALIZERS = "token_revocation.contrib.simplejwt.serializers"


class RevocableTokenView(RevocationAPIView, TokenViewBase):
    """Base class of the views for JWTs.

    Responses are not cached, and are sent after the commit. If the database is unavailable the
    response is 503. ``DEFAULT_THROTTLE_CLASSES`` applies, as in simplejwt's views.

    Set ``serializer_class`` to use a serializer of your own. The serializers that ``SIMPLE_JWT``
    names are ignored, because they do not check revocations.
    """

    permission_classes = ()
    throttle_classes: Any = LiveSetting("DEFAULT_THROTTLE_CLASSES", partial(getattr, api_settings))


class _ObtainView(RevocableTokenView):
    """Base class of the views that accept credentials, throttled like ``login/``."""

    def get_throttles(self) -> list[BaseThrottle]:
        return [*super().get_throttles(), LoginThrottle(), LoginNameThrottle()]


class RevocableTokenObtainPairView(_ObtainView):
    """Issue a refresh token and an access token for valid credentials."""

    _serializer_class = f"{SERIALIZERS}.RevocableTokenObtainPairSerializer"


class RevocableTokenObtainSlidingView(_ObtainView):
    """Issue a sliding token for valid credentials."""

    _serializer_class = f"{SERIALIZERS}.RevocableTokenObtainSlidingSerializer"


class RevocableTokenRefreshView(RevocableTokenView):
    """Issue an access token for a refresh token, and with rotation a refresh token."""

    _serializer_class = f"{SERIALIZERS}.RevocableTokenRefreshSerializer"


class RevocableTokenRefreshSlidingView(RevocableTokenView):
    """Refresh a sliding token."""

    _serializer_class = f"{SERIALIZERS}.RevocableTokenRefreshSlidingSerializer"


class RevocableTokenVerifyView(RevocableTokenView):
    """Verify a token: 200 if it is accepted, else 401."""

    _serializer_class = f"{SERIALIZERS}.RevocableTokenVerifySerializer"


class TokenRevokeView(RevocableTokenView):
    """Revoke a refresh token and its session."""

    _serializer_class = f"{SERIALIZERS}.TokenRevokeSerializer"
