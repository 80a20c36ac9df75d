"""A verify endpoint that does not ask blesses tokens that nobody accepts."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from rest_framework_simplejwt.tokens import RefreshToken, SlidingToken

from tests.contrib.simplejwt.clients import INVALID, REVOKED, answer_code
from tests.views.failing import failing_database
from token_revocation import services
from token_revocation.models import RevokedToken


@pytest.fixture
def verify(nobody):
    return lambda raw: nobody.post("/api/token/verify/", {"token": raw})


@pytest.mark.parametrize("part", ["access", "refresh"])
def test_a_token_that_is_accepted_is_verified(verify, pair, part):
    answer = verify(getattr(pair, part))
    assert (answer.status_code, answer.json()) == (200, {})
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("part", ["access", "refresh"])
@pytest.mark.parametrize("end", [services.revoke, services.log_out])
def test_a_token_that_was_ended_is_not(verify, pair, heard, part, end):
    ref = services.read(getattr(pair, part))
    end(ref)
    assert answer_code(verify(getattr(pair, part))) == REVOKED
    assert [told["token"] for told in heard] == [ref]


def test_a_token_that_simplejwt_blacklisted_is_not_whatever_the_settings(verify, user):
    token = RefreshToken.for_user(user)
    token.blacklist()
    RevokedToken.objects.all().delete()
    assert answer_code(verify(str(token))) == REVOKED


def test_a_sliding_token_is_asked_after(verify, user):
    raw = str(SlidingToken.for_user(user))
    assert verify(raw).status_code == 200
    services.revoke(services.read(raw))
    assert answer_code(verify(raw)) == REVOKED


@pytest.mark.parametrize("raw", ["x", "é", "a" * 9000])
def test_garbage_is_not(verify, db, raw):
    assert answer_code(verify(raw)) == INVALID


def test_an_expired_token_is_not(verify, pair):
    with time_machine.travel(timedelta(hours=1)):
        assert answer_code(verify(pair.access)) == INVALID


def test_a_token_of_somebody_who_is_not_known_here_is(verify, refresh_token):
    refresh_token.payload["user_id"] = "0"
    assert verify(str(refresh_token)).status_code == 200


def test_a_database_that_cannot_answer_is_503(verify, pair):
    with failing_database("revokedtoken"):
        answer = verify(pair.access)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
