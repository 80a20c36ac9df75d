"""Tokens that say where their state can be looked up, and the endpoints that give them out."""

from __future__ import annotations

from token_revocation.contrib.simplejwt import SimpleJWTAdapter
from token_revocation.contrib.simplejwt.serializers import (
    RevocableTokenObtainPairSerializer,
    RevocableTokenRefreshSerializer,
)
from token_revocation.contrib.simplejwt.tokens import RevocableAccessToken, RevocableRefreshToken
from token_revocation.contrib.simplejwt.views import (
    RevocableTokenObtainPairView,
    RevocableTokenRefreshView,
)
from token_revocation.standards.status_list.issuing import StatusListMixin


class AccessToken(StatusListMixin, RevocableAccessToken):
    """With a place in a status list."""

    adapter = SimpleJWTAdapter()


class RefreshToken(RevocableRefreshToken):
    """Gives access tokens of ours."""

    access_token_class = AccessToken


class ObtainPairSerializer(RevocableTokenObtainPairSerializer):
    """For credentials."""

    token_class = RefreshToken


class RefreshSerializer(RevocableTokenRefreshSerializer):
    """For a refresh token."""

    token_class = RefreshToken


class ObtainPairView(RevocableTokenObtainPairView):
    """``POST`` with ``username`` and ``password``."""

    serializer_class = ObtainPairSerializer


class RefreshView(RevocableTokenRefreshView):
    """``POST`` with ``refresh``."""

    serializer_class = RefreshSerializer
