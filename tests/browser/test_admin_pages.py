"""Content security policy, width and keyboard access of all admin pages."""

from __future__ import annotations

import re

import pytest

INLINE = re.compile(r"<style|\sstyle=|<script>|\son\w+=|javascript:")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_comply_with_the_content_security_policy(
    visit, superuser, admin_paths, settings, language
):
    """The fixture ``page`` fails the test for violations in the console."""
    settings.LANGUAGE_CODE = language
    for path, part in admin_paths.items():
        page = visit(path, superuser)
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        html = page.locator(part).inner_html()
        assert not INLINE.search(html), path


def test_pages_fit_a_phone(page, visit, superuser, admin_paths):
    page.set_viewport_size({"width": 360, "height": 700})
    for path in admin_paths:
        visit(path, superuser)
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert (path, wider) <= (path, 0)


def test_token_is_revoked_by_keyboard(page, visit, superuser, admin_paths):
    visit(next(path for path in admin_paths if "/auth/user/" in path), superuser)
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.locator(".active-tokens td :focus").count():
            break
    page.keyboard.press("Enter")
    page.get_by_text("was revoked.").wait_for()
