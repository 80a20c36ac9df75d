"""Revocation of one or many tokens."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Unpack

from token_revocation._observed_lifetimes import observe_lifetimes
from token_revocation.adapters import TokenAdapter, get_adapters
from token_revocation.services._details import RevocationDetails, detail_columns
from token_revocation.services._lookup import find_cut_off_keys
from token_revocation.services._persistence import can_be_accepted, store_revocations
from token_revocation.services._stored_tokens import service_deletion
from token_revocation.services._transactions import atomic_write, retry_on_deadlock
from token_revocation.tokens import TokenRef


def revoke(
    token: TokenRef, *, using: str | None = None, **details: Unpack[RevocationDetails]
) -> bool:
    """Revoke ``token`` and its related tokens, and delete them where they are stored.

    Related tokens are those of :meth:`TokenAdapter.related_tokens`. A second call changes neither
    time nor reason, except of a rotated token (:func:`rotate`), but keeps the later expiry. An
    expired token is rejected anyway, so it is not recorded.

    Args:
        token: The reference of a token.
        **details: See :class:`RevocationDetails`.

    Returns:
        Whether this call revoked ``token`` itself. Of concurrent calls only one returns ``True``,
        and none does if a cutoff had revoked the token before.

    Raises:
        RevocationUnavailable: The database failed.
        ValueError: ``details`` cannot be stored.
    """
    return revoke_many([token], using=using, **details) > 0


def revoke_many(
    tokens: Iterable[TokenRef], *, using: str | None = None, **details: Unpack[RevocationDetails]
) -> int:
    """Revoke many tokens in one transaction, as :func:`revoke` does.

    Args:
        tokens: The references of tokens.
        **details: See :class:`RevocationDetails`.

    Returns:
        The number of ``tokens`` that this call revoked.

    Raises:
        RevocationUnavailable: The database failed.
        ValueError: ``details`` cannot be stored.
    """
    created, cut_off = _revoke(list(tokens), using, details)
    return len(created - cut_off)


def record_revocations(
    tokens: Iterable[TokenRef], *, using: str | None = None, **details: Unpack[RevocationDetails]
) -> int:
    """Revoke ``tokens``, and count also those that a cutoff had revoked before."""
    created, _cut_off = _revoke(list(tokens), using, details)
    return len(created)


@retry_on_deadlock
def _revoke(
    tokens: Sequence[TokenRef], using: str | None, details: RevocationDetails
) -> tuple[frozenset[uuid.UUID], frozenset[uuid.UUID]]:
    """Return the keys that were stored now, and those that a cutoff had revoked."""
    if not tokens:
        return frozenset(), frozenset()
    with atomic_write(using) as alias:
        with_related = [*tokens, *_related_tokens(tokens)]
        observe_lifetimes(with_related)
        stored = store_revocations(
            filter(can_be_accepted, with_related), alias, detail_columns(details)
        )
        created = stored.intersection(token.key for token in tokens)
        cut_off = find_cut_off_keys(tokens, alias) if created else frozenset()
        _delete_stored(with_related)
    return created, cut_off


def _related_tokens(tokens: Sequence[TokenRef]) -> Iterable[TokenRef]:
    return [t for adapter, known in _by_adapter(tokens) for t in adapter.related_tokens_many(known)]


def _delete_stored(tokens: Sequence[TokenRef]) -> None:
    with service_deletion():
        for adapter, known in _by_adapter(tokens):
            adapter.delete_stored_many(known)


def _by_adapter(tokens: Iterable[TokenRef]) -> Iterator[tuple[TokenAdapter, list[TokenRef]]]:
    """Yield each configured adapter with its ``tokens``, in the order of ``ADAPTERS``."""
    by_kind = defaultdict(list)
    for token in tokens:
        by_kind[token.kind].append(token)
    return ((a, by_kind[kind]) for kind, a in get_adapters().items() if kind in by_kind)
