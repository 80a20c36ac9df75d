"""What ends a token ends it although it is remembered."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed

from token_revocation import services
from token_revocation.clock import now
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.stores import get_store

HOUR = timedelta(hours=1)


def revoke(token):
    services.revoke(AuthTokenAdapter().identify(token))


def revoke_all(token):
    services.revoke_all(token.user)


def revoke_everyone(token):
    services.revoke_everyone()


def deactivate(token):
    token.user.is_active = False
    token.user.save()


def change_password(token):
    token.user.set_password("another")
    token.user.save()


def delete_user(token):
    token.user.delete()


def delete_token(token):
    token.delete()


def delete_many_tokens(token):
    Token.objects.all().delete()


VERBS = [
    revoke,
    revoke_all,
    revoke_everyone,
    deactivate,
    change_password,
    delete_user,
    delete_token,
    delete_many_tokens,
]


@pytest.fixture(autouse=True)
def _remembered(remembering, authenticate):
    authenticate()
    assert authenticate()[2] == 0


@pytest.mark.parametrize("verb", VERBS)
def test_what_this_process_does_ends_it_at_once(authenticate, token, verb):
    verb(token)
    with pytest.raises(AuthenticationFailed):
        authenticate()


@pytest.mark.parametrize("verb", VERBS)
def test_what_another_process_does_ends_it_when_the_store_knows(
    authenticate, token, elsewhere, verb
):
    elsewhere(verb, token)
    get_store().refresh()
    with pytest.raises(AuthenticationFailed):
        authenticate()


def test_it_expires_as_ever(authenticate, settings, token):
    settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, "AUTHTOKEN_TTL": HOUR}
    get_store().refresh()
    assert authenticate()
    assert authenticate()[2] == 0
    with time_machine.travel(now() + HOUR), pytest.raises(AuthenticationFailed):
        authenticate()


def test_a_store_that_can_no_longer_vouch_has_the_database_asked(authenticate, monkeypatch):
    monkeypatch.setattr(get_store()._keeper, "trusted", lambda: None)
    assert authenticate()[2] == 2


def test_what_this_process_changes_of_a_user_is_seen_at_once(authenticate, user):
    user.is_staff = True
    user.save()
    found, _, queries = authenticate()
    assert (found.is_staff, queries) == (True, 1)
    assert authenticate()[2] == 0


def test_what_it_changes_in_a_transaction_is_seen_after_it_too(authenticate, user):
    """Another thread may have remembered the old row meanwhile."""
    with transaction.atomic():
        user.is_staff = True
        user.save()
        authenticate()
    found, _, queries = authenticate()
    assert (found.is_staff, queries) == (True, 1)


def test_the_password_of_a_token_that_was_kept_is_the_new_one(authenticate, token, user, elsewhere):
    user.set_password("new")
    with services.keeping(AuthTokenAdapter().identify(token)):
        elsewhere(user.save)
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
def test_what_sends_no_signal_is_seen_when_the_time_is_over(authenticate, user, later, change):
    change(user)
    assert authenticate()[2] == 0
    later(60)
    with pytest.raises(AuthenticationFailed):
        authenticate()
