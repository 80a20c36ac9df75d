"""Lookup of raw tokens, of active tokens, and of the revocation of a token."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, cast

from django.db.models import Value
from django.views.decorators.debug import sensitive_variables

from token_revocation._session_lifetime import has_session_ended
from token_revocation.adapters import TokenAdapter, get_adapters
from token_revocation.models import PurgeWatermark, RevokedToken, TokenCutoff
from token_revocation.services._transactions import database_errors
from token_revocation.stores import get_store
from token_revocation.stores.database import DatabaseStore
from token_revocation.tokens import BEFORE_ALL_CUTOFFS, TokenRef, is_presentable

Cutoffs = Mapping[uuid.UUID, list[tuple[Any, ...]]]
"""Cutoffs and watermarks by the key of their subject, as :func:`read_cutoffs` returns them."""


def is_revoked(token: TokenRef, *, using: str | None = None) -> bool:
    """Return whether ``token`` is revoked, by the configured store.

    Args:
        token: The reference of a token.
        using: A database alias: query this database, and not the store.

    Raises:
        RevocationUnavailable: The store or the database failed.
    """
    store = _database_store(using) if using else get_store()
    return store.is_revoked(token)


# Not a generator: ``sensitive_variables`` does not cover the frames that a generator calls.
@sensitive_variables()
def resolve(raw: str, *, hint: str = "") -> TokenRef | None:
    """Return the token in ``raw``, including expired and revoked ones, or ``None``.

    Django's error reports show no variables of this function and of the functions it calls.

    Args:
        raw: The string that a client presented.
        hint: The kind to try first. It cannot change the result (RFC 7009, section 2.1).

    Returns:
        The token, or ``None`` if ``raw`` is not an authentic token of a configured kind.

    Raises:
        RevocationUnavailable: The database failed.
    """
    if not is_presentable(raw):
        return None
    with database_errors(None, secret=True):
        for adapter in _hinted_first(hint):
            token = adapter.resolve(raw)
            if token is not None:
                return token
    return None


@sensitive_variables()
def resolve_many(raws: Iterable[str]) -> list[TokenRef]:
    """Return the tokens encoded in ``raws``, each once, as :func:`resolve` does.

    Args:
        raws: The strings, each possibly a raw token.

    Raises:
        RevocationUnavailable: The database failed.
    """
    presentable = [*dict.fromkeys(filter(is_presentable, raws))]
    found: dict[uuid.UUID, TokenRef] = {}
    with database_errors(None, secret=True):
        # Not a generator, as in resolve().
        for adapter in get_adapters().values():
            found |= {token.key: token for token in adapter.resolve_many(presentable)}
    return [*found.values()]


def active_tokens(user: Any, *, using: str | None = None) -> list[TokenRef]:
    """Return the stored tokens of ``user`` that would be accepted now, newest first.

    It takes two queries, and one for each configured kind that stores its tokens.

    Args:
        user: The user, or any object with the same ``pk``.

    Raises:
        RevocationUnavailable: The database failed.
    """
    with database_errors(using) as alias:
        stored = [t for adapter in get_adapters().values() for t in adapter.active_tokens(user)]
        active = filter_unrevoked([t for t in stored if not has_session_ended(t)], alias)
    return sorted(active, key=lambda token: token.issued_at or BEFORE_ALL_CUTOFFS, reverse=True)


def find_cut_off_keys(tokens: Iterable[TokenRef], using: str) -> frozenset[uuid.UUID]:
    """Return the keys of the ``tokens`` that a cutoff revokes, in one query."""
    candidates = list(tokens)
    cutoffs = read_cutoffs(candidates, using)
    return frozenset(token.key for token in candidates if _is_cut_off(token, cutoffs))


@cache
def _database_store(using: str) -> DatabaseStore:
    """Return one store for each database, because a store keeps its compiled queries."""
    return DatabaseStore(using=using)


def _hinted_first(hint: str) -> list[TokenAdapter]:
    return sorted(get_adapters().values(), key=lambda adapter: adapter.kind != hint)


def filter_unrevoked(tokens: list[TokenRef], using: str) -> list[TokenRef]:
    """Return the ``tokens`` that are not revoked, in two queries."""
    keys = [token.key for token in tokens]
    rows = RevokedToken.objects.using(using).filter(key__in=keys)
    revoked = set(rows.values_list("key", flat=True))
    cutoffs = read_cutoffs(tokens, using)
    return [t for t in tokens if t.key not in revoked and not _is_cut_off(t, cutoffs)]


def read_cutoffs(tokens: Iterable[TokenRef], using: str, *columns: str) -> Cutoffs:
    """Return the cutoffs and watermarks of the subjects of ``tokens``, in one query.

    Args:
        tokens: The tokens.
        using: The database alias.
        *columns: Further columns of :class:`TokenCutoff`, which are ``None`` for a watermark.

    Returns:
        Tuples of the time up to which tokens are rejected, the kept key and ``columns``, by the key
        of the subject.
    """
    cutoff_keys = {key for token in tokens for key in token.cutoff_keys}
    watermark_keys = {key for token in tokens for key in token.watermark_keys}
    cutoffs = TokenCutoff.objects.using(using).filter(key__in=cutoff_keys).order_by()
    watermarks = PurgeWatermark.objects.using(using).filter(key__in=watermark_keys).order_by()
    names, get_field = ("kept", *columns), TokenCutoff._meta.get_field
    nulls = [Value(None, output_field=cast(Any, get_field(name))) for name in names]
    rows = cutoffs.values_list("key", "not_before", *names).union(
        watermarks.values_list("key", "watermark", *nulls), all=True
    )
    found = defaultdict(list)
    for key, *cutoff in rows:
        found[key].append(tuple(cutoff))
    return found


def iterate_cutoffs(token: TokenRef, cutoffs: Cutoffs) -> Iterator[tuple[Any, ...]]:
    """Yield those of ``cutoffs`` that reject ``token``."""
    for key in token.cutoff_keys:
        for cutoff in cutoffs.get(key, ()):
            not_before, kept = cutoff[:2]
            if token.is_revoked_by(not_before=not_before, kept=kept):
                yield cutoff
    for key in token.watermark_keys:
        for cutoff in cutoffs.get(key, ()):
            if (token.minted_at or BEFORE_ALL_CUTOFFS) <= cutoff[0]:
                yield cutoff


def _is_cut_off(token: TokenRef, cutoffs: Cutoffs) -> bool:
    return any(True for _ in iterate_cutoffs(token, cutoffs))
