"""Cut off all that a subject holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Unpack

from django.db import connections

from token_revocation.adapters import TokenAdapter, get_adapters
from token_revocation.clock import database_now
from token_revocation.columns import subject_columns
from token_revocation.models import TokenCutoff
from token_revocation.services.causes import Cause, cause_columns
from token_revocation.services.revoking import revoke_many
from token_revocation.services.tidying import purge_later
from token_revocation.services.transactions import again_if_undone, announce, writing
from token_revocation.signals import subject_cut_off
from token_revocation.tokens import EVERYONE, Subject, TokenRef


@again_if_undone
def revoke_all(
    user: Any, *, keep: TokenRef | None = None, using: str | None = None, **cause: Unpack[Cause]
) -> TokenCutoff:
    """Log ``user`` out everywhere: one row ends every token issued up to this moment.

    ``keep`` spares one token, or, if it belongs to a session, that session. Tokens that a login
    would hand out again (:attr:`TokenAdapter.reissues`) are revoked too, and deleted. The number
    of queries does not depend on how many tokens there are.
    ``ValueError`` for a user without a primary key, such as ``AnonymousUser``.
    """
    if user.pk is None:
        raise ValueError("Nobody can be logged out who has no primary key.")
    with writing(using) as alias:
        (cutoff,) = cut_off([Subject.user(user.pk)], alias, cause, keep=keep)
        kept = keep and keep.family_key
        ending = [token for token in _reissued_tokens(user) if token.family_key != kept]
        revoke_many(ending, using=alias, **cause)
    return cutoff


@again_if_undone
def revoke_session(
    session_id: str, *, using: str | None = None, **cause: Unpack[Cause]
) -> TokenCutoff:
    """End every token of one session (family) issued up to this moment."""
    with writing(using) as alias:
        return cut_off([Subject.session(session_id)], alias, cause)[0]


@again_if_undone
def revoke_client(
    client_id: str, *, using: str | None = None, **cause: Unpack[Cause]
) -> TokenCutoff:
    """End every token issued to one OAuth 2.0 client up to this moment."""
    with writing(using) as alias:
        return cut_off([Subject.client(client_id)], alias, cause)[0]


@again_if_undone
def revoke_everyone(*, using: str | None = None, **cause: Unpack[Cause]) -> TokenCutoff:
    """End every token of every kind issued up to this moment."""
    with writing(using) as alias:
        return cut_off([EVERYONE], alias, cause)[0]


def cut_off(
    subjects: Sequence[Subject], using: str, cause: Cause, keep: TokenRef | None = None
) -> list[TokenCutoff]:
    """One row for each of ``subjects``, all of one type, at one moment; in two queries."""
    now = database_now(using)
    lifetime = _longest_lifetime(subjects[0])
    columns = {
        "not_before": now,
        "expires_at": now + lifetime if lifetime is not None else None,
        "kept": keep.family_key if keep else None,
        **cause_columns(cause),
    }
    rows = [TokenCutoff(**subject_columns(subject), **columns) for subject in subjects]
    cutoffs = _insert(rows, using)
    announce([subject.key for subject in subjects], partial(_tell, cutoffs, using), using=using)
    purge_later(len(cutoffs), using)
    return cutoffs


def _insert(rows: Sequence[TokenCutoff], using: str) -> list[TokenCutoff]:
    """The rows as they are stored, with their primary keys."""
    stored = TokenCutoff.objects.using(using)
    made: list[TokenCutoff] = stored.bulk_create(rows)
    if connections[using].features.can_return_rows_from_bulk_insert:
        return made
    moment, keys = rows[0].not_before, [row.key for row in rows]
    return [*stored.filter(not_before=moment, key__in=keys).order_by("pk")]


def _longest_lifetime(subject: Subject) -> timedelta | None:
    """How long a cutoff of ``subject`` is needed; ``None`` if one of its tokens may live for ever.

    So it is, to be safe, if no kind in use has such a subject.
    """
    kinds = [adapter for adapter in get_adapters().values() if _has(adapter, subject)]
    lifetimes = [kind.lifetime for kind in kinds]
    bounded = [lifetime for lifetime in lifetimes if lifetime is not None]
    return max(bounded) if bounded and len(bounded) == len(lifetimes) else None


def _has(adapter: TokenAdapter, subject: Subject) -> bool:
    return subject == EVERYONE or subject.type in adapter.subject_types


def _reissued_tokens(user: Any) -> list[TokenRef]:
    adapters = [adapter for adapter in get_adapters().values() if adapter.reissues]
    return [token for adapter in adapters for token in adapter.active_tokens(user)]


def _tell(cutoffs: Iterable[TokenCutoff], using: str) -> None:
    for cutoff in cutoffs:
        subject_cut_off.send_robust(TokenCutoff, cutoff=cutoff, using=using)
