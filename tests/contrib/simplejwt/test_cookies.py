"""A cookie outlives a logout that clears it under another path, or does not look at it."""

from __future__ import annotations

import pytest

from tests.contrib.simplejwt.clients import refresh, sending, status_of
from tests.views.failing import database_that_cannot_store_a_cutoff

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
def browser(nobody, pair):
    nobody.cookies["refresh"] = pair.refresh
    return nobody


def test_a_refresh_token_in_a_cookie_is_ended(browser, pair):
    assert browser.post("/auth/logout/").status_code == 204
    assert refresh(pair.refresh).status_code == 401
    assert status_of(pair.access) == 401


def test_an_access_token_in_a_cookie_is_ended(nobody, pair):
    nobody.cookies["access"] = pair.access
    nobody.post("/auth/logout/")
    assert refresh(pair.refresh).status_code == 401


def test_a_cookie_that_no_setting_names_is_none_of_ours(nobody, pair):
    nobody.cookies["other"] = pair.refresh
    nobody.post("/auth/logout/")
    assert refresh(pair.refresh).status_code == 200


def test_cookies_are_cleared_with_the_attributes_they_were_set_with(browser):
    answer = browser.post("/auth/logout/")
    cleared = answer.cookies["refresh"]
    assert (cleared.value, cleared["max-age"]) == ("", 0)
    assert cleared["expires"] == "Thu, 01 Jan 1970 00:00:00 GMT"
    assert {name: cleared[name] for name in ATTRIBUTES} == ATTRIBUTES
    assert answer.cookies["access"]["path"] == "/"
    assert not answer.cookies["access"]["secure"]


@pytest.mark.parametrize("raw", ["x", ""])
def test_cookies_are_cleared_whatever_they_hold(nobody, db, raw):
    nobody.cookies["refresh"] = raw
    answer = nobody.post("/auth/logout/")
    assert (answer.status_code, set(answer.cookies)) == (204, {"refresh", "access"})


def test_cookies_are_cleared_of_a_client_that_sent_none(nobody, db):
    assert set(nobody.post("/auth/logout/").cookies) == {"refresh", "access"}


def test_a_logout_that_could_not_be_stored_leaves_the_cookie_for_the_retry(browser, pair):
    with database_that_cannot_store_a_cutoff():
        answer = browser.post("/auth/logout/")
    assert (answer.status_code, list(answer.cookies)) == (503, [])
    assert browser.post("/auth/logout/").status_code == 204
    assert refresh(pair.refresh).status_code == 401


def test_the_cookie_and_the_header_may_be_of_two_sessions(browser, pair, user):
    from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken

    other = RevocableRefreshToken.for_user(user)
    client = sending(str(other.access_token))
    client.cookies["refresh"] = pair.refresh
    client.post("/auth/logout/")
    assert {refresh(raw).status_code for raw in (pair.refresh, str(other))} == {401}
