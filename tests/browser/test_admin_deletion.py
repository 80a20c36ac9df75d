from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from playwright.sync_api import expect

from tests.browser.admin import run_action
from tests.factories import AuthTokenFactory, UserFactory
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken

VIEW = ["view_revokedtoken"]
VIEW_AND_DELETE = [*VIEW, "delete_revokedtoken"]
VIEW_AND_RESTORE = [*VIEW, "restore_revokedtoken"]


@pytest.fixture
def row(transactional_db):
    services.revoke(AuthTokenAdapter().identify(AuthTokenFactory()))
    return RevokedToken.objects.get()


@pytest.fixture
def open_row(visit, row):
    """Return a function that opens the row as staff with these permissions."""

    def opening(codenames):
        staff = UserFactory(username="sue", is_staff=True)
        staff.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        return visit(f"/admin/token_revocation/revokedtoken/{row.pk}/change/", staff)

    return opening


@pytest.mark.parametrize("codenames", [VIEW, VIEW_AND_DELETE])
def test_row_in_force_has_no_delete_link_without_permission(open_row, codenames):
    page = open_row(codenames)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Delete")).to_have_count(0)
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    assert RevokedToken.objects.exists()


def test_confirmation_explains_the_consequence(open_row):
    page = open_row(VIEW_AND_RESTORE)
    page.get_by_role("link", name="Delete").click()
    expect(page.locator(".errornote")).to_contain_text("the token is accepted again")
    assert RevokedToken.objects.exists()
    page.get_by_role("button", name="Yes").click()
    page.get_by_text("was deleted successfully").wait_for()
    assert not RevokedToken.objects.exists()


def test_cancelled_deletion_changes_nothing(open_row):
    page = open_row(VIEW_AND_RESTORE)
    page.get_by_role("link", name="Delete").click()
    page.wait_for_url("**/delete/")  # Until it has loaded, the link has no script behind it.
    page.get_by_role("link", name="No, take me back").click()
    expect(page.get_by_role("link", name="Delete")).to_be_visible()
    assert RevokedToken.objects.exists()


def test_action_keeps_rows_in_force(visit, superuser, row):
    page = visit("/admin/token_revocation/revokedtoken/", superuser)
    run_action(page, row.fingerprint, "delete_selected")
    page.get_by_text("No selected revocation has expired.").wait_for()
    assert RevokedToken.objects.exists()
