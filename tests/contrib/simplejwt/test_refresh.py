"""A refresh token that was ended must not give birth to tokens that were not."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from tests.contrib.simplejwt.clients import (
    INVALID,
    REVOKED,
    answer_code,
    pair_of,
    refresh,
    status_of,
)
from tests.views.failing import failing_database
from token_revocation import services
from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken
from token_revocation.models import RevokedToken


@pytest.fixture(params=[False, True], ids=["staying", "rotating"])
def _either(request, simple_jwt):
    """With rotation and without."""
    simple_jwt(ROTATE_REFRESH_TOKENS=request.param)


pytestmark = pytest.mark.usefixtures("_either")


def test_a_refresh_token_gives_an_access_token_of_its_session(pair):
    answer = refresh(pair.refresh)
    access = AccessToken(answer.json()["access"])
    assert status_of(str(access)) == 200
    assert access["sid"] == AccessToken(pair.access)["sid"]
    assert access["auth_time"] == AccessToken(pair.access)["auth_time"]
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "end",
    [
        lambda user, ref: services.revoke(ref),
        lambda user, ref: services.log_out(ref),
        lambda user, ref: services.revoke_all(user),
        lambda user, ref: services.revoke_everyone(),
    ],
    ids=["token", "session", "user", "everyone"],
)
def test_a_refresh_token_that_was_ended_is_refused(user, pair, heard, end):
    ref = services.read(pair.refresh)
    end(user, ref)
    answer = refresh(pair.refresh)
    assert answer_code(answer) == REVOKED
    assert [told["token"] for told in heard] == [ref]
    assert heard[0]["request"].path == "/api/token/refresh/"


@pytest.mark.parametrize("kind", ["access", "garbage", "expired", "nul"])
def test_what_is_no_refresh_token_is_refused_as_by_simplejwt(user, pair, kind):
    raws = {"access": pair.access, "garbage": "x", "nul": "a.b.c\u0001"}
    with time_machine.travel(timedelta(days=2 if kind == "expired" else 0)):
        answer = refresh(raws.get(kind, pair.refresh))
    assert answer_code(answer) == INVALID
    assert not RevokedToken.objects.exists()


def test_a_token_that_simplejwt_blacklisted_is_refused(user):
    token = RefreshToken.for_user(user)
    token.blacklist()
    assert refresh(str(token)).status_code == 401


@pytest.mark.parametrize("claim", [0, "x", [1]])
def test_a_token_of_a_user_who_is_gone_is_refused(refresh_token, claim):
    refresh_token.payload["user_id"] = claim
    assert answer_code(refresh(str(refresh_token))) == (401, "user_inactive")


def test_a_token_of_no_user_is_left_to_the_store(db):
    raw = str(RevocableRefreshToken())
    assert refresh(raw).status_code == 200
    services.log_out(services.read(raw))
    assert refresh(raw).status_code == 401


def test_a_password_that_was_changed_is_no_way_to_live_on(simple_jwt, user):
    simple_jwt(CHECK_REVOKE_TOKEN=True)
    raw = str(RevocableRefreshToken.for_user(user))
    before = refresh(raw)
    raw = before.json().get("refresh", raw)
    type(user).objects.update(password="changed by other code")
    answer = refresh(raw)
    assert (before.status_code, answer_code(answer)) == (200, (401, "password_changed"))


@pytest.mark.parametrize("table", ["auth_user", "revokedtoken"])
def test_a_database_that_cannot_answer_is_503_and_uses_nothing_up(pair, table):
    with failing_database(table):
        answer = refresh(pair.refresh)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert refresh(pair.refresh).status_code == 200


def test_without_rotation_a_token_stays(simple_jwt, pair):
    simple_jwt(ROTATE_REFRESH_TOKENS=False)
    answers = [refresh(pair.refresh) for _ in range(3)]
    assert all(answer.json().keys() == {"access"} for answer in answers)
    assert not RevokedToken.objects.exists()


@pytest.mark.trap("T14")
def test_a_cutoff_that_comes_between_ends_what_was_just_minted(user, pair, monkeypatch):
    """The mint has asked before, and answers after: its token must be no younger than that."""
    asked = AccessToken.__init__

    def interrupted(self, *args, **kwargs):
        asked(self, *args, **kwargs)
        services.revoke_all(user)

    with monkeypatch.context() as patch:
        patch.setattr(AccessToken, "__init__", interrupted)
        answer = refresh(pair.refresh)
    assert answer.status_code == 200
    assert {status_of(raw) for raw in answer.json().values()} == {401}
    assert refresh(answer.json().get("refresh", pair.refresh)).status_code == 401


def test_so_it_is_with_a_token_that_simplejwt_issued(user, monkeypatch):
    with time_machine.travel(timedelta(minutes=-10)):
        raw = str(RefreshToken.for_user(user))
    answer = refresh(raw)
    services.revoke_session(AccessToken(answer.json()["access"])["sid"])
    assert status_of(answer.json()["access"]) == 401
    assert refresh(answer.json().get("refresh", raw)).status_code == 401


def test_both_tokens_of_a_refresh_can_be_used(rotating, pair):
    newer = pair_of(refresh(pair.refresh))
    assert status_of(newer.access) == 200
    assert refresh(newer.refresh).status_code == 200
