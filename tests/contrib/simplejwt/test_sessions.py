"""Ending half of a session, and leaving the other half, is no logout."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from tests.contrib.simplejwt.clients import Pair, pair_of, refresh, sending, status_of
from tests.views.failing import database_that_cannot_store_a_cutoff
from token_revocation import services
from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken
from token_revocation.models import Reason, RevokedToken, TokenCutoff


@pytest.fixture
def elsewhere(user):
    """Another session of the same user."""
    token = RevocableRefreshToken.for_user(user)
    return Pair(refresh=str(token), access=str(token.access_token))


def is_over(pair):
    """Whether neither half is accepted any more."""
    answers = [status_of(pair.access), refresh(pair.refresh).status_code]
    assert len(set(answers)) == 1
    return answers[0] == 401


def revoke(raw):
    return sending("").post("/auth/revoke/", {"token": raw})


ENDS = {
    "log out with the access token": lambda pair: sending(pair.access).post("/auth/logout/"),
    "log out with the refresh token": lambda pair: sending("").post(
        "/auth/logout/", {"refresh": pair.refresh}
    ),
    "revoke the access token": lambda pair: revoke(pair.access),
    "revoke the refresh token": lambda pair: revoke(pair.refresh),
    "simplejwt's door": lambda pair: sending("").post(
        "/api/token/revoke/", {"refresh": pair.refresh}
    ),
}


@pytest.mark.trap("T18")
@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_one_half_ends_the_other_and_no_other_session(pair, elsewhere, end):
    assert end(pair).status_code in {200, 204}
    assert is_over(pair)
    assert not is_over(elsewhere)


def test_every_access_token_of_the_session_ends(refresh_token, pair):
    older = [str(refresh_token.access_token) for _ in range(3)]
    younger = [refresh(pair.refresh).json()["access"] for _ in range(3)]
    sending(older[0]).post("/auth/logout/")
    assert {status_of(raw) for raw in (*older, *younger, pair.access)} == {401}


def test_every_refresh_token_of_the_session_ends(rotating, pair):
    pairs = [pair, pair_of(refresh(pair.refresh))]
    pairs.append(pair_of(refresh(pairs[1].refresh)))
    sending(pairs[0].access).post("/auth/logout/")
    assert all(is_over(each) for each in pairs)


def test_a_logout_is_one_row_however_many_tokens(pair, user):
    for _ in range(3):
        refresh(pair.refresh)
    sending(pair.access).post("/auth/logout/")
    row = TokenCutoff.objects.get()
    assert (row.subject_type, row.subject_id) == ("session", AccessToken(pair.access)["sid"])
    assert (row.reason, row.revoked_by) == (Reason.LOGOUT, user)
    assert not RevokedToken.objects.exists()


def test_logging_out_twice_writes_once(pair):
    client = sending(pair.access)
    answers = [client.post("/auth/logout/", {"refresh": pair.refresh}) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {204}
    assert TokenCutoff.objects.count() == 1


@pytest.mark.parametrize("header", [True, False])
def test_logging_out_works_with_an_expired_access_token(pair, header):
    with time_machine.travel(timedelta(hours=1)):
        assert status_of(pair.access) == 401
        client = sending(pair.access) if header else sending("x")
        client.post("/auth/logout/", {} if header else {"refresh": pair.refresh})
        assert refresh(pair.refresh).status_code == 401


def test_logging_out_with_an_expired_refresh_token_is_harmless(pair):
    with time_machine.travel(timedelta(days=2)):
        assert sending("x").post("/auth/logout/", {"refresh": pair.refresh}).status_code == 204


def test_two_sessions_in_one_request_both_end(pair, elsewhere):
    sending(pair.access).post("/auth/logout/", {"refresh": elsewhere.refresh})
    assert is_over(pair)
    assert is_over(elsewhere)


@pytest.mark.parametrize("body", [{}, {"refresh": ""}, {"refresh": "x"}, {"refresh": [1]}, []])
def test_whatever_the_body_holds_the_token_of_the_header_ends(pair, body):
    assert sending(pair.access).post("/auth/logout/", body).status_code == 204
    assert is_over(pair)


@pytest.mark.parametrize("kind", ["application/json", "text/csv"])
def test_a_body_that_cannot_be_read_is_no_reason_to_stay(pair, kind):
    answer = sending(pair.access).generic("POST", "/auth/logout/", "{", content_type=kind)
    assert answer.status_code == 204
    assert is_over(pair)


def test_a_refresh_token_may_come_in_a_form(nobody, pair):
    form = "application/x-www-form-urlencoded"
    nobody.post("/auth/logout/", f"refresh={pair.refresh}", content_type=form)
    assert is_over(pair)


@pytest.mark.parametrize("expired", [False, True])
@pytest.mark.parametrize("prefix", ["", "/stateless"])
def test_logging_out_works_where_simplejwt_looks_for_its_token(
    simple_jwt, nobody, pair, expired, prefix
):
    simple_jwt(AUTH_HEADER_NAME="HTTP_X_ACCESS_TOKEN")
    with time_machine.travel(timedelta(hours=1 if expired else 0)):
        header = {"HTTP_X_ACCESS_TOKEN": f"Bearer {pair.access}"}
        assert nobody.post(f"{prefix}/auth/logout/", **header).status_code == 204
        assert refresh(pair.refresh).status_code == 401


@pytest.mark.trap("T17")
def test_garbage_writes_no_row(nobody, db):
    for raw in ("x", "a.b.c", "Bearer", "Bearer a b", "\x00"):
        nobody.credentials(HTTP_AUTHORIZATION=f"Bearer {raw}")
        assert nobody.post("/auth/logout/", {"refresh": raw}).status_code == 204
    assert not RevokedToken.objects.exists()
    assert not TokenCutoff.objects.exists()


def test_a_logout_that_cannot_be_stored_is_not_claimed(pair):
    with database_that_cannot_store_a_cutoff():
        answer = sending(pair.access).post("/auth/logout/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert not is_over(pair)


@pytest.mark.parametrize("keep", [True, False])
def test_logging_out_elsewhere_keeps_this_session_and_no_other(pair, elsewhere, keep):
    sending(pair.access).post("/auth/logout/all/", {"keep_current": keep})
    assert is_over(elsewhere)
    assert is_over(pair) is not keep


def test_a_token_that_simplejwt_itself_issued_ends_alone(user):
    one, other = RefreshToken.for_user(user), RefreshToken.for_user(user)
    access = str(one.access_token)
    services.log_out(services.read(str(one)))
    assert refresh(str(one)).status_code == 401
    assert status_of(access) == 200
    assert refresh(str(other)).status_code == 200


def test_what_is_refreshed_from_it_belongs_to_its_session(user):
    old = str(RefreshToken.for_user(user))
    access = refresh(old).json()["access"]
    assert status_of(access) == 200
    sending(access).post("/auth/logout/")
    assert is_over(Pair(refresh=old, access=access))
