"""Fixtures of the browser tests, which need Playwright (``tox -e browser``).

Without Playwright the tests are not collected. ``page`` is an empty page; ``visit`` opens an
admin page of ``tests.settings`` as staff.
"""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.test.utils import override_settings
from pytest_django.live_server_helper import LiveServer

from tests.demonstration import PASSWORD, serve_demonstration
from tests.factories import AuthTokenFactory, UserFactory
from tests.requirements import skip_or_fail
from tests.sessions.recorded import ADAPTERS, FIREFOX, IPHONE, record_browser
from tests.sessions.recorded import MIDDLEWARE as REVOCATION_MIDDLEWARE
from tests.sessions.rows import make_session, make_user_agent
from token_revocation import services
from token_revocation.clock import now
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken

collect_ignore_glob = [] if find_spec("playwright") else ["test_*.py"]

IMAGES = Path(__file__).parent.parent.parent / "docs" / "images"
ADMIN = "/admin/token_revocation/revokedtoken/"
SESSIONS = "/admin/token_sessions/tokensession/"
VIEWPORT = {"width": 1000, "height": 640}


@pytest.fixture(scope="module")
def chromium():
    """The system's Chromium, for the tests of one module.

    Playwright keeps an event loop running in this thread, where Django rejects database access
    without ``DJANGO_ALLOW_ASYNC_UNSAFE``.
    """
    from playwright.sync_api import expect, sync_playwright

    # Five seconds are too short for a login, which hashes a password, on a busy machine.
    expect.set_options(timeout=30_000)

    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        skip_or_fail("There is no chromium.")
    args = ["--no-sandbox"] if os.geteuid() == 0 else []
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=path, args=args)
        yield browser
        browser.close()


@pytest.fixture
def context_options():
    """Options of the browser context, which a module may override."""
    return {"viewport": VIEWPORT}


@pytest.fixture
def page(chromium, context_options):
    """An empty page. An error or a policy violation in its console fails the test."""
    problems = []
    context = chromium.new_context(**context_options)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text))
    yield page
    context.close()
    assert [text for text in problems if "Failed to load resource" not in text] == []


@pytest.fixture(scope="session")
def origin(tmp_path_factory):
    """The URL of the running demonstration."""
    with serve_demonstration(tmp_path_factory.mktemp("demo")) as served:
        yield served


@pytest.fixture
def demonstration(page, origin):
    """The page of the demonstration, opened by the link in the terminal."""
    page.goto(f"{origin}/#password={PASSWORD}")
    return page


@pytest.fixture(scope="session")
def live_server():
    """A server with a strict content security policy."""
    added = [REVOCATION_MIDDLEWARE, "example_project.policy.strict_policy"]
    middleware = [*django_settings.MIDDLEWARE, *added]
    with override_settings(MIDDLEWARE=middleware):
        server = LiveServer("127.0.0.1")
    yield server
    server.stop()


@pytest.fixture
def superuser(transactional_db):
    return UserFactory(username="sam", is_staff=True, is_superuser=True)


@pytest.fixture
def admin_paths(transactional_db):
    """The admin pages of this package, each with a selector of the part it renders."""
    alice = UserFactory(username="alice")
    services.revoke(AuthTokenAdapter().identify(AuthTokenFactory()))
    AuthTokenFactory(user=alice)
    row = RevokedToken.objects.get()
    bob = UserFactory(username="bob")
    session = make_session(bob, user_agent=IPHONE, ip_address="2001:db8::7")
    make_session(bob, name="Bob's laptop, which has rather a long name " * 3)
    make_session(bob, ended_at=now(), end_reason="logout", ended_by_id=bob.pk)
    return {
        ADMIN: "#content",
        f"{ADMIN}?q=user": "#content",
        f"{ADMIN}add/": "#content",
        f"{ADMIN}{row.pk}/change/": "#content",
        f"{ADMIN}{row.pk}/delete/": "#content",
        f"/admin/auth/user/{alice.pk}/change/": ".active-tokens",
        "/admin/authtoken/tokenproxy/": "#changelist",
        SESSIONS: "#content",
        f"{SESSIONS}?state=ended": "#content",
        f"{SESSIONS}{session.pk}/change/": "#content",
        f"/admin/auth/user/{bob.pk}/change/": ".user-sessions",
    }


@pytest.fixture
def visit(page, live_server):
    """Return a function that opens an admin path as staff, and returns the page."""

    def go(path, staff):
        client = Client()
        client.force_login(staff)
        cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
        page.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
        )
        answer = page.goto(live_server.url + path)
        assert answer.ok, (answer.status, path)
        return page

    return go


@pytest.fixture
def sessions_page(page, live_server, transactional_db, settings):
    """The page "Your sessions" of a user with three sessions, one of them of the browser."""
    settings.TOKEN_REVOCATION = {"ADAPTERS": ADAPTERS}
    alice, used = UserFactory(username="alice"), now() - timedelta(hours=3)
    make_session(alice, user_agent=IPHONE, ip_address="2001:db8::7", name="Phone", created_at=used)
    make_session(
        alice,
        user_agent="curl/8.5.0",
        created_at=used - timedelta(days=2),
        expires_at=now() + timedelta(days=9),
    )
    client = Client()
    client.force_login(alice)
    record_browser(client, user_agent=make_user_agent(FIREFOX), ip_address="192.0.2.7")
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto(f"{live_server.url}/account/sessions/")
    return page


@pytest.fixture
def picture(page):
    """Return a function that saves a screenshot, if the environment requests it."""

    def take(name, part="main"):
        if os.environ.get("TOKEN_REVOCATION_SCREENSHOTS") == "1":
            IMAGES.mkdir(exist_ok=True)
            page.locator(part).first.screenshot(path=IMAGES / f"{name}.png")

    return take
