"""The authentication classes for allauth's tokens."""

from __future__ import annotations

from typing import Any

from allauth.headless.contrib.rest_framework.authentication import (
    JWTTokenAuthentication,
    XSessionTokenAuthentication,
)
from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from token_revocation.authentication import RevocationMixin
from token_revocation.contrib.allauth.adapter import AllauthAdapter


class RevocableJWTTokenAuthentication(RevocationMixin, JWTTokenAuthentication):  # type: ignore[misc]
    """allauth's ``JWTTokenAuthentication``, which rejects revoked tokens.

    It loads the user, to reject tokens of inactive and deleted users.
    """

    adapter = AllauthAdapter()

    def authenticate_credentials(self, key: str) -> tuple[Any, Any]:
        """Return the user and the payload of the token.

        Args:
            key: The raw token.

        Raises:
            AuthenticationFailed: The token is invalid, or its user was deleted.
        """
        user, payload = super().authenticate_credentials(key)
        try:
            user.pk  # noqa: B018 (allauth's user is lazy: reading an attribute loads it.)
        except ObjectDoesNotExist as error:
            message = _("User inactive or deleted.")
            raise AuthenticationFailed(message, code="user_inactive") from error
        return user, payload


class RevocableXSessionTokenAuthentication(RevocationMixin, XSessionTokenAuthentication):  # type: ignore[misc]
    """allauth's ``XSessionTokenAuthentication``, which rejects revoked tokens."""

    adapter = AllauthAdapter()

    def get_presented_token(self, request: Request) -> str:
        """Return the unverified token in the header ``X-Session-Token``, or ``""``."""
        return self.get_session_token(request) or ""
