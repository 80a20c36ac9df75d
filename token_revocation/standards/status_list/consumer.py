"""Rejection of JWTs that the status list of their issuer revokes (section 8.3)."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from inspect import isawaitable
from typing import Any

from asgiref.sync import sync_to_async
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from token_revocation._authentication_attempts import Authenticate, is_anonymous, wrap_authenticate
from token_revocation.exceptions import TokenMissingIdentifier, TokenRevoked
from token_revocation.standards.status_list._bits import InvalidStatusList, status_at
from token_revocation.standards.status_list._fetcher import fetch_list

STATUS_VALID = 0


class StatusListConsumerMixin(BaseAuthentication):
    """Mixin for authentication classes that validate JWTs, such as that of simplejwt.

    A token whose status is not "valid" is rejected with 401. If its list is not available, the
    response is 503. A token without a status is accepted. Lists are fetched only from the URLs
    in ``status_lists`` of ``TRUSTED_ISSUERS``.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        wrap_authenticate(cls, StatusListConsumerMixin, _check_status)

    def authenticate(self, request: Request) -> Any:
        """Authenticate with the next class, then check the status of its token.

        Raises:
            TokenRevoked: The status of the token is not "valid".
            TokenMissingIdentifier: The next class returned no claims.
            RevocationUnavailable: The status list could not be fetched.
        """
        return _check_status(self, super().authenticate, request)


def _check_status(authenticator: Any, call: Authenticate, request: Request) -> Any:
    outcome = call(request)
    return _check_async(outcome) if isawaitable(outcome) else _reject_revoked(outcome)


async def _check_async(outcome: Awaitable[Any]) -> Any:
    return await sync_to_async(_reject_revoked)(await outcome)


def _reject_revoked(result: Any) -> Any:
    if result is not None and not is_anonymous(*result):
        claims = get_claims(result[1])
        if not isinstance(claims, Mapping):
            raise TokenMissingIdentifier
        if is_revoked(claims):
            raise TokenRevoked
    return result


def get_claims(token: Any) -> Mapping[str, Any]:
    """Return the claims of ``token``, a token of simplejwt or a dictionary."""
    claims: Mapping[str, Any] = getattr(token, "payload", token)
    return claims


def is_revoked(claims: Mapping[str, Any]) -> bool:
    """Return whether the status of a token is anything but "valid".

    A malformed reference, a list of an unknown issuer and an index out of range count as revoked.

    Args:
        claims: The verified claims of the token.

    Raises:
        RevocationUnavailable: The status list could not be fetched.
    """
    if "status" not in claims:
        return False
    try:
        uri, index = _parse_reference(claims["status"])
        status_list = fetch_list(uri)
        return status_at(status_list.packed, index, status_list.bits) != STATUS_VALID
    except InvalidStatusList:
        return True


def _parse_reference(status: object) -> tuple[str, int]:
    """Return URL and index of the claim ``status`` (section 6.2)."""
    reference = status.get("status_list") if isinstance(status, dict) else None
    match reference:
        case {"uri": str(uri), "idx": int(index)} if not isinstance(index, bool):
            return uri, index
    raise InvalidStatusList("The claim status is malformed.")
