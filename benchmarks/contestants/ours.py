"""Ours, with each store."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

from django.utils.module_loading import import_string
from rest_framework.authentication import TokenAuthentication

from benchmarks.contestants.base import BASELINE, Contestant
from benchmarks.contestants.naive import redis_listens
from benchmarks.people import authtoken_headers
from token_revocation.authentication import RevocationMixin
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication


class PlainTokenAuthentication(TokenAuthentication):
    """Before a class that we know nothing of, the mixin does what it does before any."""


class MixinBeforeIt(RevocationMixin, PlainTokenAuthentication):
    adapter = AuthTokenAdapter()


STORES: dict[str, dict[str, Any]] = {
    "DatabaseStore": {"path": "token_revocation.stores.database.DatabaseStore"},
    "SnapshotStore": {"path": "token_revocation.stores.snapshot.SnapshotStore"},
}
if redis_listens():
    STORES["CachedStore, Redis"] = {
        "path": "token_revocation.stores.cached.CachedStore",
        "cache": "redis",
        "timeout": 60.0,
    }


@cache
def shared(**options: Any) -> Any:
    """Stands where ``STORE`` is: the stores live on while the contestants take turns."""
    store = import_string(options.pop("path"))(**options)
    store.close = lambda: None
    return store


def end() -> None:
    """Let the threads of the stores go, with their connections."""
    for name in STORES:
        store = shared(**STORES[name])
        type(store).close(store)


def settled() -> None:
    """Let the snapshot see the rows that were filled in, as it does within its bound."""
    for name in STORES:
        store = shared(**STORES[name])
        if hasattr(store, "refresh"):
            store.refresh()


def with_store(name: str, remember: timedelta | None = None) -> dict[str, Any]:
    """``TOKEN_REVOCATION``."""
    ours = {"STORE": f"{__name__}.shared", "STORE_OPTIONS": STORES[name]}
    return {**ours, "REMEMBER": remember}


CONTESTANTS = [
    Contestant(
        name="ours, SnapshotStore, remembering",
        authentication=RevocableTokenAuthentication,
        issue=authtoken_headers,
        alone=BASELINE,
        settings=with_store("SnapshotStore", timedelta(seconds=60)),
        returning=True,
        served=True,
    ),
    *(
        Contestant(
            name=f"ours, {store}",
            authentication=RevocableTokenAuthentication,
            issue=authtoken_headers,
            alone=BASELINE,
            settings=with_store(store),
            served=True,
        )
        for store in STORES
    ),
    *(
        Contestant(
            name=f"our mixin before DRF, {store}",
            authentication=MixinBeforeIt,
            issue=authtoken_headers,
            alone=BASELINE,
            settings=with_store(store),
        )
        for store in STORES
    ),
]
