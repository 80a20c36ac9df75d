"""Logouts of a browser: at our endpoints, and Django's own."""

from __future__ import annotations

import pytest
from django.contrib.auth import logout
from rest_framework.test import APIClient

from tests.contrib.sessions.browsers import (
    PASSWORD,
    copy_of,
    forget_login_record,
    is_logged_in,
    log_in,
)
from token_revocation import services
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.tokens import TokenRef

pytestmark = pytest.mark.django_db


@pytest.fixture
def strict_browser(user):
    """A browser whose requests need a CSRF token."""
    browser = APIClient(enforce_csrf_checks=True)
    browser.get("/admin/login/")
    form = {"username": user.username, "password": PASSWORD}
    form["csrfmiddlewaretoken"] = browser.cookies["csrftoken"].value
    assert browser.post("/accounts/login/", form, format="multipart").status_code == 302
    return browser


def post(browser, path, data=None):
    return browser.post(path, data, HTTP_X_CSRFTOKEN=browser.cookies["csrftoken"].value)


def test_logout_ends_this_session_only(engine, strict_browser, user):
    copy, other = copy_of(strict_browser), log_in(user)
    answer = post(strict_browser, "/auth/logout/")
    assert (answer.status_code, answer.cookies["sessionid"].value) == (204, "")
    assert (is_logged_in(copy), is_logged_in(other)) == (False, True)


def test_logout_everywhere_ends_all_sessions(engine, strict_browser, user):
    copy, other = copy_of(strict_browser), log_in(user)
    answer = post(strict_browser, "/auth/logout/all/")
    assert (answer.status_code, answer.cookies["sessionid"].value) == (204, "")
    assert not is_logged_in(copy)
    assert not is_logged_in(other)


def test_keep_current_keeps_this_session(engine, strict_browser, user):
    other = log_in(user)
    assert post(strict_browser, "/auth/logout/all/", {"keep_current": True}).status_code == 204
    assert (is_logged_in(strict_browser), is_logged_in(other)) == (True, False)


@pytest.mark.parametrize("path", ["/auth/logout/", "/auth/logout/all/"])
def test_without_csrf_token_nothing_is_revoked(strict_browser, path):
    assert strict_browser.post(path).status_code == 403
    assert not TokenCutoff.objects.exists()
    assert is_logged_in(strict_browser)


def test_second_logout_is_harmless(strict_browser):
    copy = copy_of(strict_browser)
    assert post(strict_browser, "/auth/logout/").status_code == 204
    assert post(copy, "/auth/logout/").status_code == 204
    assert TokenCutoff.objects.count() == 1


@pytest.mark.parametrize("path", ["/accounts/logout/", "/admin/logout/"])
def test_logout_of_django_revokes_copies_of_the_cookie(engine, browser, user, path):
    copy, other = copy_of(browser), log_in(user)
    assert browser.post(path).status_code in {200, 302}
    assert (is_logged_in(copy), is_logged_in(other)) == (False, True)
    cutoff = TokenCutoff.objects.get()
    assert (cutoff.subject_type, cutoff.reason) == ("session", "logout")
    assert cutoff.revoked_by == user


def test_logout_of_django_in_an_api_view_is_recorded_once(browser):
    copy = copy_of(browser)
    assert browser.post("/django-logout/").status_code == 204
    assert not is_logged_in(copy)
    assert TokenCutoff.objects.count() == 1


def test_logout_of_a_session_of_before_the_installation(engine, browser, user):
    forget_login_record(browser)
    copy = copy_of(browser)
    assert browser.post("/accounts/logout/").status_code == 200
    assert not is_logged_in(copy)
    assert RevokedToken.objects.get().user == user


def test_logout_of_a_rejected_session_writes_nothing(browser, user):
    services.revoke_all(user)
    assert browser.post("/accounts/logout/").status_code == 200
    assert TokenCutoff.objects.get().subject_type == "user"


def test_logout_without_the_adapter_writes_nothing(settings, browser):
    settings.TOKEN_REVOCATION = {}
    assert browser.post("/accounts/logout/").status_code == 200
    assert not TokenCutoff.objects.exists()


def test_logout_records_the_session_beside_another_token(rf, browser, user):
    request = rf.get("/")
    request.session, request.user = browser.session, user
    request.revocable_token = TokenRef(kind="authtoken", identifier="1")
    logout(request)
    cutoff = TokenCutoff.objects.get(subject_type="session")
    assert (cutoff.reason, cutoff.revoked_by) == ("logout", user)
