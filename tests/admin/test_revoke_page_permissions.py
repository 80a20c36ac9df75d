"""Permissions for the targets of the "Revoke tokens" page."""

from __future__ import annotations

import pytest

from tests.admin.pages import CUTOFFS, REVOKED, form_errors, nothing_is_stored, submit


def choices(page):
    return [value for value, _ in page.context["adminform"].form.fields["target"].choices]


CUT_OFF = ["user", "session", "client", "everyone"]


@pytest.mark.parametrize(
    ("path", "permission", "offered"),
    [(REVOKED, "add_revokedtoken", ["raw"]), (CUTOFFS, "add_tokencutoff", CUT_OFF)],
)
def test_targets_depend_on_permissions(staff_client, path, permission, offered):
    client = staff_client(f"token_revocation.{permission}")

    assert choices(client.get(f"{path}add/")) == offered
    assert submit(client, "user", "mallory", path=path).status_code == 200
    assert form_errors(submit(client, "unknown", path=path)).keys() == {"target"}


def test_target_without_permission_is_rejected(staff_client, user):
    client = staff_client("token_revocation.add_revokedtoken")
    assert "target" in form_errors(submit(client, "user", user.username))
    assert nothing_is_stored()


def test_viewer_cannot_open_the_page(staff_client, token):
    client = staff_client("token_revocation.view_revokedtoken")

    assert "Revoke tokens" not in client.get(REVOKED).text
    assert client.get(f"{REVOKED}add/").status_code == 403
    assert submit(client, "raw", token.key).status_code == 403
    assert nothing_is_stored()


def test_lists_link_to_the_page(superuser_client):
    for path in (REVOKED, CUTOFFS):
        assert f'<a href="{path}add/" class="addlink">Revoke tokens</a>' in (
            superuser_client.get(path).text
        )


def test_staff_without_view_permission_are_redirected_to_the_index(staff_client, token):
    page = submit(staff_client("token_revocation.add_revokedtoken"), "raw", token.key)
    assert page.redirect_chain == [("/admin/", 302)]
