"""Cached JWTs: verified once, and rejected when they expire or are revoked."""

from __future__ import annotations

import pickle
from datetime import timedelta

import pytest
import time_machine
from rest_framework.exceptions import AuthenticationFailed

from token_revocation import services
from token_revocation.clock import now
from token_revocation.stores import _authentication_cache, get_store

pytest.importorskip("rest_framework_simplejwt")

from rest_framework_simplejwt import state
from rest_framework_simplejwt.tokens import AccessToken

from tests.authentication_cache.jwts import (
    STATEFUL,
    STATELESS,
    authenticate,
    is_verified,
    make_token,
)
from token_revocation.contrib.simplejwt import SimpleJWTAdapter

DATABASE_STORE = "token_revocation.stores.database.DatabaseStore"


@pytest.fixture(autouse=True)
def _use_cache(use_cache):
    use_cache(ADAPTERS=["token_revocation.contrib.simplejwt.SimpleJWTAdapter"])


@pytest.mark.parametrize("authentication", [STATEFUL, STATELESS])
def test_the_second_request_verifies_and_reads_nothing(access, user, verified, authentication):
    raw = str(access)
    first = authenticate(raw, authentication)
    found, token, queries = authenticate(raw, authentication)
    assert (len(verified), queries) == (1, 0)
    assert str(found.pk) == str(user.pk)
    assert (type(token), token.payload, token.token) == (AccessToken, access.payload, raw.encode())
    assert vars(found).keys() >= vars(first[0]).keys() - {"token"}
    assert token.current_time - first[1].current_time < timedelta(minutes=1)
    assert token.get_token_backend() is state.token_backend


def test_a_cached_user_is_that_of_the_database(access, user):
    for _ in range(2):
        found = authenticate(access)[0]
    assert (type(found), found, found.password) == (type(user), user, user.password)
    assert (found._state.db, found._state.adding) == ("default", False)


def test_another_token_of_the_same_user_is_verified(access, user, verified):
    authenticate(access)
    assert is_verified(make_token(user), verified)


def test_a_changed_signature_is_rejected(access):
    header, claims, signature = str(access).split(".")
    authenticate(access)
    changed = "A" if signature[0] != "A" else "B"
    with pytest.raises(AuthenticationFailed):
        authenticate(".".join([header, claims, changed + signature[1:]]))


@pytest.mark.parametrize("leeway", [0, 30, timedelta(seconds=30)])
@pytest.mark.parametrize("authentication", [STATEFUL, STATELESS])
def test_a_cached_token_expires_as_in_simplejwt(user, monkeypatch, leeway, authentication):
    monkeypatch.setattr(state.token_backend, "leeway", leeway)
    end = now().replace(microsecond=0) + timedelta(seconds=20)
    raw = str(make_token(user, exp=end.timestamp() + 0.9))
    authenticate(raw, authentication)
    allowed = leeway if isinstance(leeway, timedelta) else timedelta(seconds=leeway)
    with time_machine.travel(end + allowed - timedelta(seconds=1), tick=False):
        assert authenticate(raw, authentication)[2] == 0
    with time_machine.travel(end + allowed, tick=False), pytest.raises(AuthenticationFailed):
        authenticate(raw, authentication)


def revoke(token, user):
    services.revoke(SimpleJWTAdapter().identify(token))


def revoke_all(token, user):
    services.revoke_all(user)


def revoke_everyone(token, user):
    services.revoke_everyone()


def deactivate(token, user):
    user.is_active = False
    user.save()


def change_password(token, user):
    user.set_password("another")
    user.save()


def delete_user(token, user):
    user.delete()


EVENTS = [revoke, revoke_all, revoke_everyone, deactivate, change_password, delete_user]


@pytest.mark.parametrize("authentication", [STATEFUL, STATELESS])
@pytest.mark.parametrize("event", EVENTS)
def test_an_event_in_this_process_takes_effect_immediately(access, user, event, authentication):
    authenticate(access, authentication)
    assert authenticate(access, authentication)[2] == 0
    event(access, user)
    with pytest.raises(AuthenticationFailed):
        authenticate(access, authentication)


@pytest.mark.parametrize("authentication", [STATEFUL, STATELESS])
@pytest.mark.parametrize("event", EVENTS)
def test_an_event_in_another_process_takes_effect_with_a_refresh(
    access, user, event, authentication, in_other_process
):
    authenticate(access, authentication)
    in_other_process(event, access, user)
    get_store().refresh()
    with pytest.raises(AuthenticationFailed):
        authenticate(access, authentication)


def test_a_change_of_a_user_takes_effect_immediately(access, user):
    authenticate(access)
    user.is_staff = True
    user.save()
    found, _, queries = authenticate(access)
    assert (found.is_staff, queries) == (True, 1)
    assert authenticate(access)[2] == 0


def test_a_change_without_a_signal_takes_effect_after_the_ttl(access, user, pass_time):
    authenticate(access)
    type(user).objects.update(is_active=False)
    assert authenticate(access)[2] == 0
    pass_time(60)
    with pytest.raises(AuthenticationFailed):
        authenticate(access)


def test_a_token_that_the_store_does_not_know_is_verified(access, verified, monkeypatch):
    authenticate(access)
    monkeypatch.setattr(get_store()._get_manager(), "get_snapshot", lambda: None)
    assert is_verified(access, verified)
    assert authenticate(access)[2] == 2


@pytest.mark.parametrize(
    "values",
    [{"AUTHENTICATION_CACHE_TTL": None}, {"STORE": DATABASE_STORE, "STORE_OPTIONS": {}}],
)
def test_without_a_ttl_or_a_snapshot_every_token_is_verified(access, verified, use_cache, values):
    use_cache(**values)
    assert [is_verified(access, verified) for _ in range(2)] == [True, True]


def test_every_request_gets_its_own_objects(user):
    raw = str(make_token(user, roles=["reader"], tier=1))
    for _ in range(3):
        found, token, _ = authenticate(raw)
        assert (token["roles"], token["tier"], found.username) == (["reader"], 1, user.username)
        token["roles"].append("admin")
        token["tier"], found.username = 2, "changed"


def test_the_cache_contains_no_token(access):
    authenticate(access)
    entries = _authentication_cache.authentication_cache._entries
    assert len(entries) == 1
    signature = str(access).rpartition(".")[2]
    assert signature not in repr([*entries, *[entry.row for entry in entries.values()]])


def test_an_accepted_token_has_no_keys_of_simplejwt_in_it(access):
    raw = str(access)
    for _ in range(2):
        verified = STATEFUL().get_validated_token(raw.encode())
        for token in (verified, authenticate(raw)[1]):
            key = state.token_backend.signing_key.encode()
            vars(token).pop("_token_backend", None)  # simplejwt's own.
            assert key not in pickle.dumps(token)
            assert pickle.loads(pickle.dumps(token)).payload == access.payload  # noqa: S301
