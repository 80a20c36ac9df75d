"""Recording of the lifetimes of issued and presented tokens, for purges."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from importlib import import_module
from typing import Any

from token_revocation.adapters import TokenAdapter, get_adapters
from token_revocation.tokens import FOR_EVER, TokenRef


def observe_lifetime(adapter: TokenAdapter, token: TokenRef) -> None:
    """Record the lifetime of ``token`` for purges, unless its stored row tells it.

    The lifetime in the settings is recorded with it, as it may become shorter. Once recorded, it
    costs no query. A token without a time of issue is ignored: every purge rejects it.
    """
    in_use = adapter.kind in get_adapters()
    if token.minted_at is None or (in_use and adapter.is_stored):
        return
    lifetimes = _lifetimes()
    if lifetimes.is_recorded(token.kind, token.lifetime):
        return
    usual = adapter.lifetime
    if in_use and usual is None:
        return  # Cutoffs of this kind are never purged.
    lifetimes.record_on_commit(token.kind, token.lifetime, usual or timedelta(0))


def observe_lifetimes(tokens: Iterable[TokenRef]) -> None:
    """Record for purges which ``tokens`` live longer than the settings say."""
    longest: dict[str, timedelta] = {}
    for token in tokens:
        if token.minted_at is None:
            continue
        longest[token.kind] = max(token.lifetime, longest.get(token.kind, token.lifetime))
    for kind, lifetime in longest.items():
        adapter = get_adapters().get(kind)
        if adapter and not adapter.is_stored and lifetime > (adapter.lifetime or FOR_EVER):
            _lifetimes().record_on_commit(kind, lifetime)


@cache
def _lifetimes() -> Any:
    # Imported late, as models are loaded after authentication classes.
    return import_module("token_revocation.stores._lifetimes")
