"""Storage of the uses of tokens in the rows of their sessions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connections, router
from django.db.models import Case, F, Value, When

from token_revocation._rows import user_pk
from token_revocation.adapters import get_adapters
from token_revocation.clock import now
from token_revocation.services._lookup import filter_unrevoked
from token_revocation.services._transactions import (
    atomic_write,
    database_errors,
    retry_on_deadlock,
)
from token_revocation.sessions._metadata import ClientMetadata, store_user_agents
from token_revocation.sessions._records import (
    announce,
    find_new_devices,
    first_use_columns,
)
from token_revocation.sessions.models import TokenSession, session_row_id
from token_revocation.sessions.signals import session_started
from token_revocation.tokens import TokenRef

USE_INTERVAL = timedelta(minutes=5)
"""The shortest time between two writes of the last use of a session."""

COLUMNS = ("last_used_at", "expires_at", "ended_at", "current_key", "user_agent_id", "ip_address")


class Use(NamedTuple):
    """A use of a token."""

    token: TokenRef
    used_at: datetime
    client: ClientMetadata


def store_uses(uses: Mapping[UUID, Use], using: str) -> None:
    """Store new sessions, and the last uses of those that are stored.

    Args:
        uses: The last use of each session, by its family key.
        using: The database alias.

    Raises:
        RevocationUnavailable: The database failed. Nothing is stored.
    """
    by_id = {session_row_id(use.token): use for use in uses.values()}
    with database_errors(using):
        stored = TokenSession.objects.using(using).only(*_FIELDS).in_bulk(list(by_id))
    changes = [_Change(stored[pk], use) for pk, use in by_id.items() if pk in stored]
    changes = [change for change in changes if change.is_needed]
    new = [use for pk, use in by_id.items() if pk not in stored and _is_session(use.token)]
    if changes or new:
        _write(changes, new, using)


_FIELDS = [name.removesuffix("_id") for name in COLUMNS]


class _Change:
    """The change that a use makes to the row of its session."""

    def __init__(self, row: Any, use: Use) -> None:
        self.pk, self.use = row.pk, use
        age = use.used_at - row.last_used_at
        self.is_new_use = age >= USE_INTERVAL and not _is_recorded_by_rotation(use.token, row)
        self.has_new_client = row.user_agent_id is None and row.ip_address is None
        self.has_new_client &= bool(use.client.columns)
        self.is_needed = row.ended_at is None and (self.is_new_use or self.has_new_client)
        expires_at = use.token.expires_at
        self.is_extended = row.expires_at is not None and (
            expires_at is None or expires_at > row.expires_at
        )


def _is_recorded_by_rotation(token: TokenRef, row: Any) -> bool:
    """Return whether ``token`` is an access token of a session that rotates."""
    adapter = get_adapters().get(token.kind)
    if adapter is None or not adapter.rotates_tokens:
        return False
    return row.current_key is not None and row.current_key != token.key


def _is_session(token: TokenRef) -> bool:
    """Return whether ``token`` names a session, or is one, and has not expired.

    Other JWTs are access tokens, of which each refresh makes another one.
    """
    adapter = get_adapters().get(token.kind)
    has_session = token.subject("session") is not None
    is_whole = adapter is None or adapter.is_stored or "session" not in adapter.subject_types
    return (has_session or is_whole) and not token.is_expired(now())


@retry_on_deadlock
def _write(changes: Sequence[_Change], new: Sequence[Use], using: str) -> None:
    with atomic_write(using) as alias:
        new = _filter_recordable(new, alias)
        clients = {change.use.client for change in changes if change.has_new_client}
        store_user_agents(clients | {use.client for use in new}, alias)
        _update_last_uses([change for change in changes if change.is_new_use], alias)
        _update_clients([change for change in changes if change.has_new_client], alias)
        if new:
            _insert([_new_row(use) for use in new], alias)


def _update_last_uses(changes: Sequence[_Change], using: str) -> None:
    """Write the last uses in one statement, unless another process has done so."""
    if not changes:
        return
    latest = max(change.use.used_at for change in changes)
    rows = TokenSession.objects.using(using).filter(pk__in=[change.pk for change in changes])
    rows = rows.filter(last_used_at__lte=latest - USE_INTERVAL, ended_at=None)
    extended = [
        When(pk=change.pk, expires_at__lt=change.use.token.expires_at, then=_expiry(change))
        if change.use.token.expires_at
        else When(pk=change.pk, then=None)
        for change in changes
        if change.is_extended
    ]
    later = {"expires_at": Case(*extended, default=F("expires_at"))} if extended else {}
    rows.update(last_used_at=latest, **later)


def _expiry(change: _Change) -> Any:
    return Value(change.use.token.expires_at, TokenSession._meta.get_field("expires_at"))


def _update_clients(changes: Sequence[_Change], using: str) -> None:
    """Write the metadata of sessions whose login was not seen."""
    rows = [TokenSession(id=change.pk, **change.use.client.columns) for change in changes]
    if rows:
        TokenSession.objects.using(using).bulk_update(rows, ["user_agent", "ip_address"])


def _filter_recordable(new: Sequence[Use], using: str) -> list[Use]:
    """Return the uses of tokens that are not revoked, and whose user exists."""
    active = {token.key for token in filter_unrevoked([use.token for use in new], using)}
    users = _lock_users((use.token for use in new), using)
    recordable = []
    for use in new:
        user = use.token.subject("user")
        if use.token.key in active and (user is None or user.id in users):
            recordable.append(use)
    return recordable


def _lock_users(tokens: Iterable[TokenRef], using: str) -> set[str]:
    """Return the ids of the existing users of ``tokens``, locked against a deletion."""
    subjects = {token.subject("user") for token in tokens} - {None}
    pks = {user_pk(subject.id) for subject in subjects if subject} - {None}
    if not pks:
        return set()
    alias = router.db_for_write(get_user_model())
    rows = get_user_model()._base_manager.using(alias).filter(pk__in=pks).order_by("pk")
    features: Any = connections[alias].features
    if alias == using:
        # A user who logs in, or is deleted, is left to a later use.
        rows = rows.select_for_update(
            skip_locked=features.has_select_for_update_skip_locked,
            no_key=features.has_select_for_no_key_update,
        )
    return {str(pk) for pk in rows.values_list("pk", flat=True)}


def _new_row(use: Use) -> TokenSession:
    columns = {**first_use_columns(use.token), **use.client.columns, "last_used_at": use.used_at}
    return TokenSession(**columns)


def _insert(rows: Sequence[TokenSession], using: str) -> None:
    new_devices = find_new_devices(rows, using)
    stored = TokenSession.objects.using(using)
    stored.bulk_create(sorted(rows, key=lambda row: row.pk), ignore_conflicts=True)
    if session_started.receivers:
        # Another process may have inserted some of them, and sends their signals.
        times = dict(stored.filter(pk__in=[r.pk for r in rows]).values_list("pk", "last_used_at"))
        own = [row for row in rows if times.get(row.pk) == row.last_used_at]
        announce(own, new_devices, using)
