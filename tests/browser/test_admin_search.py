from __future__ import annotations

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests.factories import AuthTokenFactory, UserFactory
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter

REVOKED = "/admin/token_revocation/revokedtoken/"


@pytest.fixture
def revoked(transactional_db):
    """Revoke two tokens; return the raw token of alice and its reference."""
    tokens = {name: AuthTokenFactory(user=UserFactory(username=name)) for name in ("alice", "bob")}
    raw = tokens["alice"].key
    refs = {name: AuthTokenAdapter().identify(token) for name, token in tokens.items()}
    for ref in refs.values():
        services.revoke(ref)
    return raw, refs["alice"]


@pytest.fixture
def box(visit, superuser, revoked):
    page = visit(REVOKED, superuser)
    expect(page.locator("#result_list tbody tr")).to_have_count(2)
    return page.get_by_role("search").get_by_role("textbox")


def search(box, text):
    """Submit ``text`` and return the rows."""
    box.fill(text)
    box.press("Enter")
    return box.page.locator("#result_list tbody tr")


@pytest.mark.parametrize("text", ["alic", "alice@example.com"])
def test_search_finds_user_name_and_email_address(box, text):
    rows = search(box, text)
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("alice")


@pytest.mark.parametrize("attribute", ["identifier", "fingerprint"])
def test_search_finds_identifier_and_fingerprint(box, revoked, attribute):
    _, ref = revoked
    rows = search(box, getattr(ref, attribute))
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(ref.fingerprint)


def test_pasted_token_is_found_and_not_kept(box, revoked):
    raw, ref = revoked
    asked = []
    box.page.on("request", lambda request: asked.append((request.url, json.dumps(request.headers))))

    rows = search(box, raw)

    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(ref.fingerprint)
    assert box.page.url.endswith(f"?q={ref.identifier}")
    box.page.get_by_role("link", name=ref.fingerprint).or_(rows.get_by_role("link")).first.click()
    expect(box.page.get_by_text(ref.identifier)).to_be_visible()
    box.page.go_back()
    assert raw not in box.page.content()
    assert raw not in box.page.evaluate("JSON.stringify([location.href, {...localStorage}])")
    assert not [url for url, headers in asked if raw in url + headers]
    kept = [*LogEntry.objects.values(), *Session.objects.values()]
    assert raw not in str(kept)
