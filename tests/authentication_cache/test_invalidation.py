"""Revocations and account changes invalidate cached tokens."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from rest_framework.exceptions import AuthenticationFailed

from token_revocation import services
from token_revocation.clock import now
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.stores import get_store

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _cached(use_cache, authenticate):
    authenticate()
    assert authenticate()[2] == 0


def test_a_cached_token_expires(authenticate, settings, token):
    settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, "AUTHTOKEN_TTL": HOUR}
    get_store().refresh()
    assert authenticate()
    assert authenticate()[2] == 0
    with time_machine.travel(now() + HOUR), pytest.raises(AuthenticationFailed):
        authenticate()


def test_without_a_snapshot_the_database_is_queried(authenticate, monkeypatch):
    monkeypatch.setattr(get_store()._get_manager(), "get_snapshot", lambda: None)
    assert authenticate()[2] == 2


def test_a_change_of_a_user_takes_effect_immediately(authenticate, user):
    user.is_staff = True
    user.save()
    found, _, queries = authenticate()
    assert (found.is_staff, queries) == (True, 1)
    assert authenticate()[2] == 0


def test_a_change_in_a_transaction_takes_effect_after_the_commit(authenticate, user):
    """Another thread may have cached the old row before the commit."""
    with transaction.atomic():
        user.is_staff = True
        user.save()
        authenticate()
    found, _, queries = authenticate()
    assert (found.is_staff, queries) == (True, 1)


def test_a_kept_token_has_the_new_password(authenticate, token, user, in_other_process):
    user.set_password("new")
    with services.keep_token(AuthTokenAdapter().identify(token)):
        in_other_process(user.save)
    get_store().refresh()
    assert authenticate()[0].check_password("new")


def update_rows(user):
    get_user_model().objects.filter(pk=user.pk).update(is_active=False)


def update_raw(user):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE auth_user SET is_active = %s WHERE id = %s", [False, user.pk])


def delete_raw(user):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM authtoken_token WHERE user_id = %s", [user.pk])


@pytest.mark.parametrize("change", [update_rows, update_raw, delete_raw])
def test_a_change_without_a_signal_takes_effect_after_the_ttl(
    authenticate, user, pass_time, change
):
    change(user)
    assert authenticate()[2] == 0
    pass_time(60)
    with pytest.raises(AuthenticationFailed):
        authenticate()
