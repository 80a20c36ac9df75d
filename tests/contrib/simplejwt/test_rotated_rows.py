"""Rows of rotated refresh tokens: rejected by every store, in no snapshot and no feed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rest_framework.test import APIClient

from tests.contrib.simplejwt.clients import REVOKED, parse_pair, refresh, response_code, status_of
from token_revocation import services
from token_revocation.contrib.simplejwt import SimpleJWTAdapter
from token_revocation.models import UNPUBLISHED, Reason, RevokedToken
from token_revocation.standards.event_feed._cursor import Position, events_after
from token_revocation.stores import get_store
from token_revocation.stores.snapshot._loader import load
from token_revocation.testing import make_token

STORES = {
    "database.DatabaseStore": {},
    "cached.CachedStore": {"timeout": 60.0},
    "snapshot.SnapshotStore": {"background": False, "refresh_every": 60.0},
}
START = Position(0, 0, 0)

SESSIONS_APP = "token_revocation.sessions"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rotating")]


@pytest.fixture(autouse=True)
def _without_sessions(settings):
    """With the app of sessions, rotation stores no rows."""
    settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if app != SESSIONS_APP]


@pytest.fixture(params=STORES)
def store(request, revocation):
    """Each store; the snapshot is loaded and in use."""
    revocation(
        STORE=f"token_revocation.stores.{request.param}", STORE_OPTIONS=STORES[request.param]
    )
    return get_store()


def update(store):
    getattr(store, "refresh", int)()


def verify(raw):
    return APIClient().post("/api/token/verify/", {"token": raw})


def events():
    return [row for _, row in events_after(START, 1000, "default")]


@pytest.mark.django_db(transaction=True)
def test_rotated_token_is_rejected_by_every_store(store, pair, refresh_token):
    update(store)
    assert verify(pair.refresh).status_code == 200  # A cached answer.
    newer = parse_pair(refresh(pair.refresh))
    update(store)
    ref = services.resolve(pair.refresh)
    assert response_code(verify(pair.refresh)) == REVOKED
    assert (store.is_revoked(ref), store.is_known_valid(ref)) == (True, False)
    assert services.is_revoked(ref)
    assert status_of(newer.access) == 200
    assert response_code(refresh(pair.refresh)) == REVOKED
    assert status_of(newer.access) == 401


@pytest.mark.django_db(transaction=True)
def test_snapshot_that_does_not_know_of_a_rotation_rejects_the_token(revocation, pair):
    revocation(
        STORE="token_revocation.stores.snapshot.SnapshotStore",
        STORE_OPTIONS={"background": False, "refresh_every": 60.0},
    )
    get_store().refresh()
    ref = services.resolve(pair.refresh)
    # As another process would, which does not invalidate the key here.
    row = {"key": ref.key, "kind": ref.kind, "identifier": ref.identifier}
    RevokedToken.objects.create(**row, reason=Reason.ROTATED, revision=UNPUBLISHED)
    assert get_store().is_revoked(ref)


def test_refresh_token_is_rejected_by_an_authentication_class(store, pair, simple_jwt):
    simple_jwt(
        ROTATE_REFRESH_TOKENS=True,
        AUTH_TOKEN_CLASSES=("rest_framework_simplejwt.tokens.UntypedToken",),
    )
    update(store)
    assert status_of(pair.refresh) == 200
    refresh(pair.refresh)
    update(store)
    assert status_of(pair.refresh) == 401


def test_500_refreshes_leave_no_entry_in_the_snapshot_and_no_event(pair):
    for _ in range(500):
        pair = parse_pair(refresh(pair.refresh))
    assert RevokedToken.objects.filter(reason=Reason.ROTATED).count() == 500
    assert not RevokedToken.objects.unnumbered().exists()
    assert len(load("default").timestamps) == 0
    assert events() == []


def test_rotation_of_a_token_that_is_no_refresh_token_is_in_the_snapshot():
    """The adapter of a project may not say which tokens are refresh tokens."""
    token = make_token()
    services.rotate(token, make_token())
    assert load("default").may_be_revoked(token)
    assert events() == []


@pytest.mark.parametrize("revoke", ["revoke", "revoke_identifiers"])
def test_explicit_revocation_of_a_rotated_token_is_an_event(revoke):
    token = make_token(is_refresh_token=True)
    services.rotate(token, make_token())
    assert events() == []
    if revoke == "revoke":
        services.revoke(token, reason="admin")
    else:
        services.revoke_identifiers(token.kind, [token.identifier], reason="admin")
    assert [(row.key, row.reason) for row in events()] == [(token.key, "admin")]
    assert load("default").may_be_revoked(token)


def test_successor_is_a_refresh_token_too(pair):
    newer = parse_pair(refresh(pair.refresh))
    assert services.resolve(newer.refresh).is_refresh_token
    assert not services.resolve(newer.access).is_refresh_token


def test_equal_references_may_differ_in_it():
    token = make_token()
    assert token == replace(token, is_refresh_token=True)


def rotation_warnings():
    return [each for each in SimpleJWTAdapter().check() if each.id == "token_revocation.W061"]


def test_check_recommends_the_app_of_sessions(settings):
    assert rotation_warnings()
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, SESSIONS_APP]
    assert not rotation_warnings()


def test_check_is_silent_without_rotation(simple_jwt):
    simple_jwt(ROTATE_REFRESH_TOKENS=False)
    assert not rotation_warnings()
