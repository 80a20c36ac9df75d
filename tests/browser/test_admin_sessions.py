from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.admin import run_action
from tests.browser.conftest import SESSIONS
from tests.factories import UserFactory
from tests.sessions.recorded import IPHONE
from tests.sessions.rows import make_session
from token_revocation.clock import now
from token_revocation.sessions.services import active_sessions

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def alice(transactional_db):
    return UserFactory(username="alice", email="alice@example.com")


@pytest.fixture
def sessions(alice):
    """A phone and a laptop of alice, and a session that has ended."""
    make_session(alice, name="Old tablet", ended_at=now(), end_reason="logout", ended_by=alice)
    return [
        make_session(alice, user_agent=IPHONE, ip_address="192.0.2.7"),
        make_session(alice, name="Laptop", kind="knox", ip_address="2001:db8::7"),
    ]


def section(page):
    return page.get_by_role("region", name="Active sessions")


def test_selected_session_is_revoked(visit, superuser, alice, sessions, picture):
    page = visit(SESSIONS, superuser)
    page.set_viewport_size({"width": 1760, "height": 800})
    expect(page.locator("#result_list tbody tr")).to_have_count(3)
    picture("admin-sessions")

    run_action(page, "Laptop", "Revoke selected sessions")

    page.get_by_text("1 session was revoked.").wait_for()
    row = page.get_by_role("row", name="Laptop")
    for text in ("ended", "revoked by an administrator", "sam"):
        expect(row).to_contain_text(text)
    assert active_sessions(alice) == [sessions[0]]


@pytest.mark.parametrize("text", ["alic", "alice@example.com", "192.0.2.7"])
def test_sessions_are_found(visit, superuser, sessions, text):
    make_session(UserFactory(username="bob"))
    page = visit(SESSIONS, superuser)
    box = page.get_by_role("search").get_by_role("textbox")
    box.fill(text)
    box.press("Enter")
    expect(page.locator("#result_list tbody tr")).to_have_count(1 if "." in text[:4] else 3)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_sessions_of_a_user_fit_a_phone(
    page, visit, superuser, alice, sessions, settings, picture, language
):
    settings.LANGUAGE_CODE = language
    page.set_viewport_size(PHONE)
    visit(f"/admin/auth/user/{alice.pk}/change/", superuser)

    part = page.locator(".user-sessions")
    assert part.evaluate("part => part.scrollWidth <= part.clientWidth")
    for button in part.locator("[type=submit]").all():
        box = button.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
        assert box["height"] >= 24  # WCAG 2.2, target size (minimum).
    if language == "en":
        picture("admin-user-sessions-phone", ".user-sessions")


def test_parts_of_an_address_keep_their_order_from_right_to_left(
    page, visit, superuser, alice, sessions, settings
):
    settings.LANGUAGE_CODE = "ar"
    for path in (f"/admin/auth/user/{alice.pk}/change/", SESSIONS):
        visit(path, superuser)
        address = page.get_by_text("2001:db8::7", exact=True).first
        assert address.evaluate("part => getComputedStyle(part).direction") == "ltr"


def test_button_on_a_phone_revokes_the_session(page, visit, superuser, alice, sessions):
    page.set_viewport_size(PHONE)
    visit(f"/admin/auth/user/{alice.pk}/change/", superuser)
    expect(section(page).get_by_role("listitem")).to_have_count(2)

    laptop = section(page).get_by_role("listitem").filter(has_text="Laptop")
    laptop.get_by_role("button", name="Revoke").click()

    page.get_by_text(f"Session {sessions[1].pk.hex[:8]} was revoked.").wait_for()
    expect(section(page).get_by_role("listitem")).to_have_count(1)
    section(page).get_by_role("link", name="All sessions").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(3)


def test_session_is_revoked_by_keyboard(page, visit, superuser, alice, sessions):
    visit(f"/admin/auth/user/{alice.pk}/change/", superuser)
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.locator(".user-sessions li :focus").count():
            break
    page.keyboard.press("Enter")
    page.get_by_text("was revoked.").wait_for()
    assert len(active_sessions(alice)) == 1
