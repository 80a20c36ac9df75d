"""The classes of this package, with each store."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

from django.db import connection
from django.utils.module_loading import import_string
from rest_framework.authentication import TokenAuthentication

from benchmarks.contestants.base import BASELINE, Contestant
from benchmarks.contestants.handwritten import is_redis_running
from benchmarks.users import authtoken_headers
from token_revocation.authentication import RevocationMixin
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication


class PlainTokenAuthentication(TokenAuthentication):
    """The mixin in front of a class without an optimization of its own."""


class MixinAuthentication(RevocationMixin, PlainTokenAuthentication):
    adapter = AuthTokenAdapter()


STORES: dict[str, dict[str, Any]] = {
    "DatabaseStore": {"path": "token_revocation.stores.database.DatabaseStore"},
    "SnapshotStore": {"path": "token_revocation.stores.snapshot.SnapshotStore"},
}
if is_redis_running():
    STORES["CachedStore, Redis"] = {
        "path": "token_revocation.stores.cached.CachedStore",
        "cache": "redis",
        "timeout": 60.0,
    }


@cache
def shared(**options: Any) -> Any:
    """The store of the contestant at hand; all stores live on between the rounds."""
    store = import_string(options.pop("path"))(**options)
    store.close = lambda: None
    return store


def close_stores() -> None:
    """Stop the threads of the stores and close their connections."""
    for name in STORES:
        store = shared(**STORES[name])
        type(store).close(store)


def refresh_snapshots() -> None:
    """Refresh the snapshot after rows were inserted."""
    for name in STORES:
        store = shared(**STORES[name])
        if hasattr(store, "refresh"):
            store.refresh()


def with_store(name: str, **ours: Any) -> dict[str, Any]:
    """Return the setting ``TOKEN_REVOCATION``, with ``ours``."""
    return {"STORE": f"{__name__}.shared", "STORE_OPTIONS": STORES[name], **ours}


def with_cache(**ours: Any) -> dict[str, Any]:
    """Return the setting with ``SnapshotStore`` and the authentication cache, and ``ours``."""
    return with_store("SnapshotStore", AUTHENTICATION_CACHE_TTL=timedelta(seconds=60), **ours)


CONTESTANTS = [
    Contestant(
        name="revocable DRF, SnapshotStore, cached",
        authentication=RevocableTokenAuthentication,
        issue=authtoken_headers,
        alone=BASELINE,
        settings=with_cache(),
        returning=True,
        served=True,
    ),
    *(
        Contestant(
            name=f"revocable DRF, {store}",
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
            name=f"RevocationMixin + DRF, {store}",
            authentication=MixinAuthentication,
            issue=authtoken_headers,
            alone=BASELINE,
            settings=with_store(store),
        )
        for store in STORES
    ),
]
if connection.vendor == "postgresql":
    CONTESTANTS += [
        Contestant(
            name="revocable DRF, DatabaseStore, prepared",
            authentication=RevocableTokenAuthentication,
            issue=authtoken_headers,
            alone=BASELINE,
            settings=with_store("DatabaseStore", PREPARE_STATEMENTS=True),
            served=True,
        )
    ]
