"""Cached tokens of each kind of opaque token."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from tests.authentication_cache.kinds import CLIENT_SECRET, REFRESH_TOKEN
from tests.factories import UserFactory
from token_revocation import services
from token_revocation.clock import now
from token_revocation.stores import _authentication_cache, get_store
from token_revocation.tokens import Subject


def revoke(owner):
    services.revoke(owner.ref)


def revoke_all(owner):
    services.revoke_all(owner.user)


def revoke_everyone(owner):
    services.revoke_everyone()


def deactivate(owner):
    owner.user.is_active = False
    owner.user.save()


def change_password(owner):
    owner.user.set_password("another")
    owner.user.save()


def delete_user(owner):
    owner.user.delete()


def delete_token(owner):
    owner.row.delete()


def delete_many_tokens(owner):
    type(owner.row).objects.all().delete()


EVENTS = [
    revoke,
    revoke_all,
    revoke_everyone,
    deactivate,
    change_password,
    delete_user,
    delete_token,
    delete_many_tokens,
]


LOOKUP_COLUMNS = {"rest_framework": "key", "knox": "digest", "oauth2_provider": "token_checksum"}


def test_the_second_request_makes_no_query(owner):
    user, token, queries = owner.authenticate()
    assert queries == 1
    assert owner.authenticate() == (user, token, 0) == (owner.user, owner.row, 0)


def test_every_request_gets_its_own_instances(owner):
    owner.authenticate()
    one, other = owner.authenticate(), owner.authenticate()
    assert one[0] is not other[0]
    assert one[1] is not other[1]
    assert other[1].user is other[0]


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_in_this_process_takes_effect_immediately(cached, event):
    event(cached)
    assert not cached.is_accepted()


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_in_another_process_takes_effect_with_a_refresh(cached, in_other_process, event):
    in_other_process(event, cached)
    get_store().refresh()
    assert not cached.is_accepted()


def test_a_cached_token_of_another_user_is_not_affected(cached, owner_of):
    other = owner_of(UserFactory())
    assert other.authenticate()[0] == other.user
    assert cached.authenticate()[0::2] == (cached.user, 0)
    services.revoke_all(other.user)
    assert not other.is_accepted()
    assert cached.is_accepted()


def test_a_change_of_the_user_takes_effect_immediately(cached):
    cached.user.is_staff = True
    cached.user.save()
    user, _, queries = cached.authenticate()
    assert (user.is_staff, queries) == (True, 1)


def test_a_token_that_was_read_again_is_cached(cached, pass_time):
    pass_time(60)
    assert [cached.authenticate()[2] for _ in range(2)] == [1, 0]


def test_a_change_without_a_signal_takes_effect_after_the_ttl(cached, pass_time):
    column = LOOKUP_COLUMNS[cached.kind.package]
    type(cached.row).objects.filter(pk=cached.row.pk).update(**{column: "0" * 40})
    assert cached.is_accepted()
    pass_time(60)
    assert not cached.is_accepted()


def test_a_token_of_an_inactive_user_is_not_cached(owner):
    owners = type(owner.user).objects.filter(pk=owner.user.pk)
    owners.update(is_active=False)
    assert not owner.is_accepted()
    owners.update(is_active=True)
    assert owner.is_accepted()


def test_without_a_snapshot_the_database_is_queried(cached, monkeypatch):
    monkeypatch.setattr(get_store()._get_manager(), "get_snapshot", lambda: None)
    assert cached.authenticate()[2] == 2


def test_a_database_store_is_queried_every_time(owner, use_cache):
    use_cache(
        STORE="token_revocation.stores.database.DatabaseStore",
        STORE_OPTIONS={},
        ADAPTERS=[owner.kind.adapter],
    )
    assert owner.authenticate()[2] == owner.authenticate()[2] > 0


def test_nothing_is_cached_without_a_ttl(owner, use_cache):
    use_cache(AUTHENTICATION_CACHE_TTL=None, ADAPTERS=[owner.kind.adapter])
    assert [owner.authenticate()[2] for _ in range(2)] == [1, 1]


def test_nothing_is_cached_if_no_adapter_in_use_has_the_model(owner, use_cache):
    """No receiver would notice that a token is deleted."""
    use_cache(ADAPTERS=[])
    owner.authenticate()
    assert owner.authenticate()[2] == 1


def test_a_token_read_in_a_transaction_is_cached_after_the_commit(owner):
    with transaction.atomic():
        assert [owner.authenticate()[2] for _ in range(2)] == [1, 1]
    assert owner.authenticate()[2] == 0


def test_the_memory_is_bounded(owner_of, monkeypatch):
    monkeypatch.setattr(_authentication_cache, "MAX_ENTRIES", 3)
    owners = [owner_of(UserFactory()) for _ in range(5)]
    for owner in owners:
        owner.authenticate()
    assert len(_authentication_cache.authentication_cache) == 3
    assert [owner.authenticate()[2] for owner in owners[2:]] == [0, 0, 0]


def test_the_cache_contains_no_secret(cached):
    entries = _authentication_cache.authentication_cache._entries
    contents = repr([(key, entry.row) for key, entry in entries.items()])
    assert cached.user.username in contents
    assert not [s for s in (cached.raw, CLIENT_SECRET, REFRESH_TOKEN) if s in contents]


def test_tenants_share_no_tokens(cached, settings):
    tenant = f"{__name__}.current_tenant"
    settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, "TENANT": tenant}
    get_store().refresh()
    cached.authenticate()
    assert len(_authentication_cache.authentication_cache) == 2


def current_tenant():
    return "another"


def test_a_subclass_sees_every_token(owner):
    seen = []

    class Recording(owner.authentication):
        def authenticate(self, request):
            result = super().authenticate(request)
            seen.append(result[1])
            return result

    assert [owner.authenticate(Recording)[2] for _ in range(2)] == [1, 0]
    assert seen == [owner.row, owner.row]


def test_a_custom_adapter_identifies_a_cached_token_each_time(owner):
    identified = []

    class Recording(type(owner.adapter)):
        def identify(self, token):
            identified.append(token)
            return super().identify(token)

    authentication = type("A", (owner.authentication,), {"adapter": Recording()})
    owner.authenticate(authentication)
    identified.clear()
    assert owner.authenticate(authentication)[2] == 0
    assert identified


def test_classes_with_different_adapters_do_not_share_tokens(cached):
    class SessionAdapter(type(cached.adapter)):
        def identify(self, token):
            return replace(super().identify(token), subjects=(Subject.session("tab"),))

    authentication = type("A", (cached.authentication,), {"adapter": SessionAdapter()})
    services.revoke_session("tab")
    assert not cached.is_accepted(authentication=authentication)
    assert cached.is_accepted()


@pytest.mark.parametrize("kind_name", ["knox", "oauth2_provider"], indirect=True)
def test_a_cached_token_expires(cached):
    with time_machine.travel(now() + timedelta(hours=11)):
        assert not cached.is_accepted()


@pytest.mark.parametrize("kind_name", ["knox", "oauth2_provider"], indirect=True)
def test_an_expired_token_is_read_again(cached):
    """Another process may have extended it."""
    column = "expiry" if cached.kind.package == "knox" else "expires"
    rows = type(cached.row).objects.filter(pk=cached.row.pk)
    rows.update(**{column: now() + timedelta(days=1)})
    with time_machine.travel(now() + timedelta(hours=11)):
        get_store().refresh()
        assert cached.is_accepted()
