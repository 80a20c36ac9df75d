from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from token_revocation.stores import RevocationStore, get_store
from token_revocation.stores.database import DatabaseStore


class SlowStore(RevocationStore):
    """A store that takes time to create."""

    def __init__(self):
        time.sleep(0.05)

    def is_revoked(self, token):
        return False


def test_the_store_of_the_settings_is_created_with_its_options(settings):
    settings.TOKEN_REVOCATION = {"STORE_OPTIONS": {"using": "other"}}
    store = get_store()
    assert type(store) is DatabaseStore
    assert store._using == "other"


def test_changed_settings_create_another_store(settings):
    before = get_store()
    settings.TOKEN_REVOCATION = {"STORE": f"{__name__}.SlowStore"}
    assert type(get_store()) is SlowStore
    settings.TOKEN_REVOCATION = {}
    assert type(get_store()) is type(before)


def test_concurrent_threads_get_the_same_store(settings):
    settings.TOKEN_REVOCATION = {"STORE": f"{__name__}.SlowStore"}
    barrier = threading.Barrier(4, timeout=10)

    def get(_):
        barrier.wait()
        return get_store()

    with ThreadPoolExecutor(4) as pool:
        stores = set(pool.map(get, range(4)))
    assert stores == {get_store()}
