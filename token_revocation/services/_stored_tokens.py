"""Deletion of stored tokens by this package."""

from __future__ import annotations

from contextlib import AbstractContextManager
from contextvars import ContextVar

from django.db import router

from token_revocation._context_variables import set_in_block
from token_revocation._session_lifetime import has_session_ended
from token_revocation.adapters import get_adapters
from token_revocation.models import RevokedToken
from token_revocation.services._lookup import is_revoked
from token_revocation.services._persistence import can_be_accepted
from token_revocation.tokens import TokenRef

_is_service_deletion: ContextVar[bool] = ContextVar("token_revocation_deleting", default=False)


def service_deletion() -> AbstractContextManager[None]:
    """Delete stored tokens in this block without recording them as external deletions."""
    return set_in_block(_is_service_deletion, True)


def is_service_deletion() -> bool:
    """Return whether the caller runs in a :func:`service_deletion` block."""
    return _is_service_deletion.get()


def delete_if_rejected(token: TokenRef) -> bool:
    """Delete the stored ``token`` if it would be rejected, so that no login reuses it.

    Nothing is recorded: an expired token was not revoked, and a revoked one has its row already.

    Args:
        token: The reference of a stored token.

    Returns:
        Whether the token would be rejected.

    Raises:
        RevocationUnavailable: The database failed.
    """
    # Other stores may be stale, so the database is queried.
    using = router.db_for_write(RevokedToken)
    is_usable = can_be_accepted(token) and not has_session_ended(token)
    if is_usable and not is_revoked(token, using=using):
        return False
    adapter = get_adapters().get(token.kind)
    if adapter is not None:
        with service_deletion():
            adapter.delete_stored(token)
    return True
