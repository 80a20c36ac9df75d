"""When and why sessions ended, also before their rows record it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from token_revocation.models import Reason, RevokedToken
from token_revocation.services._lookup import iterate_cutoffs, read_cutoffs
from token_revocation.services._transactions import database_errors
from token_revocation.sessions.models import TokenSession
from token_revocation.tokens import AFTER_ALL_CUTOFFS


@dataclass(frozen=True, kw_only=True)
class SessionEnd:
    """The end of a session by a revocation.

    ``ended_by_id`` is the primary key of a user, or ``None``.
    """

    ended_at: datetime
    reason: str = ""
    ended_by_id: Any = None


def find_ends(
    rows: Iterable[TokenSession], *, using: str | None = None
) -> dict[uuid.UUID, SessionEnd]:
    """Return the end of each session that was revoked, by the ``id`` of its row.

    A revocation is recorded in a row after its commit, and one of a client or of everyone later
    still. So it is also looked up, in two queries if a row records no end.
    """
    by_id = {row.pk: row for row in rows}
    recorded = {pk: _recorded_end(row) for pk, row in by_id.items() if row.ended_at}
    others = [row for pk, row in by_id.items() if pk not in recorded]
    return recorded | (_look_up(others, using) if others else {})


def _recorded_end(row: Any) -> SessionEnd:
    return SessionEnd(ended_at=row.ended_at, reason=row.end_reason, ended_by_id=row.ended_by_id)


def _look_up(rows: Sequence[TokenSession], using: str | None) -> dict[uuid.UUID, SessionEnd]:
    refs = {row.pk: row.ref for row in rows}
    with database_errors(using) as alias:
        revoked = _read_revoked_tokens(rows, alias)
        cutoffs = read_cutoffs(refs.values(), alias, "reason", "revoked_by")
    found = {}
    for row in rows:
        own = [revoked[key] for key in (row.pk, row.current_key) if key in revoked]
        ends = [*own, *map(_to_end, iterate_cutoffs(refs[row.pk], cutoffs))]
        # A session that had expired before was not ended by the revocation.
        before = row.expires_at or AFTER_ALL_CUTOFFS
        first = min(ends, key=lambda end: end.ended_at, default=None)
        if first and first.ended_at < before:
            found[row.pk] = first
    return found


def _read_revoked_tokens(rows: Iterable[TokenSession], using: str) -> dict[uuid.UUID, SessionEnd]:
    """Return the revocations of the current tokens of ``rows``, by the keys of the tokens."""
    keys = {key for row in rows for key in (row.pk, row.current_key)} - {None}
    stored = RevokedToken.objects.using(using).filter(key__in=keys)
    columns = stored.exclude(reason=Reason.ROTATED).values_list(
        "key", "revoked_at", "reason", "revoked_by"
    )
    return {
        key: SessionEnd(ended_at=ended_at, reason=reason, ended_by_id=by)
        for key, ended_at, reason, by in columns
    }


def _to_end(cutoff: tuple[Any, ...]) -> SessionEnd:
    ended_at, _kept, reason, by = cutoff
    return SessionEnd(ended_at=ended_at, reason=reason or "", ended_by_id=by)
