"""A sliding token keeps its name while its expiry moves, and must stay revoked meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from rest_framework_simplejwt.tokens import SlidingToken

from tests.contrib.simplejwt.clients import INVALID, REVOKED, answer_code, sending, status_of
from tests.views.failing import failing_database
from token_revocation import services
from token_revocation.contrib.simplejwt.tokens import RevocableSlidingToken
from token_revocation.testing.databases import overtaken_by


@pytest.fixture(autouse=True)
def _sliding(simple_jwt):
    simple_jwt(AUTH_TOKEN_CLASSES=("rest_framework_simplejwt.tokens.SlidingToken",))


@pytest.fixture
def sliding(user):
    return str(RevocableSlidingToken.for_user(user))


@pytest.fixture
def slide(nobody):
    return lambda raw: nobody.post("/api/token/sliding/refresh/", {"token": raw})


def hours(number):
    return time_machine.travel(timezone.now() + timedelta(hours=number), tick=False)


def test_a_sliding_token_is_refreshed_and_stays_itself(slide, sliding):
    with time_machine.travel(timezone.now() + timedelta(minutes=4)):
        new = SlidingToken(slide(sliding).json()["token"])
    old = SlidingToken(sliding)
    assert new["exp"] > old["exp"]
    assert [new[c] for c in ("jti", "sid", "auth_time")] == [
        old[c] for c in ("jti", "sid", "auth_time")
    ]


@pytest.mark.parametrize("end", [services.revoke, services.log_out])
def test_a_sliding_token_that_was_ended_is_not_refreshed(slide, sliding, heard, end):
    end(services.read(sliding))
    assert answer_code(slide(sliding)) == REVOKED
    assert len(heard) == 1


def test_its_refreshed_self_is_ended_with_it(slide, sliding):
    newer = slide(sliding).json()["token"]
    services.revoke(services.read(sliding))
    assert answer_code(sending(newer).get("/protected/")) == REVOKED


@pytest.mark.parametrize("token_class", [SlidingToken, RevocableSlidingToken])
def test_a_refresh_under_way_makes_nothing_that_outlives_a_cutoff(slide, user, token_class):
    """By a host whose clock is ahead of that of the database."""
    raw = str(token_class.for_user(user))
    moment = timezone.now()

    def cut_off():
        with time_machine.travel(moment):
            services.revoke_all(user)

    with time_machine.travel(moment + timedelta(seconds=30)):
        with overtaken_by(cut_off):
            newer = slide(raw).json()["token"]
        assert answer_code(sending(newer).get("/protected/")) == REVOKED


@pytest.mark.trap("T4")
def test_a_purge_does_not_revive_what_was_refreshed_at_the_last_moment(simple_jwt, user, slide):
    simple_jwt(
        SLIDING_TOKEN_LIFETIME=timedelta(hours=20), SLIDING_TOKEN_REFRESH_LIFETIME=timedelta(days=1)
    )
    first = str(RevocableSlidingToken.for_user(user))
    with hours(19):
        second = slide(first).json()["token"]
    with hours(23.9):
        third = slide(second).json()["token"]
        services.revoke(services.read(second))
    with hours(42):
        assert services.purge() == 0
        assert answer_code(sending(third).get("/protected/")) == REVOKED


def test_a_cutoff_that_comes_between_ends_what_was_just_refreshed(slide, user, monkeypatch):
    """Also where the token has no moment of login, as one of simplejwt's has none."""
    with time_machine.travel(timezone.now() - timedelta(minutes=1)):
        raw = str(SlidingToken.for_user(user))
    moved = SlidingToken.set_iat

    def interrupted(self, *args, **kwargs):
        if self.token is not None:
            services.revoke_all(user)
        moved(self, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(SlidingToken, "set_iat", interrupted)
        answer = slide(raw)
    assert answer.status_code == 200
    assert status_of(answer.json()["token"]) == 401


def test_logging_out_ends_it(sliding):
    assert sending(sliding).post("/auth/logout/").status_code == 204
    assert answer_code(sending(sliding).get("/protected/")) == REVOKED


@pytest.mark.parametrize("minutes", [6, 60 * 25])
def test_an_expired_one_is_refused_as_by_simplejwt(slide, sliding, minutes):
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
        assert answer_code(slide(sliding)) == INVALID


def test_one_that_may_not_be_refreshed_any_more_is_refused(slide, user):
    token = RevocableSlidingToken.for_user(user)
    token["refresh_exp"] = token["iat"]
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert answer_code(slide(str(token))) == INVALID


def test_a_database_that_cannot_answer_is_503(slide, sliding):
    with failing_database("revokedtoken"):
        answer = slide(sliding)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
