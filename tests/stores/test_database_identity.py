"""Entries in a shared cache belong to one database and tenant."""

from __future__ import annotations

import pytest
from django.db import connections, transaction

from token_revocation import services
from token_revocation.models import RevocationState
from token_revocation.stores.cached import CachedStore
from token_revocation.stores.snapshot import _database_identity as module
from token_revocation.stores.snapshot._database_identity import (
    REFRESH_INTERVAL_SECONDS,
    DatabaseIdentity,
)
from token_revocation.testing import make_token
from token_revocation.testing._databases import failing_database

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "other"])


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 100.0

    monkeypatch.setattr(module, "monotonic", lambda: Clock.now)
    return Clock


def name(using="default", tenant=""):
    return DatabaseIdentity((using, tenant)).get()


def test_the_name_depends_on_the_database_and_the_tenant():
    assert name() == name()
    assert len({name(), name("other"), name(tenant="a"), name(tenant="b")}) == 4


def test_a_clone_with_another_name_has_another_identity(monkeypatch):
    before = name()
    monkeypatch.setitem(connections["default"].settings_dict, "NAME", "clone")
    assert name() != before


def test_the_name_is_read_once_a_minute(clock, django_assert_num_queries):
    identity = DatabaseIdentity(("default", ""))
    before = identity.get()
    RevocationState.objects.all().delete()
    clock.now += REFRESH_INTERVAL_SECONDS - 1
    with django_assert_num_queries(0):
        assert identity.get() == before
    clock.now += 1
    assert identity.get() != before


def test_the_name_is_kept_while_the_database_fails(clock):
    identity = DatabaseIdentity(("default", ""))
    with failing_database():
        assert identity.get() is None
    before = identity.get()
    clock.now += REFRESH_INTERVAL_SECONDS
    with failing_database():
        assert identity.get() == before


def test_no_name_is_created_in_a_transaction():
    with transaction.atomic():
        assert name() is None
    assert not RevocationState.objects.exists()


def test_two_services_share_a_cache_without_sharing_results(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.DATABASE_ROUTERS = []
    first, second, token = CachedStore(using="default"), CachedStore(using="other"), make_token()
    # Both services use the alias "default".
    second._identities["default", ""] = DatabaseIdentity(("other", ""))
    assert first.is_revoked(token) is False
    services.revoke(token, using="other")
    assert second.is_revoked(token) is True


def test_nothing_is_cached_without_a_tenant(monkeypatch, django_assert_num_queries):
    store, token = CachedStore(), make_token()
    monkeypatch.setattr("token_revocation.stores.cached.current_scope", lambda using: None)
    for _ in range(2):
        with transaction.atomic(), django_assert_num_queries(1):
            store.is_revoked(token)
    store.invalidate([token.key])
