from __future__ import annotations

import pytest

pytest.importorskip("playwright")
pytest.importorskip("drf_spectacular_sidecar")

from playwright.sync_api import expect

from tests.demonstration import PASSWORD


@pytest.fixture
def swagger(page, origin):
    """Swagger UI, opened by its link. Requests to other origins fail the test."""
    elsewhere = []
    page.on("request", lambda r: elsewhere.append(r.url) if not r.url.startswith(origin) else None)
    page.goto(origin)
    page.get_by_role("link", name="Swagger UI").click()
    yield page
    assert [url for url in elsewhere if not url.startswith("data:")] == []


def operation(page, name):
    """Return an operation, opened by "Try it out"."""
    found = page.locator(".opblock", has=page.locator(f"[data-path='{name}']"))
    found.locator(".opblock-summary-control").click()
    found.get_by_role("button", name="Try it out").click()
    return found


def execute(found, status):
    found.get_by_role("button", name="Execute").click()
    answer = found.locator(".live-responses-table .response-col_status")
    expect(answer.last).to_have_text(str(status))  # And not "Undocumented".
    return found.locator(".live-responses-table pre").first


def test_token_is_issued_used_and_revoked(swagger):
    login = operation(swagger, "/auth/login/")
    login.locator("textarea").fill(f'{{"username": "alice", "password": "{PASSWORD}"}}')
    raw = execute(login, 200).inner_text().split('"token": "')[1].split('"')[0]

    swagger.get_by_role("button", name="Authorize").first.click()
    box = swagger.locator(".auth-container", has_text="tokenAuth")
    box.locator("input").fill(f"Token {raw}")
    box.get_by_role("button", name="Apply credentials").or_(
        box.get_by_role("button", name="Authorize")
    ).click()
    box.get_by_role("button", name="Close").click()

    hello = operation(swagger, "/api/hello/")
    assert "alice" in execute(hello, 200).inner_text()
    execute(operation(swagger, "/auth/logout/"), 204)
    assert "token_revoked" in execute(hello, 401).inner_text()
