from __future__ import annotations

import re

import pytest

pytest.importorskip("playwright")
pytest.importorskip("knox")
pytest.importorskip("oauth2_provider")
pytest.importorskip("rest_framework_simplejwt")

from playwright.sync_api import expect

from tests.browser.admin import log_in_to_admin, run_action
from tests.demonstration import PASSWORD

TONES = ["light", "dark"]


def log_in(page, device, user="alice"):
    page.locator(f"#{device}").get_by_role("button", name=f"Log in as {user}").click()
    expect_status(page, device, 200)


def choose(page, kind):
    page.locator(".choices").get_by_text(kind, exact=True).click()
    expect(page.get_by_role("radio", name=kind)).to_be_checked()


def press(page, device, button):
    page.locator(f"#{device}").get_by_role("button", name=button, exact=True).click()


def expect_status(page, device, status):
    expect(page.locator(f"#{device} [data-part=status]")).to_have_text(str(status))


def both_logged_in(page):
    for device in ("phone", "laptop"):
        log_in(page, device)


@pytest.mark.parametrize("kind", ["JSON Web Token", "knox", "OAuth Toolkit"])
def test_logout_revokes_one_device(demonstration, kind):
    choose(demonstration, kind)
    both_logged_in(demonstration)
    expect(demonstration.locator("#sessions .chip")).to_have_count(2)
    press(demonstration, "phone", "Log out")
    expect_status(demonstration, "phone", 401)
    expect(demonstration.locator("#phone [data-part=meaning]")).to_have_text("revoked")
    expect(demonstration.locator("#sessions .chip")).to_have_text(["Laptop"])
    expect(demonstration.locator("#wire .sentence").first).to_contain_text("Guaranteed: at once")
    expect_status(demonstration, "laptop", 200)


def test_logging_out_everywhere_revokes_the_other_device(demonstration):
    both_logged_in(demonstration)
    press(demonstration, "laptop", "Log out everywhere")
    expect_status(demonstration, "phone", 401)
    timing = demonstration.locator("#phone [data-part=timing]")
    expect(timing).to_have_text(re.compile("first call .* after the revocation"))
    expect(demonstration.locator("#wire")).to_contain_text("every token of alice was revoked")


def test_logging_out_everywhere_ends_the_browser_too(demonstration):
    for device in ("phone", "browser"):
        log_in(demonstration, device)
    press(demonstration, "phone", "Log out everywhere")
    expect_status(demonstration, "browser", 401)
    expect(demonstration.locator("#browser [data-part=meaning]")).to_have_text("revoked")
    expect(demonstration.locator("#browser [data-part=holds]")).to_have_text("no cookie")


def test_browser_is_checked_when_its_tab_is_shown(demonstration):
    for device in ("phone", "browser"):
        log_in(demonstration, device)
    demonstration.locator("#browser").get_by_label("Call the API every second").uncheck()
    press(demonstration, "phone", "Log out everywhere")
    expect_status(demonstration, "phone", 401)
    demonstration.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(demonstration.locator("#browser [data-part=meaning]")).to_have_text("revoked")


def test_browser_logs_the_devices_out(demonstration):
    for device in ("phone", "browser"):
        log_in(demonstration, device)
    press(demonstration, "browser", "Log out everywhere")
    for device in ("phone", "browser"):
        expect_status(demonstration, device, 401)


def test_browser_logs_itself_out(demonstration):
    for device in ("phone", "browser"):
        log_in(demonstration, device)
    press(demonstration, "browser", "Log out")
    expect_status(demonstration, "browser", 401)
    expect_status(demonstration, "phone", 200)


def test_page_of_sessions_lists_devices_and_browser(demonstration):
    log_in(demonstration, "phone", "bob")
    log_in(demonstration, "browser", "bob")
    expect(demonstration.locator("#sessions .chip")).to_have_count(2)
    with demonstration.expect_popup() as opened:
        demonstration.get_by_role("navigation").get_by_role("link", name="Your sessions").click()
    sessions = opened.value
    phone = sessions.get_by_role("listitem").filter(has_text="Phone")
    expect(sessions.locator(".token-session.current")).to_contain_text("This device")
    phone.get_by_role("button", name="Log out").first.click()
    expect(sessions.get_by_role("status")).to_contain_text("“Phone” was logged out.")
    demonstration.bring_to_front()
    expect_status(demonstration, "phone", 401)
    expect_status(demonstration, "browser", 200)


