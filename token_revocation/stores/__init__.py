"""Stores, which look up whether a token is revoked."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import Any, cast

from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from token_revocation.conf import settings
from token_revocation.stores.base import RevocationStore

__all__ = ["RevocationStore", "get_store"]


_creation_lock = Lock()


@cache
def get_store() -> RevocationStore:
    """Return the store named by the setting ``STORE``, one per process."""
    with _creation_lock:  # ``cache`` alone lets concurrent threads create several.
        return _create_store()


@cache
def _create_store() -> RevocationStore:
    return cast("RevocationStore", import_string(settings.STORE)(**settings.STORE_OPTIONS))


def _close_store(*, setting: str, **kwargs: Any) -> None:
    if setting == "TOKEN_REVOCATION" and get_store.cache_info().currsize:
        get_store().close()
        get_store.cache_clear()
        _create_store.cache_clear()


setting_changed.connect(_close_store)
