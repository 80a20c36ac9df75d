"""simplejwt's endpoints, at which a token that was ended stays ended."""

from __future__ import annotations

from functools import partial
from typing import Any

from rest_framework.settings import api_settings
from rest_framework_simplejwt.views import TokenViewBase

from token_revocation.contrib.simplejwt.live import LiveSetting
from token_revocation.views import RevocationAPIView

SERIALIZERS = "token_revocation.contrib.simplejwt.serializers"


class RevocableTokenView(RevocationAPIView, TokenViewBase):
    """Never cached, committed before it answers, and 503 if the database cannot be asked.

    Throttled as the project throttles now, like the view of simplejwt that it stands for. Name
    a serializer of your own in ``serializer_class``; those of ``SIMPLE_JWT`` are not read, as
    they would not ask.
    """

    permission_classes = ()
    throttle_classes: Any = LiveSetting("DEFAULT_THROTTLE_CLASSES", partial(getattr, api_settings))


class RevocableTokenObtainPairView(RevocableTokenView):
    """Give a refresh and an access token for credentials."""

    _serializer_class = f"{SERIALIZERS}.RevocableTokenObtainPairSerializer"


class RevocableTokenObtainSlidingView(RevocableTokenView):
    """Give a sliding token for credentials."""

    _serializer_class = f"{SERIALIZERS}.RevocableTokenObtainSlidingSerializer"


class RevocableTokenRefreshView(RevocableTokenView):
    """Give an access token, and where they rotate a refresh token, for a refresh token."""

    _serializer_class = f"{SERIALIZERS}.RevocableTokenRefreshSerializer"


class RevocableTokenRefreshSlidingView(RevocableTokenView):
    """Give a sliding token a later expiry."""

    _serializer_class = f"{SERIALIZERS}.RevocableTokenRefreshSlidingSerializer"


class RevocableTokenVerifyView(RevocableTokenView):
    """Say whether a token is accepted."""

    _serializer_class = f"{SERIALIZERS}.RevocableTokenVerifySerializer"


class TokenRevokeView(RevocableTokenView):
    """End the session of a refresh token."""

    _serializer_class = f"{SERIALIZERS}.TokenRevokeSerializer"
