"""The refresh endpoint, with and without rotation."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from tests.contrib.simplejwt.clients import (
    INVALID,
    REVOKED,
    parse_pair,
    refresh,
    response_code,
    status_of,
)
from token_revocation import services
from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken
from token_revocation.models import RevokedToken
from token_revocation.testing._databases import failing_database


@pytest.fixture(params=[False, True], ids=["reusable", "rotating"])
def _rotation(request, simple_jwt):
    """Run each test with and without rotation."""
    simple_jwt(ROTATE_REFRESH_TOKENS=request.param)


pytestmark = pytest.mark.usefixtures("_rotation")


def test_refresh_issues_an_access_token_of_the_session(pair):
    response = refresh(pair.refresh)
    access = AccessToken(response.json()["access"])
    assert status_of(str(access)) == 200
    assert access["sid"] == AccessToken(pair.access)["sid"]
    assert access["auth_time"] == AccessToken(pair.access)["auth_time"]
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "revoke",
    [
        lambda user, ref: services.revoke(ref),
        lambda user, ref: services.log_out(ref),
        lambda user, ref: services.revoke_all(user),
        lambda user, ref: services.revoke_everyone(),
    ],
    ids=["token", "session", "user", "everyone"],
)
def test_revoked_refresh_token_is_rejected(user, pair, revoked_token_uses, revoke):
    ref = services.resolve(pair.refresh)
    revoke(user, ref)
    response = refresh(pair.refresh)
    assert response_code(response) == REVOKED
    assert [use["token"] for use in revoked_token_uses] == [ref]
    assert revoked_token_uses[0]["request"].path == "/api/token/refresh/"


@pytest.mark.parametrize("kind", ["access", "garbage", "expired", "nul"])
def test_invalid_refresh_token_is_rejected_as_by_simplejwt(user, pair, kind):
    raws = {"access": pair.access, "garbage": "x", "nul": "a.b.c\u0001"}
    with time_machine.travel(timedelta(days=2 if kind == "expired" else 0)):
        response = refresh(raws.get(kind, pair.refresh))
    assert response_code(response) == INVALID
    assert not RevokedToken.objects.exists()


def test_blacklisted_token_is_rejected(user):
    token = RefreshToken.for_user(user)
    token.blacklist()
    assert refresh(str(token)).status_code == 401


@pytest.mark.parametrize("claim", [0, "x", [1]])
def test_token_of_an_unknown_user_is_rejected(refresh_token, claim):
    refresh_token.payload["user_id"] = claim
    assert response_code(refresh(str(refresh_token))) == (401, "user_inactive")


def test_token_without_a_user_is_refreshed_until_revoked(db):
    raw = str(RevocableRefreshToken())
    assert refresh(raw).status_code == 200
    services.log_out(services.resolve(raw))
    assert refresh(raw).status_code == 401


def test_refresh_is_rejected_after_a_password_change(simple_jwt, user):
    simple_jwt(CHECK_REVOKE_TOKEN=True)
    raw = str(RevocableRefreshToken.for_user(user))
    before = refresh(raw)
    raw = before.json().get("refresh", raw)
    type(user).objects.update(password="changed by other code")
    response = refresh(raw)
    assert (before.status_code, response_code(response)) == (200, (401, "password_changed"))


@pytest.mark.parametrize("table", ["auth_user", "revokedtoken"])
def test_database_failure_returns_503_and_keeps_the_token_usable(pair, table):
    with failing_database(table):
        response = refresh(pair.refresh)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert refresh(pair.refresh).status_code == 200


def test_refresh_token_is_reusable_without_rotation(simple_jwt, pair):
    simple_jwt(ROTATE_REFRESH_TOKENS=False)
    responses = [refresh(pair.refresh) for _ in range(3)]
    assert all(response.json().keys() == {"access"} for response in responses)
    assert not RevokedToken.objects.exists()


@pytest.mark.trap("T14")
def test_concurrent_cutoff_revokes_the_new_tokens(user, pair, monkeypatch):
    # The cutoff comes after the check of the refresh token, and before the response.
    original_init = AccessToken.__init__

    def revoke_after_init(self, *args, **kwargs):
        original_init(self, *args, **kwargs)
        services.revoke_all(user)

    with monkeypatch.context() as patch:
        patch.setattr(AccessToken, "__init__", revoke_after_init)
        response = refresh(pair.refresh)
    assert response.status_code == 200
    assert {status_of(raw) for raw in response.json().values()} == {401}
    assert refresh(response.json().get("refresh", pair.refresh)).status_code == 401


def test_session_of_a_token_of_simplejwt_is_inherited(user, monkeypatch):
    with time_machine.travel(timedelta(minutes=-10)):
        raw = str(RefreshToken.for_user(user))
    response = refresh(raw)
    services.revoke_session(AccessToken(response.json()["access"])["sid"])
    assert status_of(response.json()["access"]) == 401
    assert refresh(response.json().get("refresh", raw)).status_code == 401


def test_both_tokens_of_a_refresh_are_accepted(rotating, pair):
    newer = parse_pair(refresh(pair.refresh))
    assert status_of(newer.access) == 200
    assert refresh(newer.refresh).status_code == 200
