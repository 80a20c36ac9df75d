"""Requests with a cached token, which need no query."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction
from rest_framework.exceptions import AuthenticationFailed

from token_revocation.stores import get_store

DATABASE_STORE = "token_revocation.stores.database.DatabaseStore"


@pytest.fixture(autouse=True)
def _use_cache(use_cache):
    """Use the authentication cache in all tests of this module."""


def test_the_second_request_makes_no_query(authenticate, user):
    assert authenticate()[2] == 1
    found, _, queries = authenticate()
    assert (found, queries) == (user, 0)


def test_without_a_ttl_nothing_is_cached(authenticate, use_cache):
    use_cache(AUTHENTICATION_CACHE_TTL=None)
    assert [authenticate()[2] for _ in range(2)] == [1, 1]


def test_a_database_store_is_queried_every_time(authenticate, use_cache, token):
    use_cache(STORE=DATABASE_STORE, STORE_OPTIONS={})
    assert [authenticate()[2] for _ in range(2)] == [1, 1]


def test_a_cached_token_equals_the_stored_one(authenticate, token, user):
    authenticate()
    found, row, _ = authenticate()
    assert (row.key, row.created, row.user) == (token.key, token.created, user)
    assert found.password == user.password
    assert row.user is found
    assert found.auth_token is row
    assert (found._state.db, found._state.adding) == ("default", False)


def test_every_request_gets_its_own_user(authenticate):
    authenticate()
    one, other = authenticate(), authenticate()
    assert one[2] == other[2] == 0
    assert one[0] is not other[0]
    assert one[1] is not other[1]
    one[0].username = "changed"
    assert other[0].username != "changed"
    assert authenticate()[0].username == other[0].username


def test_permissions_are_not_cached(authenticate, user):
    authenticate()
    permission = Permission.objects.get(codename="add_user")
    assert not authenticate()[0].has_perm("auth.add_user")
    user.user_permissions.add(permission)
    assert authenticate()[0].has_perm("auth.add_user")


def test_a_token_is_read_again_after_the_ttl(authenticate, pass_time):
    authenticate()
    pass_time(59)
    assert authenticate()[2] == 0
    pass_time(1)
    assert authenticate()[2] == 1


def test_a_shorter_ttl_applies_to_cached_tokens(authenticate, settings):
    authenticate()
    settings.TOKEN_REVOCATION = {
        **settings.TOKEN_REVOCATION,
        "AUTHENTICATION_CACHE_TTL": timedelta(0),
    }
    get_store().refresh()
    assert authenticate()[2] == 1


@pytest.mark.parametrize("missing", ["password_change", "deactivation", "deletion"])
def test_without_all_events_the_ttl_is_limited_to_the_staleness_bound(
    authenticate, use_cache, pass_time, missing
):
    events = {"password_change", "deactivation", "deletion"} - {missing}
    options = {"refresh_every": 5.0, "background": False}
    use_cache(REVOKE_ON=sorted(events), STORE_OPTIONS=options)
    authenticate()
    pass_time(9)
    assert authenticate()[2] == 0
    pass_time(1)
    assert authenticate()[2] == 1


def test_a_token_read_in_a_transaction_is_cached_after_the_commit(authenticate):
    with transaction.atomic():
        assert [authenticate()[2] for _ in range(2)] == [1, 1]
    assert authenticate()[2] == 0


def test_a_token_read_in_a_rolled_back_transaction_is_not_cached(authenticate, user):
    type(user).objects.update(is_active=False)
    with transaction.atomic():
        user.save()
        assert authenticate()
        transaction.set_rollback(True)
    with pytest.raises(AuthenticationFailed):
        authenticate()


def test_nothing_is_cached_in_a_manual_transaction(authenticate, token):
    connection = transaction.get_connection()
    connection.set_autocommit(False)
    try:
        assert [authenticate()[2] for _ in range(2)] == [1, 1]
    finally:
        connection.rollback()
        connection.set_autocommit(True)
