"""The page "Your sessions", under a strict policy and without JavaScript."""

from __future__ import annotations

import pytest

from token_revocation.models import TokenCutoff

START_OF = """(node, word) => {
    const range = document.createRange(), start = node.textContent.indexOf(word)
    range.setStart(node.firstChild, start)
    range.setEnd(node.firstChild, start + word.length)
    return range.getBoundingClientRect().x
}"""


@pytest.fixture
def context_options(context_options):
    """Options without JavaScript in the page; Playwright can still evaluate expressions."""
    return {**context_options, "java_script_enabled": False}


def card(page, text):
    return page.get_by_role("listitem").filter(has_text=text)


def test_other_session_is_logged_out(sessions_page):
    card(sessions_page, "Phone").get_by_role("button", name="Log out").click()
    sessions_page.get_by_text("“Phone” was logged out.").wait_for()
    assert sessions_page.locator(".token-session").count() == 2
    assert TokenCutoff.objects.get().subject_type == "session"


def test_all_others_are_logged_out(sessions_page):
    sessions_page.get_by_role("button", name="Log out all others").click()
    sessions_page.get_by_text("All other sessions were logged out.").wait_for()
    assert sessions_page.locator(".token-session").count() == 1
    assert card(sessions_page, "This device").is_visible()


def test_session_is_renamed_by_keyboard(sessions_page):
    page = sessions_page
    for _ in range(4):  # The first two cards have a button and a summary each.
        page.keyboard.press("Tab")
    assert card(page, "Phone").locator("summary:focus").count() == 1
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("Old phone")
    page.keyboard.press("Enter")
    page.get_by_text("The session was renamed.").wait_for()
    assert page.get_by_role("heading", name="Old phone").is_visible()


def test_buttons_name_their_session(sessions_page):
    button = card(sessions_page, "Phone").get_by_role("button", name="Log out")
    described_by = button.get_attribute("aria-describedby")
    assert sessions_page.locator(f"[id='{described_by}']").inner_text() == "Phone"


@pytest.mark.parametrize("language", ["en", "ar", "de"])
def test_page_fits_a_phone(sessions_page, settings, language):
    page, settings.LANGUAGE_CODE = sessions_page, language
    page.set_viewport_size({"width": 390, "height": 800})
    page.reload()
    page.locator("summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    for control in page.locator("button, summary, input:not([type=hidden])").all():
        box = control.bounding_box()
        assert box is None or (box["height"] >= 44 and box["x"] >= 0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_page_follows_the_theme(sessions_page, picture, theme):
    sessions_page.emulate_media(color_scheme=theme)
    color = sessions_page.locator("h1").evaluate("heading => getComputedStyle(heading).color")
    red = int(color.strip("rgb()").split(",")[0])
    assert (red > 127) == (theme == "dark")
    picture(f"sessions-{theme}")


def test_focus_is_visible(sessions_page):
    sessions_page.keyboard.press("Tab")
    style = sessions_page.locator(":focus").evaluate("node => getComputedStyle(node).outlineStyle")
    assert style == "solid"


def test_page_follows_the_direction(sessions_page, settings):
    settings.LANGUAGE_CODE = "ar"
    sessions_page.reload()
    heading, button = (sessions_page.locator(f".current {name}").first for name in ("h2", "button"))
    assert heading.bounding_box()["x"] > button.bounding_box()["x"]


def test_label_reads_in_the_direction_of_the_page(sessions_page, settings):
    page, settings.LANGUAGE_CODE = sessions_page, "ar"
    page.reload()
    label = page.locator(".current h2 bdi")
    assert label.evaluate(START_OF, "Firefox") > label.evaluate(START_OF, "Windows")


@pytest.mark.parametrize("language", ["en", "ar", "de", "fr", "pt-br"])
def test_values_of_a_session_are_aligned(sessions_page, settings, language):
    page, settings.LANGUAGE_CODE = sessions_page, language
    page.reload()
    boxes = [value.bounding_box() for value in page.locator(".current dd").all()]
    assert len(boxes) > 2
    assert len({(box["x"], box["width"]) for box in boxes}) == 1
