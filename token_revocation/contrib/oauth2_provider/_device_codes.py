"""Device codes (RFC 8628): validation, approval and single use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oauthlib.oauth2.rfc8628.errors import (
    AccessDenied,
    AuthorizationPendingError,
    ExpiredTokenError,
)

from token_revocation.clock import aware, database_now, native, now
from token_revocation.contrib.oauth2_provider._grants import GrantRevoked, get_origin, is_usable
from token_revocation.contrib.oauth2_provider._storage import device_grant_model, rows

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"

ERRORS_BY_STATUS: Mapping[str, Any] = {
    "authorization-pending": AuthorizationPendingError,
    "denied": AccessDenied,
    "expired": ExpiredTokenError,
}
"""Error response to the device by the status of its code (section 3.5)."""

APPROVED_AT_ATTRIBUTE = "token_revocation_approved_at"


def validate_code(request: Any) -> str | None:
    """Return oauthlib's status of the code in ``request``, or ``None`` if unknown.

    For an approved code it sets the user and the scopes of ``request``.
    """
    grant = _find_grant(request)
    if grant is None:
        return None
    error = _find_error(grant, request)
    if error is not None:
        return str(error.error) if error is not GrantRevoked else None
    request.user, request.scopes = grant.user, grant.scope.split()
    return "authorized"


def use_code(request: Any) -> None:
    """Mark the code as used, in the transaction that stores its tokens.

    The tokens count as issued when the code was approved.

    Raises:
        OAuth2Error: The code is unknown, not approved, expired, used or revoked, or belongs to
            another client.
    """
    if request.grant_type != GRANT_TYPE:
        return
    grant = _find_grant(request)
    error = GrantRevoked if grant is None else _find_error(grant, request)
    if error is not None:
        raise error(request=request)
    unused = rows(type(grant)).filter(pk=grant.pk, status=grant.AUTHORIZED)
    if grant.user != request.user or not unused.update(status=grant.EXPIRED):
        raise GrantRevoked(request=request)
    get_origin(request).granted_at = grant.last_checked


def find_approval(*, instance: Any, raw: bool, using: str, **kwargs: Any) -> None:
    """Before a save, remember when ``instance`` was approved, if it already was."""
    if raw or instance.status != instance.AUTHORIZED:
        return
    approved = type(instance)._base_manager.using(using).filter(pk=instance.pk)
    times = approved.filter(status=instance.AUTHORIZED).values_list("last_checked", flat=True)
    vars(instance)[APPROVED_AT_ATTRIBUTE] = times.first()


def record_approval(*, instance: Any, raw: bool, using: str, **kwargs: Any) -> None:
    """After a save, store the time of approval in ``last_checked``.

    OAuth Toolkit does not use that column. It would change with every save of the row, and a
    cutoff would miss the tokens.
    """
    if raw or instance.status != instance.AUTHORIZED:
        return
    approved_at = vars(instance).pop(APPROVED_AT_ATTRIBUTE, None) or native(database_now(using))
    instance.last_checked = approved_at
    stored = type(instance)._base_manager.using(using).filter(pk=instance.pk)
    stored.update(last_checked=approved_at)


def _find_grant(request: Any) -> Any:
    codes = rows(device_grant_model()).select_related("user")
    return codes.filter(device_code=request.device_code, client_id=request.client.client_id).first()


def _find_error(grant: Any, request: Any) -> Any:
    """Return the error class for the device, or ``None`` if the code can be used."""
    if grant.status != grant.AUTHORIZED:
        return ERRORS_BY_STATUS.get(grant.status, GrantRevoked)
    if aware(grant.expires) <= now():
        return ExpiredTokenError
    usable = is_usable(grant.user, request.client, grant.device_code, grant.last_checked)
    return None if usable else GrantRevoked
