"""What every page of ours in the admin has in common."""

from __future__ import annotations

import re

import pytest

INLINE = re.compile(r"<style|\sstyle=|<script>|\son\w+=|javascript:")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_it_keeps_to_the_policy(visit, superuser, admin_paths, settings, language):
    """A console that tells of a violation fails the test."""
    settings.LANGUAGE_CODE = language
    for path, part in admin_paths.items():
        page = visit(path, superuser)
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        ours = page.locator(part).inner_html()
        assert not INLINE.search(ours), path


def test_it_fits_a_phone(page, visit, superuser, admin_paths):
    page.set_viewport_size({"width": 360, "height": 700})
    for path in admin_paths:
        visit(path, superuser)
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert (path, wider) <= (path, 0)


def test_the_keyboard_is_enough_to_revoke(page, visit, superuser, admin_paths):
    visit(next(path for path in admin_paths if "/auth/user/" in path), superuser)
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.locator(".active-tokens td :focus").count():
            break
    page.keyboard.press("Enter")
    page.get_by_text("Revoked: token").wait_for()
