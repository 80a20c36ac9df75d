"""Logout: revocation of tokens together with their sessions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Unpack

from django.db.models import Max

from token_revocation._observed_lifetimes import observe_lifetimes
from token_revocation.models import TokenCutoff
from token_revocation.services._cutoffs import create_cutoffs
from token_revocation.services._details import RevocationDetails
from token_revocation.services._revocation import revoke_many
from token_revocation.services._transactions import atomic_write, retry_on_deadlock
from token_revocation.tokens import Subject, TokenRef

SessionTokens = Sequence[tuple[Subject, TokenRef]]


def log_out(
    *tokens: TokenRef, using: str | None = None, **details: Unpack[RevocationDetails]
) -> bool:
    """Revoke each token and, if it belongs to a session, every token of that session.

    The session of an expired token is revoked too, because it may have newer tokens. All changes
    are one transaction. A second call writes nothing.

    Args:
        *tokens: The tokens, possibly expired or revoked ones.
        **details: See :class:`RevocationDetails`.

    Returns:
        Whether this call revoked a token or a session.

    Raises:
        RevocationUnavailable: The database failed.
        ValueError: ``details`` cannot be stored.
    """
    return log_out_many(tokens, using=using, **details) > 0


def log_out_many(
    tokens: Iterable[TokenRef], *, using: str | None = None, **details: Unpack[RevocationDetails]
) -> int:
    """Log out of many tokens in one transaction, as :func:`log_out` does.

    The number of queries does not depend on the number of tokens.

    Args:
        tokens: The tokens, possibly expired or revoked ones.
        **details: See :class:`RevocationDetails`.

    Returns:
        The number of sessions, and of tokens without a session, that this call revoked.

    Raises:
        RevocationUnavailable: The database failed.
        ValueError: ``details`` cannot be stored.
    """
    pairs = [(token.subject("session"), token) for token in tokens]
    without_session = [token for session, token in pairs if session is None]
    with_session = [(session, token) for session, token in pairs if session]
    return _log_out(without_session, with_session, using, details)


@retry_on_deadlock
def _log_out(
    without_session: Sequence[TokenRef],
    with_session: SessionTokens,
    using: str | None,
    details: RevocationDetails,
) -> int:
    with atomic_write(using) as alias:
        revoked = revoke_many(without_session, using=alias, **details)
        return revoked + _revoke_sessions(with_session, alias, details)


def _revoke_sessions(with_session: SessionTokens, using: str, details: RevocationDetails) -> int:
    active = _filter_active(with_session, using) if with_session else []
    sessions = [*dict.fromkeys(session for session, _ in active)]
    if not sessions:
        return 0
    tokens = [token for _, token in active]
    observe_lifetimes(tokens)
    cutoff = create_cutoffs(
        sessions, using, details, tokens=tokens, session_users=_session_users(active)
    )[0]
    # Issued by a host whose clock is ahead of the database's.
    issued_later = [
        token
        for token in tokens
        if not token.is_revoked_by(not_before=cutoff.not_before, kept=None)
    ]
    revoke_many(issued_later, using=using, **details)
    return len(sessions)


def _session_users(with_session: SessionTokens) -> dict[Subject, Subject]:
    users = [(session, token.subject("user")) for session, token in with_session]
    return {session: user for session, user in users if user}


def _filter_active(with_session: SessionTokens, using: str) -> SessionTokens:
    """Return the tokens that no cutoff of their session has revoked yet.

    A cutoff that keeps a token does not count.
    """
    keys = {session.key for session, _ in with_session}
    rows = TokenCutoff.objects.using(using).filter(key__in=keys, kept=None).order_by()
    latest = dict(rows.values_list("key").annotate(Max("not_before")))
    return [
        (session, token)
        for session, token in with_session
        if session.key not in latest
        or not token.is_revoked_by(not_before=latest[session.key], kept=None)
    ]
