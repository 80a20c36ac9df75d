"""The authentication cache is bounded, holds no secret and is not inherited by a fork."""

from __future__ import annotations

import gc
import os
from itertools import count

import pytest

from tests.threads import run_in_threads
from token_revocation.stores import _authentication_cache
from token_revocation.stores._authentication_cache import AuthenticationCache

SCOPE = ("default", "")


@pytest.fixture
def cache(use_cache):
    return AuthenticationCache()


def store(cache, raw, *row, user_id=1, read_at=None):
    started_at = _authentication_cache.monotonic() if read_at is None else read_at
    cache.set("query", raw, [raw, *row], user_id=user_id, read_at=started_at, using="default")


def find(cache, raw, source="query"):
    return cache.get(source, raw, using="default")


def test_a_stored_row_is_found(cache):
    store(cache, "a", 1, None)
    assert find(cache, "a") == ["a", 1, None]
    assert find(cache, "b") is None
    assert find(cache, "a", source="other") is None


def test_the_cache_contains_no_token_and_no_unkeyed_digest(cache):
    store(cache, "raw-token", "ada", "raw-token")
    contents = repr([vars(cache), [entry.row for entry in cache._entries.values()]])
    assert "ada" in contents
    assert "raw-token" not in contents
    assert AuthenticationCache()._key("query", SCOPE, "raw-token") != cache._key(
        "query", SCOPE, "raw-token"
    )
    assert "ada" not in repr(cache._entries)


def test_mutable_values_are_copied(cache):
    store(cache, "a", ["tag"])
    find(cache, "a")[1].append("other")
    assert find(cache, "a") == ["a", ["tag"]]


def test_the_number_of_entries_is_limited(cache, monkeypatch):
    monkeypatch.setattr(_authentication_cache, "MAX_ENTRIES", 3)
    for number in range(5):
        store(cache, str(number))
    assert len(cache) == 3
    assert [find(cache, str(n)) is not None for n in range(5)] == [False] * 2 + [True] * 3


def test_expired_entries_are_evicted_on_writes(cache, pass_time):
    for number in range(5):
        store(cache, str(number))
    store(cache, "0")
    assert len(cache) == 5
    pass_time(60)
    store(cache, "new")
    assert len(cache) == 1


def test_a_row_read_before_an_invalidation_is_not_used(cache):
    started_at = _authentication_cache.monotonic()
    cache.invalidate(1)
    store(cache, "a", read_at=started_at)
    store(cache, "b", user_id=2, read_at=started_at)
    assert find(cache, "a") is None
    assert find(cache, "b")


def test_a_user_is_invalidated_by_any_spelling_of_the_key(cache):
    store(cache, "a", user_id=1)
    cache.invalidate("1")
    assert find(cache, "a") is None


def test_too_many_invalidations_invalidate_all_entries(cache, monkeypatch):
    monkeypatch.setattr(_authentication_cache, "MAX_ENTRIES", 3)
    store(cache, "a", user_id=0)
    for user_id in range(1, 5):
        cache.invalidate(user_id)
    assert cache._invalidated_at == {}
    assert find(cache, "a") is None
    store(cache, "a", user_id=0)
    assert find(cache, "a")


def test_nothing_is_stored_without_a_ttl(cache, use_cache):
    use_cache(AUTHENTICATION_CACHE_TTL=None)
    cache.invalidate(1)
    store(cache, "a")
    assert (cache._invalidated_at, len(cache)) == ({}, 0)


def test_threads_share_the_cache(cache):
    numbers = count()

    def work():
        number = next(numbers)
        for turn in range(500):
            raw = str((number * 7 + turn) % 40)
            store(cache, raw, raw)
            cache.invalidate(number)
            found = find(cache, raw)
            assert found is None or found == [raw, raw]

    run_in_threads(work, threads=8)
    assert len(cache) <= 40


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_fork_has_an_empty_cache_and_a_new_lock(use_cache):
    store(_authentication_cache.authentication_cache, "a")
    secret, lock = (
        _authentication_cache.authentication_cache._secret,
        _authentication_cache.authentication_cache._lock,
    )
    gc.collect()
    with lock:  # As if another thread held it.
        child = os.fork()
        if not child:
            store(_authentication_cache.authentication_cache, "b")
            fresh = (
                len(_authentication_cache.authentication_cache) == 1
                and _authentication_cache.authentication_cache._secret != secret
            )
            os._exit(0 if fresh else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert find(_authentication_cache.authentication_cache, "a")
