"""Without the revocation state: 503, neither accepted nor logged out."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import connection

from tests.contrib.sessions.browsers import copy_of, is_logged_in
from token_revocation.models import TokenCutoff
from token_revocation.testing.authentication import fail_statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def outage():
    return partial(
        connection.execute_wrapper, partial(fail_statements, "token_revocation_revokedtoken")
    )


@pytest.mark.parametrize("path", ["/page/", "/async/", "/template/", "/protected/", "/admin/"])
def test_page_that_reads_the_user_is_503(browser, outage, path):
    with outage():
        answer = browser.get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert is_logged_in(browser)


def test_page_that_does_not_read_the_user_is_served(browser, outage):
    with outage():
        assert browser.get("/public/").status_code == 200


def test_visitor_without_a_session_is_served(client, outage):
    with outage():
        assert client.get("/template/").content == b"out"


def test_middleware_that_reads_the_user_gets_503(settings, browser, outage):
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE,
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
    ]
    fresh = copy_of(browser)
    fresh.raise_request_exception = False
    with outage():
        answer = fresh.get("/public/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_answer_is_translated_plain_text(browser, outage):
    with outage():
        answer = browser.get("/page/", HTTP_ACCEPT_LANGUAGE="en")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"
    assert "Try again later" in answer.content.decode()


@pytest.mark.parametrize("path", ["/accounts/logout/", "/auth/logout/"])
def test_logout_that_cannot_be_stored_is_503_and_keeps_the_session(browser, path):
    def fail_writes(execute, sql, *args):
        return fail_statements("INSERT INTO", execute, sql, *args)

    with connection.execute_wrapper(fail_writes):
        answer = browser.post(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert is_logged_in(browser)
    assert not TokenCutoff.objects.exists()
