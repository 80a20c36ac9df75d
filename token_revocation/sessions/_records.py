"""Rows of new sessions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connections, transaction

from token_revocation._rows import make_storable
from token_revocation.clock import now
from token_revocation.sessions._metadata import describe_client, store_user_agents
from token_revocation.sessions.models import (
    TokenSession,
    separate_session_id,
    session_row_id,
)
from token_revocation.sessions.signals import session_started
from token_revocation.tokens import BEFORE_ALL_CUTOFFS, TokenRef

REUSE_COLUMNS = (
    "last_used_at",
    "expires_at",
    "purge_after",
    "ended_at",
    "end_reason",
    "ended_by",
)
"""Columns that a login changes if it returns the token of an earlier one."""


def record_session(token: TokenRef, *, using: str, request: Any = None) -> TokenSession:
    """Store the session of ``token``, which was just issued; it may exist already.

    Several processes may store it at once.

    Args:
        token: The refresh token, or the only token of the session.
        using: The database alias, in a transaction.
        request: Django's request of the login, or ``None``.
    """
    client = describe_client(request)
    columns = {**session_columns(token), **client.columns}
    row = TokenSession(**{**columns, "last_used_at": max(now(), columns["created_at"])})
    is_new = not (is_reusable(token) and _rows(using).filter(pk=row.pk).exists())
    store_user_agents({client}, using)
    new_devices = find_new_devices([row], using) if is_new else set()
    _upsert(row, [*REUSE_COLUMNS, *client.columns], using)
    if is_new:
        announce([row], new_devices, using, request)
    return row


def is_reusable(token: TokenRef) -> bool:
    """Return whether a later login may return ``token`` again."""
    return token.subject("session") is None


def session_columns(token: TokenRef) -> dict[str, Any]:
    """Return the columns of the session of ``token``."""
    user, client, session = (token.subject(each) for each in ("user", "client", "session"))
    # Without a time of issue, the token is older than every cutoff.
    created_at = token.issued_at or BEFORE_ALL_CUTOFFS
    return {
        "id": session_row_id(token),
        "kind": token.kind,
        "user_ref": make_storable(user.id) if user else "",
        "client_id": make_storable(client.id) if client else "",
        "session_id": make_storable(separate_session_id(session)) if session else "",
        "created_at": created_at,
        "last_used_at": token.minted_at or created_at,
        "expires_at": token.expires_at,
        "purge_after": token.expires_at,
        "current_key": token.key,
    }


def first_use_columns(token: TokenRef) -> dict[str, Any]:
    """Return the columns of a session whose first recorded token is ``token``."""
    columns = session_columns(token)
    if not is_reusable(token) and not token.is_refresh_token:
        columns["current_key"] = None  # Only the refresh token is the current one.
    return columns


def find_new_devices(rows: Sequence[TokenSession], using: str) -> set[Any]:
    """Return the keys of ``rows``, not stored yet, whose user has none with the user agent.

    It makes no query if nothing listens to ``session_started``.
    """
    if not session_started.receivers:
        return set()
    users = {row.user_ref for row in rows}
    stored = _rows(using).filter(user_ref__in=users).values_list("user_ref", "user_agent_id")
    known, new = set(stored.distinct()), set()
    for row in rows:
        device = (row.user_ref, row.user_agent_id)
        if device not in known:
            known.add(device)
            new.add(row.pk)
    return new


def announce(
    rows: Sequence[TokenSession], new_devices: Collection[Any], using: str, request: Any = None
) -> None:
    """Send ``session_started`` for each of ``rows`` on commit."""

    # Not a partial: a robust callback that fails is logged by its ``__qualname__``.
    def send() -> None:
        for row in rows:
            session_started.send_robust(
                TokenSession,
                session=row,
                is_new_device=row.pk in new_devices,
                request=request,
                using=using,
            )

    if session_started.receivers:
        transaction.on_commit(send, using=using, robust=True)


def _upsert(row: TokenSession, changed: Sequence[str], using: str) -> None:
    # MariaDB and MySQL know no target of the conflict.
    has_target = connections[using].features.supports_update_conflicts_with_target
    fields = [name.removesuffix("_id") for name in changed]
    _rows(using).bulk_create(
        [row],
        update_conflicts=True,
        update_fields=fields,
        unique_fields=["id"] if has_target else None,
    )


def _rows(using: str) -> Any:
    return TokenSession.objects.using(using)
