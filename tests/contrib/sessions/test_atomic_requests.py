"""Sessions with ``ATOMIC_REQUESTS``: a view's rollback accepts nothing."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.contrib.sessions.browsers import PASSWORD, copy_of, is_logged_in, log_in
from tests.contrib.sessions.conftest import SETTINGS
from token_revocation import services
from token_revocation.testing._databases import failing_database

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _atomic(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)


@pytest.mark.parametrize(("path", "status"), [("/page/", 302), ("/protected/", 401)])
def test_revoked_session_is_rejected(user, browser, path, status):
    copy = copy_of(browser)
    services.revoke_all(user)
    answer = browser.get(path)
    assert (answer.status_code, answer.cookies["sessionid"].value) == (status, "")
    assert not is_logged_in(copy)


@pytest.mark.parametrize("path", ["/page/", "/template/", "/protected/"])
def test_outage_is_503(browser, path):
    with failing_database("revokedtoken"):
        answer = browser.get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert is_logged_in(browser)


def test_rejected_login_leaves_no_session(settings, client, user):
    settings.TOKEN_REVOCATION = {**SETTINGS, "MAX_SESSIONS": 1, "MAX_SESSIONS_ACTION": "reject"}
    first = log_in(user)
    form = {"username": user.username, "password": PASSWORD}
    assert client.post("/accounts/login/", form).status_code == 403
    assert client.get("/page/").status_code == 302
    assert is_logged_in(first)


@pytest.mark.parametrize("path", ["/accounts/logout/", "/auth/logout/"])
def test_logout_is_committed(user, browser, path):
    copy = copy_of(browser)
    assert browser.post(path).status_code in {200, 204}
    assert not is_logged_in(copy)
