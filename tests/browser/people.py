"""What people do on more than one page."""

from __future__ import annotations

from tests.demonstration import PASSWORD


def log_in_to_admin(page):
    """On the page that asks the administrator of the demonstration for the password."""
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def run_action(page, row, label):
    """Choose the first row that has the text ``row``, and an action for it."""
    page.get_by_role("row", name=row).first.get_by_role("checkbox").check()
    page.get_by_label("Action:").select_option(label)
    page.get_by_role("button", name="Run").or_(page.get_by_role("button", name="Go")).click()
