from __future__ import annotations

import re

import pytest

pytest.importorskip("playwright")
pytest.importorskip("knox")
pytest.importorskip("oauth2_provider")
pytest.importorskip("rest_framework_simplejwt")

from playwright.sync_api import expect

from tests.browser.people import log_in_to_admin, run_action
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
def test_one_logs_out_and_the_other_stays(demonstration, kind):
    choose(demonstration, kind)
    both_logged_in(demonstration)
    expect(demonstration.locator("#tokens .chip")).to_have_count(2)
    press(demonstration, "phone", "Log out")
    expect_status(demonstration, "phone", 401)
    expect(demonstration.locator("#phone [data-part=meaning]")).to_have_text("revoked")
    expect(demonstration.locator("#tokens .chip")).to_have_text(["Laptop"])
    expect(demonstration.locator("#wire .sentence").first).to_contain_text("Promised: at once")
    expect_status(demonstration, "laptop", 200)


def test_logging_out_everywhere_turns_the_other_device(demonstration):
    both_logged_in(demonstration)
    press(demonstration, "laptop", "Log out everywhere")
    expect_status(demonstration, "phone", 401)
    timing = demonstration.locator("#phone [data-part=timing]")
    expect(timing).to_have_text(re.compile("first call after the end, .* later"))
    expect(demonstration.locator("#wire")).to_contain_text("every token of alice ended")


def test_the_admin_ends_every_token_of_a_user(demonstration, origin):
    both_logged_in(demonstration)
    with demonstration.expect_popup() as opened:
        demonstration.get_by_role("navigation").get_by_role("link", name="Admin").click()
    admin = opened.value
    log_in_to_admin(admin)
    run_action(admin, "alice", "Log out everywhere")
    demonstration.bring_to_front()
    for device in ("phone", "laptop"):
        expect_status(demonstration, device, 401)
    expect(demonstration.locator("#endings li").first).to_contain_text("by admin")


@pytest.mark.parametrize("kind", ["JSON Web Token", "OAuth Toolkit"])
def test_a_replayed_refresh_token_ends_its_session(demonstration, kind):
    choose(demonstration, kind)
    both_logged_in(demonstration)
    press(demonstration, "phone", "Refresh")
    press(demonstration, "phone", "Replay the used refresh token")
    expect_status(demonstration, "phone", 401)
    expect_status(demonstration, "laptop", 200)


def test_devices_share_the_one_token_of_django_rest_framework(demonstration):
    choose(demonstration, "Django REST framework’s own")  # noqa: RUF001
    expect(demonstration.locator("#about")).to_contain_text("one token, which every device shares")
    both_logged_in(demonstration)
    press(demonstration, "phone", "Log out")
    expect_status(demonstration, "laptop", 401)


def test_no_token_is_on_the_page(demonstration):
    with demonstration.expect_response("**/api/token/") as answered:
        log_in(demonstration, "phone")
    pair = answered.value.json()
    shown = demonstration.content()
    assert not [raw for raw in (*pair.values(), PASSWORD) if raw in shown]
    expect(demonstration.locator("#wire")).to_contain_text(
        re.compile(r"Bearer .access [0-9a-f]{8}")
    )


def test_without_a_password_it_asks_for_it(page, origin):
    page.goto(origin)
    page.locator("#phone").get_by_role("button", name="Log in as alice").click()
    expect(page.get_by_label("Password")).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("First type the password")


def test_the_keyboard_is_enough(demonstration):
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


def test_it_fits_a_phone(demonstration):
    demonstration.set_viewport_size({"width": 360, "height": 700})
    both_logged_in(demonstration)
    width = demonstration.evaluate("document.documentElement.scrollWidth")
    assert width <= 360


@pytest.mark.parametrize("tone", TONES)
def test_it_looks_good(demonstration, picture, tone):
    demonstration.emulate_media(color_scheme=tone)
    both_logged_in(demonstration)
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
