"""Two real browsers of one user: logging out everywhere in one ends the other."""

from __future__ import annotations

import pytest
from django.conf import settings as django_settings
from django.test.utils import override_settings
from pytest_django.live_server_helper import LiveServer

from tests.browser.admin import run_action

MIDDLEWARE = "token_revocation.contrib.sessions.RevocationMiddleware"


@pytest.fixture(scope="module")
def live_server():
    """A server with the middleware of this package."""
    with override_settings(MIDDLEWARE=[*django_settings.MIDDLEWARE, MIDDLEWARE]):
        server = LiveServer("127.0.0.1")
    yield server
    server.stop()


@pytest.fixture
def log_in(chromium, live_server, superuser, settings):
    """Return a function that opens a new browser, and logs in to the admin by its form."""
    settings.TOKEN_REVOCATION = {
        "ADAPTERS": ["token_revocation.contrib.sessions.SessionAdapter"],
    }
    contexts = []

    def open_browser(**options):
        contexts.append(chromium.new_context(**options))
        page = contexts[-1].new_page()
        page.goto(f"{live_server.url}/admin/auth/user/")
        page.get_by_label("Username").fill(superuser.username)
        page.get_by_label("Password").fill("correct horse")
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("heading", name="Select user to change").wait_for()
        return page

    yield open_browser
    for context in contexts:
        context.close()


def test_log_out_everywhere_ends_the_sessions_of_both_browsers(log_in, superuser):
    computer = log_in()
    phone = log_in(viewport={"width": 390, "height": 844})
    run_action(computer, superuser.username, "Log out everywhere")
    for page in (computer, phone):
        page.goto(page.url)
        page.get_by_role("button", name="Log in").wait_for()
        assert "sessionid" not in {cookie["name"] for cookie in page.context.cookies()}


def test_changing_the_password_keeps_this_browser_only(log_in, superuser):
    computer = log_in()
    phone = log_in(viewport={"width": 390, "height": 844})
    computer.goto(computer.url.replace("/auth/user/", "/password_change/"))
    computer.get_by_label("Old password").fill("correct horse")
    computer.get_by_label("New password:").fill("battery staple")
    computer.get_by_label("New password confirmation").fill("battery staple")
    computer.get_by_role("button", name="Change my password").click()
    computer.get_by_text("Your password was changed.").first.wait_for()
    phone.reload()
    phone.get_by_role("button", name="Log in").wait_for()
