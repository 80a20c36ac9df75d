"""Refuse a JWT of another issuer that its status list says is revoked. Section 8.3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from token_revocation.exceptions import TokenRevoked
from token_revocation.standards.status_list.bits import Invalid, status_at
from token_revocation.standards.status_list.fetching import fetched

VALID = 0


class StatusListConsumerMixin(BaseAuthentication):
    """Put it before a class that validates JWTs, such as that of simplejwt.

    A token without a status is left to that class; one whose status is not "valid" is refused
    with 401, and one whose list cannot be had with 503. The lists of an issuer are looked for
    only under the addresses that its entry in ``TRUSTED_ISSUERS`` has as ``status_lists``.
    """

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        result = super().authenticate(request)
        if result is not None and is_revoked(claims_of(result[1])):
            raise TokenRevoked
        return result


def claims_of(token: Any) -> Mapping[str, Any]:
    """The payload of a token of simplejwt, or of a class that hands out a dictionary."""
    claims: Mapping[str, Any] = getattr(token, "payload", token)
    return claims


def is_revoked(claims: Mapping[str, Any]) -> bool:
    """Whether the list that the claims point to says anything but "valid".

    A malformed reference, a list that is not one of ours to ask, and an index out of range count
    as revoked. Raises :class:`~token_revocation.exceptions.RevocationUnavailable`.
    """
    if "status" not in claims:
        return False
    try:
        uri, index = _reference(claims["status"])
        found = fetched(uri)
        return status_at(found.packed, index, found.bits) != VALID
    except Invalid:
        return True


def _reference(status: object) -> tuple[str, int]:
    """Section 6.2."""
    reference = status.get("status_list") if isinstance(status, dict) else None
    match reference:
        case {"uri": str(uri), "idx": int(index)} if not isinstance(index, bool):
            return uri, index
    raise Invalid("The claim status is malformed.")
