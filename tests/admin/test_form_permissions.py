"""Who is offered what by the page "Revoke a token"."""

from __future__ import annotations

import pytest

from tests.admin.sending import CUTOFFS, REVOKED, nothing_happened, problems, send


def choices(page):
    return [value for value, _ in page.context["adminform"].form.fields["target"].choices]


CUT_OFF = ["user", "session", "client", "everyone"]


@pytest.mark.parametrize(
    ("path", "permission", "offered"),
    [(REVOKED, "add_revokedtoken", ["raw"]), (CUTOFFS, "add_tokencutoff", CUT_OFF)],
)
def test_each_permission_offers_what_it_permits(staff_client, path, permission, offered):
    client = staff_client(f"token_revocation.{permission}")

    assert choices(client.get(f"{path}add/")) == offered
    assert send(client, "user", "mallory", path=path).status_code == 200
    assert problems(send(client, "nobody", path=path)).keys() == {"target"}


def test_what_is_not_offered_cannot_be_sent(staff_client, user):
    client = staff_client("token_revocation.add_revokedtoken")
    assert "target" in problems(send(client, "user", user.username))
    assert nothing_happened()


def test_a_viewer_is_not_offered_the_page(staff_client, token):
    client = staff_client("token_revocation.view_revokedtoken")

    assert "Revoke a token" not in client.get(REVOKED).text
    assert client.get(f"{REVOKED}add/").status_code == 403
    assert send(client, "raw", token.key).status_code == 403
    assert nothing_happened()


def test_the_lists_lead_to_it(superuser_client):
    for path in (REVOKED, CUTOFFS):
        assert f'<a href="{path}add/" class="addlink">Revoke a token</a>' in (
            superuser_client.get(path).text
        )


def test_staff_who_may_only_revoke_come_back_to_the_front_page(staff_client, token):
    page = send(staff_client("token_revocation.add_revokedtoken"), "raw", token.key)
    assert page.redirect_chain == [("/admin/", 302)]
