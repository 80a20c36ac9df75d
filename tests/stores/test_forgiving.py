"""A cache that fails costs queries, a line in the log, and no revocation."""

from __future__ import annotations

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.db import transaction

from token_revocation import services
from token_revocation.models import RevokedToken
from token_revocation.stores.forgiving import ForgivingCache
from token_revocation.testing import make_token

BROKEN = "tests.failing_cache.BrokenCache"
DATABASE = "django.core.cache.backends.db.DatabaseCache"


class CountingCache(LocMemCache):
    """Fails, and counts how often it was tried."""

    tried = 0

    def get_many(self, *args, **kwargs):
        type(self).tried += 1
        raise TimeoutError

    set_many = get_many


@pytest.fixture
def forgiving(use_cache, stopped):
    def make(backend):
        use_cache(backend)
        CountingCache.tried = 0
        return ForgivingCache("default")

    return make


def test_it_raises_nothing_and_has_nothing(forgiving):
    cache = forgiving(BROKEN)
    assert cache.add("a", 1, 5) is None
    assert cache.set_many({"a": 1}, 5) is None
    assert cache.get_many(["a"]) is None


def test_an_alias_that_leads_nowhere_is_a_cache_that_fails(settings):
    assert ForgivingCache("nowhere").get_many(["a"]) is None


def test_it_is_left_alone_for_a_second_and_then_tried_again(forgiving, stopped):
    cache = forgiving(f"{__name__}.CountingCache")
    for seconds, tried in ((0, 1), (0.9, 1), (0.1, 2), (0.5, 2)):
        stopped.shift(seconds)
        cache.get_many(["a"])
        assert CountingCache.tried == tried


def test_news_is_tried_all_the_same(forgiving):
    cache = forgiving(f"{__name__}.CountingCache")
    for tried in (1, 2, 3):
        cache.set_many({"a": 1}, 5)
        assert CountingCache.tried == tried


def test_the_log_has_one_line_a_minute(forgiving, stopped, caplog):
    cache = forgiving(BROKEN)
    for seconds, lines in ((0, 1), (1, 1), (57.9, 1), (1.1, 2)):
        stopped.shift(seconds)
        cache.get_many(["a"])
        assert len(caplog.records) == lines
    record = caplog.records[0]
    assert (record.name, record.levelname) == ("token_revocation", "WARNING")
    assert record.getMessage() == "The cache 'default' fails; the database is asked instead."
    assert record.exc_info


def test_a_cache_that_comes_back_is_used_again(forgiving, stopped, settings):
    cache = forgiving(BROKEN)
    cache.get_many(["a"])
    settings.CACHES = {"default": {"BACKEND": f"{LocMemCache.__module__}.LocMemCache"}}
    stopped.shift(1)
    cache.set_many({"a": 1}, 5)
    assert cache.get_many(["a"]) == {"a": 1}


def test_a_revocation_survives_a_cache_whose_table_is_missing(transactional_db, settings):
    settings.CACHES = {"default": {"BACKEND": DATABASE, "LOCATION": "no_such_table"}}
    settings.TOKEN_REVOCATION = {"STORE": "token_revocation.stores.cached.CachedStore"}
    token = make_token()
    with transaction.atomic():
        services.revoke_everyone()
        services.revoke(token)
        assert services.is_revoked(token)
    assert RevokedToken.objects.count() == 1
    assert services.is_revoked(token)
