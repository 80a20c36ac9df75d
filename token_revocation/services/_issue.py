"""Token issuance, for projects without their own login endpoint."""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar
from typing import Any

from django.db import Error
from django.views.decorators.debug import sensitive_variables

from token_revocation._context_variables import set_in_block
from token_revocation.adapters import get_adapters
from token_revocation.services._accounts import lock_accounts, lock_user
from token_revocation.services._stored_tokens import service_deletion
from token_revocation.services._transactions import (
    TablesMissing,
    atomic_write,
    retry_on_deadlock,
)
from token_revocation.signals import token_issued
from token_revocation.tokens import IssuedToken, TokenRef

_is_issuing: ContextVar[bool] = ContextVar("token_revocation_issuing", default=False)


@sensitive_variables()
@retry_on_deadlock
def issue(user: Any) -> IssuedToken | None:
    """Issue a token to ``user``, of the first configured kind that supports it.

    The token is neither expired nor revoked.

    Args:
        user: The user as the authentication backend returned it.

    Returns:
        The token, or ``None`` if no configured adapter issues tokens.

    Raises:
        AccountChanged: The account is inactive, or its password has changed since it was
            authenticated.
        TooManySessions: The user has ``MAX_SESSIONS`` sessions already.
        RevocationUnavailable: The database failed.
    """
    # An adapter deletes a stored token that would be rejected, and creates a new one.
    with atomic_write(None), lock_user(user), service_deletion():
        with set_in_block(_is_issuing, True):
            tokens = (adapter.issue(user) for adapter in get_adapters().values())
            issued = next((issued for issued in tokens if issued is not None), None)
        if issued is not None:
            announce_login(issued.ref, user, sender=IssuedToken)
        return issued


def announce_login(token: TokenRef, user: Any, *, sender: Any) -> None:
    """Send ``token_issued``, while the caller locks the row of ``user``.

    Raises:
        TooManySessions: The user has ``MAX_SESSIONS`` sessions already.
        RevocationUnavailable: The database failed.
    """
    with atomic_write(None) as alias:
        token_issued.send(sender, token=token, user=user, using=alias)


def announce_stored_login(token: TokenRef, row: Any, *, is_new: bool) -> None:
    """Send ``token_issued`` for a token that code of another package has stored.

    A new row is deleted if the login is rejected. Nothing happens in :func:`issue`, or while
    migrations have not been applied.

    Args:
        token: The reference of ``row``.
        row: The stored token, with a ``user``.
        is_new: Whether the login has created it.

    Raises:
        TooManySessions: The user has ``MAX_SESSIONS`` sessions already.
        RevocationUnavailable: The database failed.
    """
    if _is_issuing.get() or row.user_id is None or not token_issued.has_listeners():
        return
    try:
        _announce_locked(token, row)
    except TablesMissing:
        return
    except Exception:
        if is_new:
            with suppress(Error), service_deletion():
                type(row)._base_manager.using(row._state.db).filter(pk=row.pk).delete()
        raise


@retry_on_deadlock
def _announce_locked(token: TokenRef, row: Any) -> None:
    with atomic_write(None), lock_accounts(row.user_id):
        announce_login(token, row.user, sender=type(row))
