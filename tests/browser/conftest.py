"""A real browser. Without Playwright nothing here is collected: ``tox -e browser`` has it.

A test takes ``page``, and goes wherever it likes; or ``visit``, for a page of the admin of
``tests.settings``, opened by a member of staff.
"""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.test.utils import override_settings
from pytest_django.live_server_helper import LiveServer

from tests.demonstration import PASSWORD, serving_it
from tests.factories import AuthTokenFactory, UserFactory
from tests.servers import give_up
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken

collect_ignore_glob = [] if find_spec("playwright") else ["test_*.py"]

IMAGES = Path(__file__).parent.parent.parent / "docs" / "images"
ADMIN = "/admin/token_revocation/revokedtoken/"
VIEWPORT = {"width": 1000, "height": 640}


@pytest.fixture(scope="module")
def chromium():
    """The system's Chromium, for the tests of one module.

    Playwright keeps an event loop in this thread for as long as it runs, and there Django refuses
    its ORM unless it is told to allow it.
    """
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        give_up("There is no chromium.")
    args = ["--no-sandbox"] if os.geteuid() == 0 else []
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=path, args=args)
        yield browser
        browser.close()


@pytest.fixture
def context_options():
    """Of the context in which a page is opened; a module may have others."""
    return {"viewport": VIEWPORT}


@pytest.fixture
def page(chromium, context_options):
    """An empty page. A script that fails, or that the policy of a page forbids, fails the test."""
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
    """The demonstration, served for all that look at it."""
    with serving_it(tmp_path_factory.mktemp("demo")) as served:
        yield served


@pytest.fixture
def demonstration(page, origin):
    """Its page, as the link in the terminal opens it."""
    page.goto(f"{origin}/#password={PASSWORD}")
    return page


@pytest.fixture(scope="session")
def live_server():
    """Our urls under the strictest policy; a server loads its middleware but once."""
    middleware = [*django_settings.MIDDLEWARE, "example_project.policy.strict_policy"]
    with override_settings(MIDDLEWARE=middleware):
        server = LiveServer("127.0.0.1")
    yield server
    server.stop()


@pytest.fixture
def superuser(transactional_db):
    return UserFactory(username="sam", is_staff=True, is_superuser=True)


@pytest.fixture
def admin_paths(transactional_db):
    """Each page of ours, and the part of it that is."""
    alice = UserFactory(username="alice")
    services.revoke(AuthTokenAdapter().identify(AuthTokenFactory()))
    AuthTokenFactory(user=alice)
    row = RevokedToken.objects.get()
    return {
        ADMIN: "#content",
        f"{ADMIN}?q=user": "#content",
        f"{ADMIN}add/": "#content",
        f"{ADMIN}{row.pk}/change/": "#content",
        f"{ADMIN}{row.pk}/delete/": "#content",
        f"/admin/auth/user/{alice.pk}/change/": ".active-tokens",
        "/admin/authtoken/tokenproxy/": "#changelist",
    }


@pytest.fixture
def visit(page, live_server):
    """Open a path of the admin as a member of staff; the page."""

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
def picture(page):
    """Keep what the page looks like for the documentation, if the environment asks for it."""

    def take(name, part="main"):
        if os.environ.get("TOKEN_REVOCATION_SCREENSHOTS") == "1":
            IMAGES.mkdir(exist_ok=True)
            page.locator(part).first.screenshot(path=IMAGES / f"{name}.png")

    return take
