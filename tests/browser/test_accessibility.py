"""WCAG 2.2 checks by axe of every page, in both themes and directions."""

from __future__ import annotations

import pytest

pytest.importorskip("axe_playwright_python")

from axe_playwright_python.sync_playwright import Axe

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
DJANGO_PARTS = [["#changelist-filter"], [".paginator"], [".actions"]]
THEMES = [("light", "en"), ("dark", "en"), ("light", "ar"), ("dark", "ar")]


@pytest.fixture
def context_options(context_options):
    """Options without the content security policy, because axe sets inline styles."""
    return {**context_options, "bypass_csp": True}


def violations(page, part="body"):
    context = {"include": [[part]], "exclude": DJANGO_PARTS}
    found = Axe().run(page, context=context, options=RULES).response["violations"]
    return [(v["id"], [node["html"] for node in v["nodes"]]) for v in found]


@pytest.mark.parametrize(("theme", "language"), THEMES)
def test_admin_pages_have_no_violations(
    page, visit, superuser, admin_paths, settings, theme, language
):
    settings.LANGUAGE_CODE = language
    page.emulate_media(color_scheme=theme)
    for path, part in admin_paths.items():
        visit(path, superuser)
        assert (path, violations(page, part)) == (path, [])


@pytest.mark.parametrize(("theme", "language"), THEMES)
def test_sessions_page_has_no_violations(sessions_page, settings, theme, language):
    page, settings.LANGUAGE_CODE = sessions_page, language
    page.emulate_media(color_scheme=theme)
    page.reload()
    page.locator("summary").first.click()
    assert violations(page) == []
    page.locator("details button").first.click()
    page.locator(".token-sessions-messages").wait_for()
    assert violations(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_demonstration_has_no_violations(demonstration, theme):
    demonstration.emulate_media(color_scheme=theme, reduced_motion="reduce")
    assert violations(demonstration) == []
    phone = demonstration.locator("#phone")
    phone.get_by_role("button", name="Log in as alice").click()
    phone.get_by_role("button", name="Log out", exact=True).click()
    phone.locator("[data-state=rejected]").or_(phone).get_by_text("revoked").wait_for()
    browser = demonstration.locator("#browser")
    browser.get_by_role("button", name="Log in as alice").click()
    browser.get_by_text("hello alice").wait_for()
    assert violations(demonstration) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_login_page_has_no_violations(page, origin, theme):
    page.emulate_media(color_scheme=theme)
    page.goto(f"{origin}/account/sessions/")
    page.get_by_label("User name").fill("alice")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    page.locator(".errorlist").wait_for()
    assert violations(page) == []
