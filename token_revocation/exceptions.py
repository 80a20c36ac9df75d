"""API exceptions with a ``code``, rendered as ``{"detail": …, "code": …}``."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, AuthenticationFailed, PermissionDenied

from token_revocation._api_errors import RevocationError as RevocationError
from token_revocation._api_errors import extend_challenge
from token_revocation.tokens import TokenRef


class TokenRejected(RevocationError, AuthenticationFailed):
    """An authentic token is rejected. 401."""

    description: ClassVar[str]
    """The ``error_description`` of the challenge: ASCII, not translated (RFC 6750, section 3)."""

    token: TokenRef | None
    """The rejected token, if it could be identified."""

    is_reported = False
    """Whether the signal was sent and the challenge set."""

    challenge: str | None = None
    """The challenge of the authentication class that rejected the token."""

    def __init__(self, token: TokenRef | None = None) -> None:
        super().__init__()
        self.token = token

    def set_challenge(self, challenge: str | None) -> None:
        """Set the challenge of a class, extended as in RFC 6750, section 3.1.

        Args:
            challenge: The result of ``authenticate_header()``; without one there is no challenge.
        """
        if challenge:
            error = f'error="invalid_token", error_description="{self.description}"'
            self.challenge = extend_challenge(challenge, error)

    @property
    def auth_header(self) -> str | None:
        """The header ``WWW-Authenticate``.

        DRF sets it to the challenge of the first authentication class, even if another one has
        rejected the token, so an earlier challenge is kept.
        """
        return self.challenge

    @auth_header.setter
    def auth_header(self, challenge: str | None) -> None:
        self.challenge = self.challenge or challenge


class TokenRevoked(TokenRejected):
    """The token was revoked, or issued before a cutoff of one of its subjects. 401."""

    default_detail = _("The token was revoked.")
    default_code = "token_revoked"
    description = "The token was revoked"


class TokenExpired(TokenRejected):
    """The token is older than its lifetime. 401."""

    default_detail = _("The token has expired.")
    default_code = "token_expired"
    description = "The token has expired"


class TokenMissingIdentifier(TokenRejected):
    """The token has no identifier by which it could be revoked. 401."""

    default_detail = _("The token has no identifier.")
    default_code = "token_missing_identifier"
    description = "The token has no identifier"


class AccountChanged(RevocationError, AuthenticationFailed):
    """The account changed between the authentication and the issue of a token. 401."""

    default_detail = _("The account was changed during the login. Log in again.")
    default_code = "account_changed"


class InsufficientUserAuthentication(RevocationError):
    """The login of the token is too long ago for this request (RFC 9470, section 3). 401.

    Args:
        max_age: The highest accepted time since the login.
        challenge: The challenge of the authentication class of the request, if it has one.
    """

    status_code = status.HTTP_401_UNAUTHORIZED
    default_detail = _("The login is too long ago. Log in again.")
    default_code = "insufficient_user_authentication"
    description = "The login is too long ago"

    def __init__(self, *, max_age: timedelta, challenge: str | None = None) -> None:
        super().__init__()
        error = f'error="{self.default_code}", error_description="{self.description}"'
        seconds = f'max_age="{int(max_age.total_seconds())}"'
        self.auth_header = extend_challenge(challenge or "Bearer", f"{error}, {seconds}")


class TooManySessions(RevocationError, PermissionDenied):
    """The login would exceed ``MAX_SESSIONS``. 403."""

    default_detail = _("You are logged in on too many devices. Log out on another one first.")
    default_code = "too_many_sessions"


class EmailNotVerified(RevocationError, PermissionDenied):
    """The login requires a verified email address. 403."""

    default_detail = _("The email address is not verified. Verify it, then log in.")
    default_code = "email_not_verified"


class SecondFactorRequired(RevocationError, PermissionDenied):
    """The login requires a second factor, which this endpoint does not support. 403."""

    default_detail = _("A second factor is required. Log in where you can enter it.")
    default_code = "second_factor_required"


class NotRevocable(RevocationError):
    """The token has no identifier by which it could be revoked. 400."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = _("The token cannot be revoked because it has no identifier.")
    default_code = "not_revocable"


class NoTokenPresented(RevocationError):
    """The request has no token that can be revoked, only another credential. 400."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = _("The request contains no token that can be revoked.")
    default_code = "no_token_presented"


class RevocationUnavailable(RevocationError):
    """The revocation state could not be read or written. 503 with ``Retry-After``.

    A 401 would make clients discard valid tokens (RFC 7009, section 2.2.1).
    """

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = _("Revocation is temporarily unavailable. Try again later.")
    default_code = "revocation_unavailable"
    wait: ClassVar[int] = 5
    """The seconds that DRF sends as ``Retry-After``."""


class TooLong(RevocationError):
    """The request body is too long. 413."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("The request body is too long.")
    default_code = "too_long"


class ProtocolError(APIException):
    """An error whose response body is defined by a specification."""


class InvalidRequest(ProtocolError):
    """A malformed request (RFC 6749, section 5.2). 400.

    Args:
        description: The ``error_description``.
    """

    status_code = status.HTTP_400_BAD_REQUEST

    def __init__(self, description: str) -> None:
        super().__init__({"error": "invalid_request", "error_description": description})
