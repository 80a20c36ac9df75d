"""Grants that a token request uses: their validation, single use and time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.views.decorators.debug import sensitive_variables
from oauthlib.oauth2.rfc6749 import errors

from token_revocation import services
from token_revocation.clock import aware
from token_revocation.contrib.oauth2_provider._storage import checksum, grant_model, rows
from token_revocation.contrib.oauth2_provider.adapter import OAuth2ProviderAdapter
from token_revocation.exceptions import AccountChanged, TooManySessions
from token_revocation.services._issue import announce_login as announce
from token_revocation.stores import get_store
from token_revocation.tokens import Subject, TokenRef, name_key


class GrantRevoked(errors.InvalidGrantError):  # type: ignore[misc]
    """The grant was revoked or used, possibly by a concurrent request."""

    headers: ClassVar = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    """Headers of RFC 6749, section 5.2, which oauthlib does not add while it stores tokens."""


class SessionLimitReached(errors.AccessDeniedError):  # type: ignore[misc]
    """The user has ``MAX_SESSIONS`` sessions already."""

    description = "The user is logged in on too many devices"
    headers: ClassVar = GrantRevoked.headers


@dataclass
class Origin:
    """The grant from which the tokens of a request are issued.

    Attributes:
        granted_at: Time of the grant; ``None`` for now.
        family: Family of refresh tokens, if it is known before they are stored.
        code: The authorization code that was accepted.
        is_code_used: Whether the code was deleted in the transaction that stored the tokens.
        issued: The row that was stored for the request: a refresh token, or else an access token.
    """

    granted_at: datetime | None = None
    family: UUID | None = None
    code: str | None = None
    is_code_used: bool = False
    issued: Any = None


def get_origin(request: Any) -> Origin:
    """Return the origin that belongs to ``request``."""
    # Through vars(): attribute access on oauthlib's requests falls back to parameters of the
    # client, which could then choose the date of its tokens.
    origin: Origin = vars(request).setdefault("token_revocation_origin", Origin())
    return origin


def get_refresh_token(request: Any) -> Any:
    """Return the row of the refresh token that was accepted for ``request``, if any."""
    return vars(request).get("refresh_token_instance")


def family_of_code(code: str) -> UUID:
    """Return the family of the tokens that are issued for an authorization code."""
    # Derived from the code, as a hybrid flow issues an ID token before the exchange.
    return name_key("oauth2_provider family", code)


def accept_code(request: Any, code: str) -> bool:
    """Set the origin of ``request``, and return whether its code is not revoked."""
    grant = _codes(request, code).select_related("user").get()
    origin = get_origin(request)
    origin.granted_at, origin.family, origin.code = grant.created, family_of_code(code), code
    return is_usable(grant.user, request.client, code, grant.created)


def use_code(request: Any) -> None:
    """Delete the authorization code, in the transaction that stores its tokens.

    Raises:
        GrantRevoked: A concurrent request has used the code.
    """
    origin = get_origin(request)
    if origin.code is None:
        return
    deleted, _ = _codes(request, origin.code).delete()
    if not deleted:
        raise GrantRevoked(request=request)
    origin.is_code_used = True


def announce_login(request: Any) -> None:
    """Send ``token_issued`` for the first tokens of a grant by a user.

    Raises:
        OAuth2Error: The user has ``MAX_SESSIONS`` sessions already.
    """
    issued = get_origin(request).issued
    if issued is None or issued.user is None:
        return
    token = OAuth2ProviderAdapter().identify(issued)
    try:
        announce(token, issued.user, sender=type(issued))
    except TooManySessions:
        raise SessionLimitReached(request=request) from None


def is_usable(user: Any, client: Any, code: str, granted_at: datetime) -> bool:
    """Return whether ``user`` is active and its grant to ``client`` is not revoked."""
    if user is None or not getattr(user, "is_active", True):
        return False
    ref = TokenRef(
        kind=OAuth2ProviderAdapter.kind,
        identifier=checksum(code),
        subjects=(Subject.user(user.pk), Subject.client(client.client_id)),
        issued_at=aware(granted_at),
    )
    return not get_store().is_revoked(ref)


@sensitive_variables()
def lock_account(request: Any) -> None:
    """Lock the account of the user of ``request`` until the end of the transaction.

    Raises:
        OAuth2Error: The account has changed since the user was authenticated.
    """
    password = request.password if request.grant_type == "password" else None
    try:
        # The lock lasts until the commit; the block is empty so that it covers only this query.
        with services.authenticated_by(password), services.lock_user(request.user):
            pass
    except AccountChanged:
        # Errors of the token and the authorization endpoint (RFC 6749, 5.2 and 4.1.2.1).
        error = GrantRevoked if request.grant_type else errors.AccessDeniedError
        raise error(request=request) from None


def _codes(request: Any, code: str) -> Any:
    return rows(grant_model()).filter(code=code, application=request.client)
