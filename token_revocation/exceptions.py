"""The errors, one family; each answers with ``{"detail": …, "code": …}``."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, AuthenticationFailed

from token_revocation.tokens import TokenRef


class RevocationError(APIException):
    """Root of the family."""

    def __init__(self) -> None:
        super().__init__({"detail": self.default_detail, "code": self.default_code})


class TokenRefused(RevocationError, AuthenticationFailed):
    """A token that is authentic and no longer accepted. 401."""

    description: ClassVar[str]
    """For the challenge, which is ASCII and not translated (RFC 6750, section 3)."""

    token: TokenRef | None
    """The token, as far as the one who refused it knew it."""

    challenge: str | None = None
    """That of the class which refused; :meth:`challenge_by` makes it."""

    def __init__(self, token: TokenRef | None = None) -> None:
        super().__init__()
        self.token = token

    def challenge_by(self, challenge: str | None) -> None:
        """Extend the ``challenge`` of a class as RFC 6750, section 3.1 asks, if it has one."""
        if challenge:
            separator = "," if "=" in challenge else ""
            error = f'error="invalid_token", error_description="{self.description}"'
            self.challenge = f"{challenge}{separator} {error}"

    @property
    def auth_header(self) -> str | None:
        """What Django REST framework sends as ``WWW-Authenticate``.

        It puts the challenge of the first class in the list here, whichever of them refused.
        """
        return self.challenge

    @auth_header.setter
    def auth_header(self, challenge: str | None) -> None:
        self.challenge = self.challenge or challenge


class TokenRevoked(TokenRefused):
    """The token was revoked, or issued before a cutoff of one of its subjects. 401."""

    default_detail = _("The token was revoked.")
    default_code = "token_revoked"
    description = "The token was revoked"


class TokenExpired(TokenRefused):
    """The token is older than its lifetime. 401."""

    default_detail = _("The token has expired.")
    default_code = "token_expired"
    description = "The token has expired"


class TokenUnidentified(TokenRefused):
    """The token could never be revoked, as it has no identifier. 401."""

    default_detail = _("The token has no identifier.")
    default_code = "token_unidentified"
    description = "The token has no identifier"


class NotRevocable(RevocationError):
    """The token has no identifier by which it could be revoked. 400."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = _("The token has no identifier by which it could be revoked.")
    default_code = "not_revocable"


class RevocationUnavailable(RevocationError):
    """Nobody can answer, or the revocation could not be stored. 503 with ``Retry-After``.

    Never a 401: a client would throw its token away (RFC 7009, section 2.2.1).
    """

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = _("Revocation is temporarily unavailable.")
    default_code = "revocation_unavailable"
    wait: ClassVar[int] = 5
    """Seconds; Django REST framework sends it as ``Retry-After``."""


class TooLong(RevocationError):
    """A body that is longer than the endpoint reads. 413."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("The body is too long.")
    default_code = "too_long"


class InvalidRequest(APIException):
    """A revocation request that is malformed, in the words of RFC 6749, section 5.2. 400."""

    status_code = status.HTTP_400_BAD_REQUEST

    def __init__(self, description: str) -> None:
        super().__init__({"error": "invalid_request", "error_description": description})
