"""End tokens and the sessions they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Unpack

from django.db.models import Max

from token_revocation.models import TokenCutoff
from token_revocation.services.causes import Cause
from token_revocation.services.cutting import cut_off
from token_revocation.services.revoking import revoke_many
from token_revocation.services.transactions import again_if_undone, writing
from token_revocation.tokens import Subject, TokenRef


def log_out(*tokens: TokenRef, using: str | None = None, **cause: Unpack[Cause]) -> bool:
    """End each token and, if it belongs to a session, everything of that session: one row.

    All of them in one transaction; ``True`` if this call ended any. An expired token ends its
    session too, as the session may have younger ones. A second call writes nothing.
    """
    return log_out_many(tokens, using=using, **cause) > 0


def log_out_many(
    tokens: Iterable[TokenRef], *, using: str | None = None, **cause: Unpack[Cause]
) -> int:
    """As :func:`log_out`; how many sessions, and tokens without one, this call ended.

    The number of queries does not depend on how many there are.
    """
    owned = [(token.subject("session"), token) for token in tokens]
    alone = [token for session, token in owned if session is None]
    return _log_out(alone, [(s, t) for s, t in owned if s], using, cause)


@again_if_undone
def _log_out(
    alone: Sequence[TokenRef],
    owned: Sequence[tuple[Subject, TokenRef]],
    using: str | None,
    cause: Cause,
) -> int:
    with writing(using) as alias:
        ended = revoke_many(alone, using=alias, **cause)
        return ended + _end_sessions(owned, alias, cause)


def _end_sessions(owned: Sequence[tuple[Subject, TokenRef]], using: str, cause: Cause) -> int:
    going_on = _going_on(owned, using) if owned else []
    sessions = [*dict.fromkeys(session for session, _ in going_on)]
    if not sessions:
        return 0
    moment = cut_off(sessions, using, cause)[0].not_before
    # Issued by a host whose clock is ahead of the database's.
    early = [token for _, token in going_on if not token.ended_by(not_before=moment, kept=None)]
    revoke_many(early, using=using, **cause)
    return len(sessions)


def _going_on(
    owned: Sequence[tuple[Subject, TokenRef]], using: str
) -> list[tuple[Subject, TokenRef]]:
    """Those that no cutoff of their session, one that spares nothing, has ended already."""
    keys = {session.key for session, _ in owned}
    rows = TokenCutoff.objects.using(using).filter(key__in=keys, kept=None).order_by()
    latest = dict(rows.values_list("key").annotate(Max("not_before")))
    return [
        (session, token)
        for session, token in owned
        if session.key not in latest
        or not token.ended_by(not_before=latest[session.key], kept=None)
    ]