def test_browser_stays_logged_in_after_a_reload(demonstration):
    log_in(demonstration, "browser")
    demonstration.reload()
    expect_status(demonstration, "browser", 200)
    expect(demonstration.locator("#browser [data-part=holds]")).to_contain_text("alice, session")
    expect_status(demonstration, "phone", "—")


def test_login_of_another_tab_is_noticed(demonstration, origin):
    other = demonstration.context.new_page()
    other.goto(f"{origin}/account/sessions/")
    other.get_by_label("User name").fill("bob")
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Log in").click()
    other.locator(".token-session.current").wait_for()
    demonstration.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(demonstration.locator("#browser [data-part=meaning]")).to_have_text("hello bob")
    other.locator(".token-session.current").get_by_role("button", name="Log out").first.click()
    expect_status(demonstration, "browser", 401)
    expect(demonstration.locator("#browser [data-part=meaning]")).to_have_text("logged out")


def test_admin_revokes_all_tokens_of_a_user(demonstration, origin):
    both_logged_in(demonstration)
    with demonstration.expect_popup() as opened:
        demonstration.get_by_role("navigation").get_by_role("link", name="Admin").click()
    admin = opened.value
    log_in_to_admin(admin)
    run_action(admin, "alice", "Log out everywhere")
    demonstration.bring_to_front()
    for device in ("phone", "laptop"):
        expect_status(demonstration, device, 401)
    expect(demonstration.locator("#revocations li").first).to_contain_text("by admin")


@pytest.mark.parametrize("kind", ["JSON Web Token", "OAuth Toolkit"])
def test_replayed_refresh_token_revokes_its_session(demonstration, kind):
    choose(demonstration, kind)
    both_logged_in(demonstration)
    press(demonstration, "phone", "Refresh")
    press(demonstration, "phone", "Replay the used refresh token")
    expect_status(demonstration, "phone", 401)
    expect_status(demonstration, "laptop", 200)


def test_devices_share_one_token_of_drf(demonstration):
    choose(demonstration, "Django REST framework’s token")  # noqa: RUF001
    expect(demonstration.locator("#about")).to_contain_text("one token, which every device shares")
    both_logged_in(demonstration)
    press(demonstration, "phone", "Log out")
    expect_status(demonstration, "laptop", 401)


def test_page_contains_no_tokens(demonstration):
    with demonstration.expect_response("**/api/token/") as answered:
        log_in(demonstration, "phone")
    pair = answered.value.json()
    shown = demonstration.content()
    assert not [raw for raw in (*pair.values(), PASSWORD) if raw in shown]
    expect(demonstration.locator("#wire")).to_contain_text(
        re.compile(r"Bearer .access [0-9a-f]{8}")
    )


def test_missing_password_is_requested(page, origin):
    page.goto(origin)
    page.locator("#phone").get_by_role("button", name="Log in as alice").click()
    expect(page.get_by_label("Password")).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("Enter the password first")


def test_demonstration_works_by_keyboard(demonstration):
    def press_focused(name):
        for _ in range(40):
            if demonstration.locator(":focus").all_inner_texts() == [name]:
                return demonstration.keyboard.press("Enter")
            demonstration.keyboard.press("Tab")
        raise AssertionError(f"{name} was not reached")

    press_focused("Log in as alice")
    expect_status(demonstration, "phone", 200)
    expect(demonstration.locator("#phone [data-act=logout]")).to_be_focused()
    demonstration.keyboard.press("Tab")
    press_focused("Log out everywhere")
    expect_status(demonstration, "phone", 401)


def test_page_fits_a_phone(demonstration):
    demonstration.set_viewport_size({"width": 360, "height": 700})
    both_logged_in(demonstration)
    log_in(demonstration, "browser")
    width = demonstration.evaluate("document.documentElement.scrollWidth")
    assert width <= 360


@pytest.mark.parametrize("tone", TONES)
def test_page_follows_the_color_scheme(demonstration, picture, tone):
    demonstration.emulate_media(color_scheme=tone)
    demonstration.set_viewport_size({"width": 1200, "height": 800})
    both_logged_in(demonstration)
    log_in(demonstration, "browser")
    demonstration.wait_for_timeout(4000)
    press(demonstration, "laptop", "Log out")
    expect_status(demonstration, "laptop", 401)
    ground = demonstration.evaluate("getComputedStyle(document.body).backgroundColor")
    red = int(re.search(r"\d+", ground)[0])
    assert (red > 128) == (tone == "light")
    # What is below would be most of the picture's bytes.
    demonstration.locator(".columns").evaluate("below => (below.hidden = true)")
    demonstration.wait_for_timeout(400)
    picture(f"demonstration-{tone}")
