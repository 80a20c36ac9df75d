"""Changes that users make to their sessions: they end and rename them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, Unpack

from token_revocation._request_tokens import Account
from token_revocation._rows import make_storable, user_pk
from token_revocation.adapters import get_adapters
from token_revocation.models import TokenCutoff
from token_revocation.services import RevocationDetails, log_out_many, revoke_all
from token_revocation.services._transactions import (
    atomic_write,
    database_errors,
    retry_on_deadlock,
)
from token_revocation.sessions._end_records import record_together
from token_revocation.sessions._metadata import ClientMetadata, store_user_agents
from token_revocation.sessions.models import TokenSession
from token_revocation.tokens import TokenRef


def end_session(
    session: TokenSession, *, using: str | None = None, **details: Unpack[RevocationDetails]
) -> bool:
    """Revoke all tokens of ``session``. A stored token without a session is deleted.

    Args:
        session: The row, which may be of an expired or ended session.
        **details: See :class:`~token_revocation.services.RevocationDetails`.

    Returns:
        Whether this call revoked the session. A second call writes nothing.

    Raises:
        RevocationUnavailable: The database failed.
        ValueError: ``details`` cannot be stored.
    """
    return end_sessions([session], using=using, **details) > 0


def end_sessions(
    sessions: Sequence[TokenSession],
    *,
    using: str | None = None,
    **details: Unpack[RevocationDetails],
) -> int:
    """End many sessions in one transaction, as :func:`end_session` does.

    Args:
        sessions: The rows, of any users.
        **details: See :class:`~token_revocation.services.RevocationDetails`.

    Returns:
        The number of sessions that this call revoked.

    Raises:
        RevocationUnavailable: The database failed.
        ValueError: ``details`` cannot be stored.
    """
    with database_errors(using):
        stored = _find_stored_tokens(sessions)
    tokens = [stored.get(session.pk, session.ref) for session in sessions]
    return _log_out(sessions, tokens, using, details)


def end_other_sessions(
    user: Any,
    *,
    keep: TokenRef | None,
    using: str | None = None,
    **details: Unpack[RevocationDetails],
) -> TokenCutoff:
    """Revoke all tokens of ``user``, except for one session.

    It also revokes tokens whose sessions are not recorded.

    Args:
        user: The user, or any object with the same ``pk``.
        keep: A token of the session to keep; ``None`` keeps none.
        **details: See :class:`~token_revocation.services.RevocationDetails`.

    Raises:
        RevocationUnavailable: The database failed.
        ValueError: ``details`` cannot be stored.
    """
    return revoke_all(user, keep=keep, using=using, **details)


@retry_on_deadlock
def rename_session(session: TokenSession, name: str, *, using: str | None = None) -> None:
    """Set the name of ``session``, and record the session if it is not recorded yet.

    Args:
        session: The row, possibly not saved.
        name: The name, of which up to 255 characters are stored; ``""`` removes it.

    Raises:
        RevocationUnavailable: The database failed.
    """
    session.name = make_storable(name)
    with atomic_write(using) as alias:
        rows = TokenSession.objects.using(alias)
        if session._state.adding:  # A concurrent request may record it, too.
            agent = session.user_agent
            store_user_agents({ClientMetadata(user_agent=agent.text)} if agent else set(), alias)
            rows.bulk_create([session], ignore_conflicts=True)
        rows.filter(pk=session.pk).update(name=session.name)


@retry_on_deadlock
def _log_out(
    sessions: Sequence[TokenSession],
    tokens: Sequence[TokenRef],
    using: str | None,
    details: RevocationDetails,
) -> int:
    with atomic_write(using) as alias, record_together(sessions, alias):
        return log_out_many(tokens, using=alias, **details)


def _find_stored_tokens(sessions: Iterable[TokenSession]) -> dict[uuid.UUID, TokenRef]:
    """Return the stored tokens that are the whole of a session, by the ``id`` of the session."""
    # Their revocation deletes them, so that a login does not return them again.
    owners = {(s.kind, s.user_ref) for s in sessions if not s.has_tokens_with_session}
    adapters = get_adapters()
    return {
        token.key: token
        for kind, user_ref in owners
        if kind in adapters
        for token in adapters[kind].active_tokens(Account(user_pk(user_ref)))
    }
