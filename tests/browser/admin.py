"""Steps in the admin that several tests use."""

from __future__ import annotations

from tests.demonstration import PASSWORD


def log_in_to_admin(page):
    """Log in as the administrator of the demonstration."""
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def run_action(page, row, label):
    """Select the first row that contains ``row``, and run the action ``label``."""
    page.get_by_role("row", name=row).first.get_by_role("checkbox").check()
    page.get_by_label("Action:").select_option(label)
    page.get_by_role("button", name="Run").or_(page.get_by_role("button", name="Go")).click()
