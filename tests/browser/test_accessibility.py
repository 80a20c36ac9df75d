"""What axe knows of WCAG 2.2, on every page of ours, in either theme and direction."""

from __future__ import annotations

import pytest

pytest.importorskip("axe_playwright_python")

from axe_playwright_python.sync_playwright import Axe

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
DJANGOS = [["#changelist-filter"], [".paginator"], [".actions"]]
THEMES = [("light", "en"), ("dark", "en"), ("light", "ar"), ("dark", "ar")]


@pytest.fixture
def context_options(context_options):
    """Without the policy, as axe tries out styles of its own."""
    return {**context_options, "bypass_csp": True}


def violations(page, part="body"):
    context = {"include": [[part]], "exclude": DJANGOS}
    found = Axe().run(page, context=context, options=RULES).response["violations"]
    return [(v["id"], [node["html"] for node in v["nodes"]]) for v in found]


@pytest.mark.parametrize(("theme", "language"), THEMES)
def test_the_pages_of_the_admin(page, visit, superuser, admin_paths, settings, theme, language):
    settings.LANGUAGE_CODE = language
    page.emulate_media(color_scheme=theme)
    for path, part in admin_paths.items():
        visit(path, superuser)
        assert (path, violations(page, part)) == (path, [])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_demonstration(demonstration, theme):
    demonstration.emulate_media(color_scheme=theme, reduced_motion="reduce")
    assert violations(demonstration) == []
    phone = demonstration.locator("#phone")
    phone.get_by_role("button", name="Log in as alice").click()
    phone.get_by_role("button", name="Log out", exact=True).click()
    phone.locator("[data-state=refused]").or_(phone).get_by_text("revoked").wait_for()
    assert violations(demonstration) == []
