"""The stores: who answers whether a token is revoked."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import Any, cast

from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from token_revocation.conf import settings
from token_revocation.stores.base import RevocationStore

__all__ = ["RevocationStore", "get_store"]


_one_at_a_time = Lock()


@cache
def get_store() -> RevocationStore:
    """The store that ``STORE`` names, one for the process and all its threads."""
    with _one_at_a_time:  # Threads that come first together would each make one.
        return _only_store()


@cache
def _only_store() -> RevocationStore:
    return cast("RevocationStore", import_string(settings.STORE)(**settings.STORE_OPTIONS))


def _forget_store(*, setting: str, **kwargs: Any) -> None:
    if setting == "TOKEN_REVOCATION" and get_store.cache_info().currsize:
        get_store().close()
        get_store.cache_clear()
        _only_store.cache_clear()


setting_changed.connect(_forget_store)
