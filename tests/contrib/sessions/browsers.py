"""Browsers that are logged in to the site of :mod:`tests.contrib.sessions.urls`."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from rest_framework.test import APIClient

from tests.factories import UserFactory
from token_revocation.contrib.sessions import SessionAdapter
from token_revocation.contrib.sessions._login_record import DATA_KEY

PASSWORD = "correct horse"

MIDDLEWARE = "token_revocation.contrib.sessions.RevocationMiddleware"


def make_staff():
    return UserFactory(is_staff=True, is_superuser=True)


def log_in(user, password=PASSWORD):
    """Return a browser in which ``user`` has logged in by the form."""
    browser = APIClient()
    form = {"username": user.username, "password": password, "next": "/page/"}
    answer = browser.post("/accounts/login/", form, format="multipart")
    assert answer.status_code == 302, answer.content
    return browser


def copy_of(browser):
    """Return a browser with the cookies of ``browser``, as a thief has them."""
    copy = APIClient()
    copy.cookies.load(browser.cookies.output(header="", attrs=[], sep=";"))
    return copy


def is_logged_in(browser):
    """Return whether page, API and admin accept the session; they must agree.

    Each request is sent by another copy of the browser, because a rejected one loses its cookie.
    """
    accepted = {
        copy_of(browser).get("/page/").status_code == 200,
        copy_of(browser).get("/protected/").status_code == 200,
        copy_of(browser).get("/admin/").status_code == 200,
    }
    assert len(accepted) == 1, accepted
    return accepted.pop()


def ref_of(browser):
    """Return the reference of the session of ``browser``."""
    return SessionAdapter().resolve(browser.cookies[settings.SESSION_COOKIE_NAME].value)


def forget_login_record(browser):
    """Make the session one of before the installation."""
    session = browser.session
    del session[DATA_KEY]
    session.save()
    assert SESSION_KEY in session
    browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
