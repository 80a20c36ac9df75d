"""What is revoked, what is not, and what a string that somebody sent is."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.views.decorators.debug import sensitive_variables

from token_revocation.adapters import TokenAdapter, get_adapters
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.services.transactions import reading
from token_revocation.stores import get_store
from token_revocation.stores.database import DatabaseStore
from token_revocation.tokens import BEFORE_ALL_CUTOFFS, TokenRef, is_presentable

Cutoffs = Mapping[uuid.UUID, list[tuple[datetime, uuid.UUID | None]]]


def is_revoked(token: TokenRef, *, using: str | None = None) -> bool:
    """What the store in use answers; with ``using``, what that database answers."""
    store = _database_store(using) if using else get_store()
    return store.is_revoked(token)


# A generator would not do here: the frames below one are outside what the decorator covers.
@sensitive_variables()
def read(raw: str, *, hint: str = "") -> TokenRef | None:
    """The token that ``raw`` is, whatever its kind, be it expired or revoked.

    ``None`` if it is not an authentic token of a kind in use. ``hint`` is a kind to try first;
    like any hint it cannot change the answer (RFC 7009, section 2.1). Reports of errors show no
    variable from here on.
    """
    if not is_presentable(raw):
        return None
    with reading(None, secret=True):
        for adapter in _hinted_first(hint):
            token = adapter.read(raw)
            if token is not None:
                return token
    return None


@sensitive_variables()
def read_many(raws: Iterable[str]) -> list[TokenRef]:
    """As :func:`read`, those of ``raws`` that are tokens, each of them once; for bulk."""
    presentable = [*dict.fromkeys(filter(is_presentable, raws))]
    with reading(None, secret=True):
        found = (t for a in get_adapters().values() for t in a.read_many(presentable))
        return [*{token.key: token for token in found}.values()]


def active_tokens(user: Any, *, using: str | None = None) -> list[TokenRef]:
    """The tokens of ``user`` that would be accepted now, newest first.

    As far as their packages store them: two queries, and one for each kind in use.
    """
    with reading(using) as alias:
        stored = [t for adapter in get_adapters().values() for t in adapter.active_tokens(user)]
        active = _unrevoked(stored, alias)
    return sorted(active, key=lambda token: token.issued_at or BEFORE_ALL_CUTOFFS, reverse=True)


@cache
def _database_store(using: str) -> DatabaseStore:
    """One for each database, as each keeps its compiled statements."""
    return DatabaseStore(using=using)


def _hinted_first(hint: str) -> list[TokenAdapter]:
    return sorted(get_adapters().values(), key=lambda adapter: adapter.kind != hint)


def _unrevoked(tokens: list[TokenRef], using: str) -> list[TokenRef]:
    keys = [token.key for token in tokens]
    rows = RevokedToken.objects.using(using).filter(key__in=keys)
    revoked = set(rows.values_list("key", flat=True))
    cutoffs = _cutoffs((key for token in tokens for key in token.cutoff_keys), using)
    return [t for t in tokens if t.key not in revoked and not _is_cut_off(t, cutoffs)]


def _cutoffs(keys: Iterable[uuid.UUID], using: str) -> Cutoffs:
    rows = TokenCutoff.objects.using(using).filter(key__in=set(keys))
    found = defaultdict(list)
    for key, not_before, kept in rows.values_list("key", "not_before", "kept"):
        found[key].append((not_before, kept))
    return found


def _is_cut_off(token: TokenRef, cutoffs: Cutoffs) -> bool:
    return any(
        token.ended_by(not_before=not_before, kept=kept)
        for key in token.cutoff_keys
        for not_before, kept in cutoffs.get(key, ())
    )
