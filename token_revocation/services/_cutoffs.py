"""Revocation of all tokens of a subject: a user, a session, a client or everyone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Unpack

from token_revocation._rows import subject_columns
from token_revocation.adapters import get_adapters
from token_revocation.clock import database_now
from token_revocation.models import TokenCutoff
from token_revocation.services._accounts import lock_accounts
from token_revocation.services._bulk_insert import bulk_insert
from token_revocation.services._details import RevocationDetails, detail_columns
from token_revocation.services._notifications import notify_on_commit
from token_revocation.services._opportunistic_purge import schedule_purge
from token_revocation.services._purge_bounds import latest_expiry
from token_revocation.services._revocation import revoke_many
from token_revocation.services._transactions import atomic_write, retry_on_deadlock
from token_revocation.signals import subject_revoked
from token_revocation.tokens import EVERYONE, Subject, TokenRef


@retry_on_deadlock
def revoke_all(
    user: Any,
    *,
    keep: TokenRef | None = None,
    using: str | None = None,
    **details: Unpack[RevocationDetails],
) -> TokenCutoff:
    """Log ``user`` out everywhere: revoke every token issued to the user until now.

    Tokens that a login would reuse (:attr:`TokenAdapter.reuses_stored_token`) are also revoked one
    by one and deleted. The number of queries does not depend on the number of tokens.

    Args:
        user: The user, or any object with the same ``pk``.
        keep: A token to exempt, with its session if it has one.
        **details: See :class:`RevocationDetails`.

    Returns:
        The stored cutoff.

    Raises:
        RevocationUnavailable: The database failed.
        ValueError: The user has no primary key, or ``details`` cannot be stored.
    """
    if user.pk is None:
        raise ValueError("A user without a primary key cannot be logged out.")
    with atomic_write(using) as alias, lock_accounts(user.pk):
        (cutoff,) = create_cutoffs([Subject.user(user.pk)], alias, details, keep=keep)
        revoke_many(_reusable_tokens(user, keep), using=alias, **details)
    return cutoff


@retry_on_deadlock
def revoke_session(
    session_id: str,
    *,
    user: Any = None,
    using: str | None = None,
    **details: Unpack[RevocationDetails],
) -> TokenCutoff:
    """Revoke every token of one session (token family) issued until now.

    Args:
        session_id: The ``id`` of the subject with the type ``session``.
        user: The user of the session, if known: the admin finds the session by it.
        **details: See :class:`RevocationDetails`.

    Returns:
        The stored cutoff.

    Raises:
        RevocationUnavailable: The database failed.
        ValueError: ``details`` cannot be stored.
    """
    session = Subject.session(session_id)
    pk = getattr(user, "pk", None)
    users = {} if pk is None else {session: Subject.user(pk)}
    with atomic_write(using) as alias:
        return create_cutoffs([session], alias, details, session_users=users)[0]


@retry_on_deadlock
def revoke_client(
    client_id: str, *, using: str | None = None, **details: Unpack[RevocationDetails]
) -> TokenCutoff:
    """Revoke every token issued to one OAuth 2.0 client until now.

    Args:
        client_id: The identifier of the client.
        **details: See :class:`RevocationDetails`.

    Returns:
        The stored cutoff.

    Raises:
        RevocationUnavailable: The database failed.
        ValueError: ``details`` cannot be stored.
    """
    with atomic_write(using) as alias:
        return create_cutoffs([Subject.client(client_id)], alias, details)[0]


@retry_on_deadlock
def revoke_everyone(
    *, using: str | None = None, **details: Unpack[RevocationDetails]
) -> TokenCutoff:
    """Revoke every token of every kind and user issued until now.

    Args:
        **details: See :class:`RevocationDetails`.

    Returns:
        The stored cutoff.

    Raises:
        RevocationUnavailable: The database failed.
        ValueError: ``details`` cannot be stored.
    """
    with atomic_write(using) as alias:
        return create_cutoffs([EVERYONE], alias, details)[0]


@retry_on_deadlock
def create_user_cutoffs(
    user_ids: Sequence[Any],
    *,
    keep: TokenRef | None = None,
    using: str | None = None,
    **details: Unpack[RevocationDetails],
) -> None:
    """Create cutoffs of users while the tables of their tokens are not migrated.

    The cutoffs never expire, because the lifetimes of the tokens cannot be read.
    """
    with atomic_write(using) as alias:
        subjects = [Subject.user(user_id) for user_id in user_ids]
        create_cutoffs(subjects, alias, details, keep=keep, is_bounded=False)


def create_cutoffs(
    subjects: Sequence[Subject],
    using: str,
    details: RevocationDetails,
    *,
    keep: TokenRef | None = None,
    tokens: Iterable[TokenRef] = (),
    session_users: Mapping[Subject, Subject] | None = None,
    is_bounded: bool = True,
) -> list[TokenCutoff]:
    """Create a cutoff for each of ``subjects``, all of one type, in two queries.

    With ``is_bounded``, a cutoff expires after the longest of the configured lifetimes and those
    of ``tokens``. A purge detects tokens that live even longer. ``session_users`` are the known
    users of sessions.
    """
    now = database_now(using)
    columns = {
        "not_before": now,
        "expires_at": latest_expiry(now, subjects[0], tokens) if is_bounded else None,
        "kept": keep.family_key if keep else None,
        **detail_columns(details),
    }
    users = session_users or {}
    rows = [TokenCutoff(**subject_columns(s, users.get(s)), **columns) for s in subjects]
    cutoffs = _insert(rows, using)
    _notify(cutoffs, using)
    schedule_purge(len(cutoffs), using)
    return cutoffs


def _notify(cutoffs: Sequence[TokenCutoff], using: str) -> None:
    """Notify the store and the receivers of signals when the transaction commits."""
    keys, send = [cutoff.key for cutoff in cutoffs], partial(_send_signals, cutoffs, using)
    notify_on_commit(keys, send, using=using, not_before=cutoffs[0].not_before)


def _insert(rows: Sequence[TokenCutoff], using: str) -> list[TokenCutoff]:
    """Insert ``rows``, and return them with their primary keys."""
    if bulk_insert(rows, using):
        return [*rows]
    stored = TokenCutoff.objects.using(using)
    not_before, keys = rows[0].not_before, [row.key for row in rows]
    return [*stored.filter(not_before=not_before, key__in=keys).order_by("pk")]


def _reusable_tokens(user: Any, keep: TokenRef | None) -> list[TokenRef]:
    adapters = [adapter for adapter in get_adapters().values() if adapter.reuses_stored_token]
    tokens = [token for adapter in adapters for token in adapter.active_tokens(user)]
    kept = keep and keep.family_key
    return [token for token in tokens if token.family_key != kept]


def _send_signals(cutoffs: Iterable[TokenCutoff], using: str) -> None:
    for cutoff in cutoffs:
        subject_revoked.send_robust(TokenCutoff, cutoff=cutoff, using=using)
