"""Logout with tokens in cookies."""

from __future__ import annotations

import pytest

from tests.contrib.simplejwt.clients import client_with, refresh, status_of
from tests.views.outages import failing_cutoff_insert

ATTRIBUTES = {
    "path": "/auth/",
    "domain": "example.com",
    "secure": True,
    "httponly": True,
    "samesite": "Strict",
}


@pytest.fixture(autouse=True)
def _cookies(revocation):
    revocation(TOKEN_COOKIES={"refresh": ATTRIBUTES, "access": {}})


@pytest.fixture
def browser(api_client, pair):
    api_client.cookies["refresh"] = pair.refresh
    return api_client


def test_refresh_token_in_a_cookie_is_revoked(browser, pair):
    assert browser.post("/auth/logout/").status_code == 204
    assert refresh(pair.refresh).status_code == 401
    assert status_of(pair.access) == 401


def test_access_token_in_a_cookie_is_revoked(api_client, pair):
    api_client.cookies["access"] = pair.access
    api_client.post("/auth/logout/")
    assert refresh(pair.refresh).status_code == 401


def test_unconfigured_cookie_is_ignored(api_client, pair):
    api_client.cookies["other"] = pair.refresh
    api_client.post("/auth/logout/")
    assert refresh(pair.refresh).status_code == 200


def test_cookies_are_cleared_with_their_configured_attributes(browser):
    response = browser.post("/auth/logout/")
    cleared = response.cookies["refresh"]
    assert (cleared.value, cleared["max-age"]) == ("", 0)
    assert cleared["expires"] == "Thu, 01 Jan 1970 00:00:00 GMT"
    assert {name: cleared[name] for name in ATTRIBUTES} == ATTRIBUTES
    assert response.cookies["access"]["path"] == "/"
    assert not response.cookies["access"]["secure"]


@pytest.mark.parametrize("raw", ["x", ""])
def test_cookies_with_invalid_tokens_are_cleared(api_client, db, raw):
    api_client.cookies["refresh"] = raw
    response = api_client.post("/auth/logout/")
    assert (response.status_code, set(response.cookies)) == (204, {"refresh", "access"})


def test_cookies_are_cleared_for_a_request_without_them(api_client, db):
    assert set(api_client.post("/auth/logout/").cookies) == {"refresh", "access"}


def test_failed_logout_keeps_the_cookie(browser, pair):
    with failing_cutoff_insert():
        response = browser.post("/auth/logout/")
    assert (response.status_code, list(response.cookies)) == (503, [])
    assert browser.post("/auth/logout/").status_code == 204
    assert refresh(pair.refresh).status_code == 401


def test_cookie_and_header_of_different_sessions_are_both_revoked(browser, pair, user):
    from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken

    other = RevocableRefreshToken.for_user(user)
    client = client_with(str(other.access_token))
    client.cookies["refresh"] = pair.refresh
    client.post("/auth/logout/")
    assert {refresh(raw).status_code for raw in (pair.refresh, str(other))} == {401}
