"""Logout and revocation of a session, by its refresh or its access token."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from tests.contrib.simplejwt.clients import Pair, client_with, parse_pair, refresh, status_of
from tests.views.outages import failing_cutoff_insert
from token_revocation import services
from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken
from token_revocation.models import Reason, RevokedToken, TokenCutoff


@pytest.fixture
def other_session(user):
    """Another session of the same user."""
    token = RevocableRefreshToken.for_user(user)
    return Pair(refresh=str(token), access=str(token.access_token))


def is_revoked(pair):
    """Return whether both tokens are rejected, and fail if only one is."""
    statuses = [status_of(pair.access), refresh(pair.refresh).status_code]
    assert len(set(statuses)) == 1
    return statuses[0] == 401


def post_revoke(raw):
    return client_with("").post("/auth/revoke/", {"token": raw})


REVOCATIONS = {
    "log out with the access token": lambda pair: client_with(pair.access).post("/auth/logout/"),
    "log out with the refresh token": lambda pair: client_with("").post(
        "/auth/logout/", {"refresh": pair.refresh}
    ),
    "revoke the access token": lambda pair: post_revoke(pair.access),
    "revoke the refresh token": lambda pair: post_revoke(pair.refresh),
    "endpoint of simplejwt": lambda pair: client_with("").post(
        "/api/token/revoke/", {"refresh": pair.refresh}
    ),
}


@pytest.mark.trap("T18")
@pytest.mark.parametrize("revoke", REVOCATIONS.values(), ids=REVOCATIONS)
def test_revoking_either_token_revokes_only_its_session(pair, other_session, revoke):
    assert revoke(pair).status_code in {200, 204}
    assert is_revoked(pair)
    assert not is_revoked(other_session)


def test_logout_revokes_all_access_tokens_of_the_session(refresh_token, pair):
    older = [str(refresh_token.access_token) for _ in range(3)]
    younger = [refresh(pair.refresh).json()["access"] for _ in range(3)]
    client_with(older[0]).post("/auth/logout/")
    assert {status_of(raw) for raw in (*older, *younger, pair.access)} == {401}


def test_logout_revokes_all_refresh_tokens_of_the_session(rotating, pair):
    pairs = [pair, parse_pair(refresh(pair.refresh))]
    pairs.append(parse_pair(refresh(pairs[1].refresh)))
    client_with(pairs[0].access).post("/auth/logout/")
    assert all(is_revoked(each) for each in pairs)


def test_logout_stores_one_row_for_all_tokens(pair, user):
    for _ in range(3):
        refresh(pair.refresh)
    client_with(pair.access).post("/auth/logout/")
    row = TokenCutoff.objects.get()
    assert (row.subject_type, row.subject_id) == ("session", AccessToken(pair.access)["sid"])
    assert (row.reason, row.revoked_by) == (Reason.LOGOUT, user)
    assert not RevokedToken.objects.exists()


def test_repeated_logout_stores_one_row(pair):
    client = client_with(pair.access)
    responses = [client.post("/auth/logout/", {"refresh": pair.refresh}) for _ in range(3)]
    assert {response.status_code for response in responses} == {204}
    assert TokenCutoff.objects.count() == 1


@pytest.mark.parametrize("header", [True, False])
def test_expired_access_token_can_log_out(pair, header):
    with time_machine.travel(timedelta(hours=1)):
        assert status_of(pair.access) == 401
        client = client_with(pair.access) if header else client_with("x")
        client.post("/auth/logout/", {} if header else {"refresh": pair.refresh})
        assert refresh(pair.refresh).status_code == 401


def test_expired_refresh_token_can_log_out(pair):
    with time_machine.travel(timedelta(days=2)):
        assert client_with("x").post("/auth/logout/", {"refresh": pair.refresh}).status_code == 204


def test_logout_revokes_both_sessions_of_a_request(pair, other_session):
    client_with(pair.access).post("/auth/logout/", {"refresh": other_session.refresh})
    assert is_revoked(pair)
    assert is_revoked(other_session)


@pytest.mark.parametrize("body", [{}, {"refresh": ""}, {"refresh": "x"}, {"refresh": [1]}, []])
def test_token_in_the_header_is_revoked_with_any_body(pair, body):
    assert client_with(pair.access).post("/auth/logout/", body).status_code == 204
    assert is_revoked(pair)


@pytest.mark.parametrize("kind", ["application/json", "text/csv"])
def test_unparsable_body_does_not_prevent_logout(pair, kind):
    response = client_with(pair.access).generic("POST", "/auth/logout/", "{", content_type=kind)
    assert response.status_code == 204
    assert is_revoked(pair)


def test_refresh_token_in_a_form_is_revoked(api_client, pair):
    form = "application/x-www-form-urlencoded"
    api_client.post("/auth/logout/", f"refresh={pair.refresh}", content_type=form)
    assert is_revoked(pair)


@pytest.mark.parametrize("expired", [False, True])
@pytest.mark.parametrize("prefix", ["", "/stateless"])
def test_logout_reads_auth_header_name(simple_jwt, api_client, pair, expired, prefix):
    simple_jwt(AUTH_HEADER_NAME="HTTP_X_ACCESS_TOKEN")
    with time_machine.travel(timedelta(hours=1 if expired else 0)):
        header = {"HTTP_X_ACCESS_TOKEN": f"Bearer {pair.access}"}
        assert api_client.post(f"{prefix}/auth/logout/", **header).status_code == 204
        assert refresh(pair.refresh).status_code == 401


@pytest.mark.trap("T17")
def test_malformed_tokens_store_nothing(api_client, db):
    for raw in ("x", "a.b.c", "Bearer", "Bearer a b", "\x00"):
        api_client.credentials(HTTP_AUTHORIZATION=f"Bearer {raw}")
        assert api_client.post("/auth/logout/", {"refresh": raw}).status_code == 204
    assert not RevokedToken.objects.exists()
    assert not TokenCutoff.objects.exists()


def test_failure_to_store_a_logout_returns_503(pair):
    with failing_cutoff_insert():
        response = client_with(pair.access).post("/auth/logout/")
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert not is_revoked(pair)


@pytest.mark.parametrize("keep", [True, False])
def test_keep_current_keeps_only_this_session(pair, other_session, keep):
    client_with(pair.access).post("/auth/logout/all/", {"keep_current": keep})
    assert is_revoked(other_session)
    assert is_revoked(pair) is not keep


def test_token_of_simplejwt_is_revoked_alone(user):
    token, other = RefreshToken.for_user(user), RefreshToken.for_user(user)
    access = str(token.access_token)
    services.log_out(services.resolve(str(token)))
    assert refresh(str(token)).status_code == 401
    assert status_of(access) == 200
    assert refresh(str(other)).status_code == 200


def test_token_refreshed_from_one_of_simplejwt_belongs_to_its_session(user):
    old = str(RefreshToken.for_user(user))
    access = refresh(old).json()["access"]
    assert status_of(access) == 200
    client_with(access).post("/auth/logout/")
    assert is_revoked(Pair(refresh=old, access=access))
