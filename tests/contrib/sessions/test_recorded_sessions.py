"""Browser sessions in the app of sessions, and its limits."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tests.contrib.sessions.browsers import PASSWORD, is_logged_in, log_in, ref_of
from tests.contrib.sessions.conftest import SETTINGS
from token_revocation import services
from token_revocation.clock import now
from token_revocation.sessions.models import TokenSession
from token_revocation.sessions.services import active_sessions, record_uses

pytestmark = pytest.mark.django_db


def test_login_is_recorded_with_its_client(user):
    browser = log_in(user)
    row = TokenSession.objects.get()
    ref = ref_of(browser)
    assert (row.kind, str(row.pk), row.user_ref) == ("session", ref.identifier, str(user.pk))
    assert (row.created_at, row.ip_address) == (ref.issued_at, "127.0.0.1")


@pytest.mark.parametrize("path", ["/page/", "/protected/", "/async/"])
def test_use_is_recorded(user, path):
    browser = log_in(user)
    TokenSession.objects.all().delete()
    assert browser.get(path).status_code == 200
    record_uses()
    assert str(TokenSession.objects.get().pk) == ref_of(browser).identifier


def test_logout_ends_the_recorded_session(user, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        log_in(user).post("/accounts/logout/")
    row = TokenSession.objects.get()
    assert (row.end_reason, row.ended_at is None) == ("logout", False)


@pytest.mark.parametrize("path", ["/page/", "/protected/"])
def test_session_ends_after_its_lifetime(settings, user, path):
    settings.TOKEN_REVOCATION = {**SETTINGS, "SESSION_LIFETIME": timedelta(hours=1)}
    browser = log_in(user)
    assert is_logged_in(browser)
    with time_machine.travel(now() + timedelta(hours=2)):
        answer = browser.get(path)
    assert answer.status_code in {302, 401}
    assert answer.cookies["sessionid"].value == ""


def test_login_above_the_limit_ends_the_oldest_session(settings, user):
    settings.TOKEN_REVOCATION = {**SETTINGS, "MAX_SESSIONS": 2}
    first, second, third = (log_in(user) for _ in range(3))
    assert [is_logged_in(each) for each in (first, second, third)] == [False, True, True]


def test_login_above_the_limit_is_rejected_and_leaves_no_session(settings, client, user):
    settings.TOKEN_REVOCATION = {**SETTINGS, "MAX_SESSIONS": 1, "MAX_SESSIONS_ACTION": "reject"}
    first = log_in(user)
    answer = client.post("/accounts/login/", {"username": user.username, "password": PASSWORD})
    assert (answer.status_code, answer.get("Retry-After")) == (403, None)
    assert "too many devices" in answer.content.decode()
    assert client.get("/page/").status_code == 302
    assert is_logged_in(first)
    assert TokenSession.objects.count() == 1


def test_second_login_in_a_session_is_not_counted_beside_it(settings, user):
    settings.TOKEN_REVOCATION = {**SETTINGS, "MAX_SESSIONS": 1}
    browser = log_in(user)
    browser.get(f"/log-in-again/{user.pk}/")
    assert is_logged_in(browser)
    services.revoke_all(user)
    assert not is_logged_in(browser)


@pytest.mark.parametrize("action", ["revoke_oldest", "reject"])
def test_logins_in_one_browser_are_one_session(settings, user, action):
    settings.TOKEN_REVOCATION = {**SETTINGS, "MAX_SESSIONS": 2, "MAX_SESSIONS_ACTION": action}
    other, browser = log_in(user), log_in(user)
    for _ in range(3):
        assert browser.get(f"/log-in-again/{user.pk}/").status_code == 200
    assert is_logged_in(browser)
    assert is_logged_in(other)
    assert len(active_sessions(user)) == 2
