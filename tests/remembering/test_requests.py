"""A request that is answered from memory is like any other, but for its cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction
from rest_framework.exceptions import AuthenticationFailed

from token_revocation.stores import get_store

DATABASE_STORE = "token_revocation.stores.database.DatabaseStore"


@pytest.fixture(autouse=True)
def _in_use(remembering):
    """Everything here is about it."""


def test_the_second_request_asks_no_database(authenticate, user):
    assert authenticate()[2] == 1
    found, _, queries = authenticate()
    assert (found, queries) == (user, 0)


def test_nothing_is_remembered_unless_a_project_wants_it(authenticate, remembering):
    remembering(REMEMBER=None)
    assert [authenticate()[2] for _ in range(2)] == [1, 1]


def test_a_store_that_asks_the_database_is_asked(authenticate, remembering, token):
    remembering(STORE=DATABASE_STORE, STORE_OPTIONS={})
    assert [authenticate()[2] for _ in range(2)] == [1, 1]


def test_it_is_the_token_and_the_user_that_the_database_has(authenticate, token, user):
    authenticate()
    found, row, _ = authenticate()
    assert (row.key, row.created, row.user) == (token.key, token.created, user)
    assert found.password == user.password
    assert row.user is found
    assert found.auth_token is row
    assert (found._state.db, found._state.adding) == ("default", False)


def test_every_request_gets_a_user_of_its_own(authenticate):
    authenticate()
    one, other = authenticate(), authenticate()
    assert one[2] == other[2] == 0
    assert one[0] is not other[0]
    assert one[1] is not other[1]
    one[0].username = "changed"
    assert other[0].username != "changed"
    assert authenticate()[0].username == other[0].username


def test_permissions_are_those_of_now(authenticate, user):
    authenticate()
    permission = Permission.objects.get(codename="add_user")
    assert not authenticate()[0].has_perm("auth.add_user")
    user.user_permissions.add(permission)
    assert authenticate()[0].has_perm("auth.add_user")


def test_it_is_read_again_when_its_time_is_over(authenticate, later):
    authenticate()
    later(59)
    assert authenticate()[2] == 0
    later(1)
    assert authenticate()[2] == 1


def test_a_shorter_time_counts_for_what_is_remembered_already(authenticate, settings):
    authenticate()
    settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, "REMEMBER": timedelta(0)}
    get_store().refresh()
    assert authenticate()[2] == 1


@pytest.mark.parametrize("missing", ["password_change", "deactivation", "deletion"])
def test_without_every_event_it_lasts_no_longer_than_the_store_needs(
    authenticate, remembering, later, missing
):
    events = {"password_change", "deactivation", "deletion"} - {missing}
    options = {"refresh_every": 5.0, "background": False}
    remembering(REVOKE_ON=sorted(events), STORE_OPTIONS=options)
    authenticate()
    later(9)
    assert authenticate()[2] == 0
    later(1)
    assert authenticate()[2] == 1


def test_what_a_transaction_sees_is_remembered_once_it_is_committed(authenticate):
    with transaction.atomic():
        assert [authenticate()[2] for _ in range(2)] == [1, 1]
    assert authenticate()[2] == 0


def test_what_a_transaction_takes_back_is_never_remembered(authenticate, user):
    type(user).objects.update(is_active=False)
    with transaction.atomic():
        user.save()
        assert authenticate()
        transaction.set_rollback(True)
    with pytest.raises(AuthenticationFailed):
        authenticate()


def test_a_project_that_manages_its_transactions_itself_is_left_alone(authenticate, token):
    connection = transaction.get_connection()
    connection.set_autocommit(False)
    try:
        assert [authenticate()[2] for _ in range(2)] == [1, 1]
    finally:
        connection.rollback()
        connection.set_autocommit(True)
