"""Refuse tokens, one or many."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Unpack

from token_revocation.adapters import TokenAdapter, get_adapters
from token_revocation.services.causes import Cause, cause_columns
from token_revocation.services.deleting import deleting
from token_revocation.services.recording import is_accepted, record
from token_revocation.services.transactions import again_if_undone, writing
from token_revocation.tokens import TokenRef


def revoke(token: TokenRef, *, using: str | None = None, **cause: Unpack[Cause]) -> bool:
    """Refuse ``token`` from now on, and delete what its package stores of it.

    In the same transaction its relatives end (:meth:`TokenAdapter.relatives`). ``True`` if this
    call revoked ``token`` itself: of any number of concurrent calls, one. A second call changes
    neither time nor reason, unless the token was only used up (:func:`exchange`), but keeps the
    later expiry. A token that has expired is refused
    anyway and leaves no row.
    """
    return token.key in _revoke([token], using, cause)


def revoke_many(
    tokens: Iterable[TokenRef], *, using: str | None = None, **cause: Unpack[Cause]
) -> int:
    """As :func:`revoke`, in one transaction; how many of ``tokens`` this call revoked."""
    chosen = list(tokens)
    created = _revoke(chosen, using, cause) if chosen else frozenset()
    return len(created.intersection(token.key for token in chosen))


@again_if_undone
def _revoke(tokens: Sequence[TokenRef], using: str | None, cause: Cause) -> frozenset[uuid.UUID]:
    with writing(using) as alias:
        ending = [*tokens, *_relatives(tokens)]
        created = record(filter(is_accepted, ending), alias, cause_columns(cause))
        _destroy(ending)
    return created


def _relatives(tokens: Sequence[TokenRef]) -> Iterable[TokenRef]:
    return [t for adapter, known in _by_adapter(tokens) for t in adapter.relatives_many(known)]


def _destroy(tokens: Sequence[TokenRef]) -> None:
    with deleting():
        for adapter, known in _by_adapter(tokens):
            adapter.destroy_many(known)


def _by_adapter(tokens: Iterable[TokenRef]) -> Iterator[tuple[TokenAdapter, list[TokenRef]]]:
    """Each adapter in use with its share of ``tokens``, in the order of the settings."""
    by_kind = defaultdict(list)
    for token in tokens:
        by_kind[token.kind].append(token)
    return ((a, by_kind[kind]) for kind, a in get_adapters().items() if kind in by_kind)
