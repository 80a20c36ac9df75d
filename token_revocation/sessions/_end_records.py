"""Ends of sessions, recorded in their rows after a revocation was committed."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from token_revocation.adapters import get_adapters
from token_revocation.clock import now
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.services._batches import batched
from token_revocation.services._transactions import (
    atomic_write,
    database_errors,
    retry_on_deadlock,
)
from token_revocation.sessions._ends import SessionEnd, find_ends
from token_revocation.sessions.models import TokenSession, separate_session_id, session_row_id
from token_revocation.sessions.signals import session_ended
from token_revocation.tokens import Subject, TokenRef

BATCH_ROWS = 500

_recorded: ContextVar[frozenset[uuid.UUID]] = ContextVar(
    "token_revocation_recorded_ends", default=frozenset()
)
"""The rows whose ends were recorded together, while the signals of their revocations are sent."""


@contextmanager
def record_together(rows: Sequence[TokenSession], using: str) -> Iterator[None]:
    """Record the ends of ``rows``, which this block revokes, in batches and not one by one.

    Open a transaction first. The ends are recorded after its commit, before any signal is sent.
    """
    pks = [row.pk for row in rows]
    transaction.on_commit(partial(_record_ends, pks, using), using=using)
    yield
    transaction.on_commit(partial(_recorded.set, frozenset()), using=using)


def end_of_token(token: TokenRef, revocation: RevokedToken, using: str) -> None:
    """Record the end of the session whose current token was revoked."""
    pk = session_row_id(token)
    if revocation.reason != Reason.ROTATED and pk not in _recorded.get():
        rows = _open_rows(using).filter(pk=pk)
        end = _end(revocation, revocation.revoked_at)
        _record([row for row in rows if _is_ended_by(row, token, revocation.reason)], end, using)


def end_of_subject(cutoff: TokenCutoff, using: str) -> None:
    """Record the ends of the sessions of a user, or of one session.

    A purge records those of a client or of everyone.
    """
    if cutoff.subject_type not in ("user", "session") or _is_recorded(cutoff):
        return
    rows = _open_rows(using).filter(_is_of(cutoff), created_at__lte=cutoff.not_before)
    for batch in iterate_batches(rows):
        record_cutoff(batch, cutoff, using)


def record_cutoff(
    rows: Iterable[TokenSession], cutoff: TokenCutoff, using: str, *, is_announced: bool = True
) -> None:
    """Record that ``cutoff`` ended those of ``rows`` that it does not keep."""
    times = {"not_before": cutoff.not_before, "kept": cutoff.kept}
    ended = [row for row in rows if row.ref.is_revoked_by(**times)]
    _record(ended, _end(cutoff, cutoff.not_before), using, is_announced=is_announced)


def reopen(revocation: Any, using: str) -> None:
    """Clear the ends that a deleted ``revocation`` recorded, unless another one ends them."""
    ended_at = getattr(revocation, "not_before", revocation.revoked_at)
    rows = TokenSession.objects.using(using).filter(_is_affected(revocation), ended_at=ended_at)
    for batch in iterate_batches(rows):
        for row in batch:
            row.ended_at = None
        ends = find_ends(batch)
        rows.filter(pk__in=[row.pk for row in batch if row.pk not in ends]).update(
            ended_at=None, end_reason="", ended_by=None, purge_after=F("expires_at")
        )
        for pk, end in ends.items():
            rows.filter(pk=pk).update(**_columns(end))


def iterate_batches(rows: Any, size: int = BATCH_ROWS) -> Iterator[list[TokenSession]]:
    """Yield ``rows`` in batches, which the caller may change."""
    rows = rows.order_by("pk")
    batch = list(rows[:size])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:size])


def _open_rows(using: str) -> Any:
    return TokenSession.objects.using(using).open(now())


def _end(revocation: Any, ended_at: Any) -> SessionEnd:
    by = revocation.revoked_by_id
    return SessionEnd(ended_at=ended_at, reason=revocation.reason, ended_by_id=by)


def _columns(end: SessionEnd) -> dict[str, Any]:
    return {
        "ended_at": end.ended_at,
        "end_reason": end.reason,
        "ended_by": end.ended_by_id,
        "purge_after": end.ended_at,  # Before, it is the expiry, or NULL.
    }


def _is_ended_by(row: TokenSession, token: TokenRef, reason: str) -> bool:
    """Return whether the session ends with its ``token``."""
    if row.current_key is not None:
        return bool(row.current_key == token.key)
    # All stored tokens of a session are revoked together, but OAuth Toolkit deletes each access
    # token when it is refreshed.
    adapter = get_adapters().get(token.kind)
    return adapter is not None and adapter.is_stored and reason != Reason.DELETED


def _record_ends(pks: Sequence[uuid.UUID], using: str) -> None:
    # Lists of sessions are correct without it.
    with suppress(RevocationUnavailable), database_errors(using):
        for batch in batched(pks, BATCH_ROWS):
            rows = {row.pk: row for row in _open_rows(using).filter(pk__in=batch)}
            ended = defaultdict(list)
            for pk, end in find_ends(rows.values(), using=using).items():
                ended[end].append(rows[pk])
            for end, ended_rows in ended.items():
                _record(ended_rows, end, using)
        _recorded.set(frozenset(pks))


def _is_recorded(cutoff: TokenCutoff) -> bool:
    return cutoff.subject_type == "session" and _session_pk(cutoff) in _recorded.get()


def _session_pk(cutoff: TokenCutoff) -> uuid.UUID:
    is_named = separate_session_id(Subject.session(cutoff.subject_id))
    return cutoff.key if is_named else uuid.UUID(cutoff.subject_id)


def _is_of(cutoff: TokenCutoff) -> Q:
    is_of_user = cutoff.subject_type == "user"
    return Q(user_ref=cutoff.subject_id) if is_of_user else Q(pk=_session_pk(cutoff))


def _is_affected(revocation: Any) -> Q:
    """Return a condition of the rows that ``revocation`` may have ended."""
    if isinstance(revocation, TokenCutoff):
        return _is_of(revocation) if revocation.subject_type in ("user", "session") else Q()
    adapter = get_adapters().get(revocation.kind)
    if adapter is None or adapter.is_stored or not revocation.user_ref:
        return Q(pk__in=[])  # The token was deleted, so it is not accepted again.
    return Q(user_ref=revocation.user_ref, current_key=revocation.key)


@retry_on_deadlock
def _record(
    rows: Sequence[TokenSession], end: SessionEnd, using: str, *, is_announced: bool = True
) -> None:
    """Record ``end`` in the ``rows`` that are still open."""
    if not rows:
        return
    with atomic_write(using) as alias:
        stored = TokenSession.objects.using(alias).filter(pk__in=[row.pk for row in rows])
        stored.filter(ended_at=None).update(**_columns(end))
        if is_announced and session_ended.receivers:
            # Another process may have recorded another end of some of them.
            _announce(list(stored.filter(ended_at=end.ended_at)), alias)


def _announce(rows: Sequence[TokenSession], using: str) -> None:
    # Not a partial: a robust callback that fails is logged by its ``__qualname__``.
    def send() -> None:
        for row in rows:
            session_ended.send_robust(TokenSession, session=row, using=using)

    transaction.on_commit(send, using=using, robust=True)
