from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry

from tests.factories import AuthTokenFactory, UserFactory
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.testing._databases import failing_database

TOKENS = "/admin/authtoken/tokenproxy/"


@pytest.fixture
def users(request):
    label = request.getfixturevalue("django_user_model")._meta
    return f"/admin/{label.app_label}/{label.model_name}/"


def choose(client, path, action, *users):
    ids = [str(user.pk) for user in users]
    return client.post(path, {"action": action, "_selected_action": ids}, follow=True)


def test_only_the_selected_token_is_revoked(superuser_client, holder, user):
    other = AuthTokenFactory()

    page = choose(superuser_client, TOKENS, "revoke_selected_tokens", user)

    assert "1 token was revoked." in page.text
    assert holder.get("/protected/").json()["code"] == "token_revoked"
    row = RevokedToken.objects.get()
    assert (row.user, row.reason, row.revoked_by) == (user, Reason.ADMIN, superuser_client.staff)
    assert other.user.auth_token


def test_log_out_everywhere_revokes_the_tokens_of_selected_users(
    superuser_client, holder, user, users
):
    page = choose(superuser_client, users, "log_out_everywhere", user, UserFactory())

    assert "2 users were logged out." in page.text
    assert holder.get("/protected/").status_code == 401
    cutoff = TokenCutoff.objects.get(subject_id=str(user.pk))
    assert (cutoff.reason, cutoff.revoked_by) == (Reason.ADMIN, superuser_client.staff)


@pytest.mark.trap("T26")
def test_actions_are_logged_without_secrets(superuser_client, token, user, users):
    choose(superuser_client, TOKENS, "revoke_selected_tokens", user)
    choose(superuser_client, users, "log_out_everywhere", user)

    revoked, logged_out = LogEntry.objects.order_by("pk")
    assert revoked.object_repr == str(RevokedToken.objects.get())
    assert logged_out.object_repr == str(user)
    assert token.key not in "".join(
        f"{entry.object_id}{entry.object_repr}{entry.change_message}"
        for entry in (revoked, logged_out)
    )


@pytest.mark.parametrize(
    ("permission", "offered"),
    [("token_revocation.add_revokedtoken", True), ("token_revocation.view_revokedtoken", False)],
)
def test_revoking_requires_permission_to_add_a_revoked_token(
    staff_client, token, user, permission, offered
):
    client = staff_client("authtoken.view_tokenproxy", permission)

    page = client.get(TOKENS)
    choose(client, TOKENS, "revoke_selected_tokens", user)

    assert ("revoke_selected_tokens" in page.text) is offered
    assert RevokedToken.objects.exists() is offered


def test_logging_out_requires_permission_to_add_a_cutoff(staff_client, user, users):
    label = users.split("/")[2]
    client = staff_client(f"{label}.view_user")

    page = choose(client, users, "log_out_everywhere", user)

    assert "log_out_everywhere" not in page.text
    assert not TokenCutoff.objects.exists()


def test_failed_revocation_shows_an_error(superuser_client, token, user):
    with failing_database("INSERT INTO", "revokedtoken"):
        page = choose(superuser_client, TOKENS, "revoke_selected_tokens", user)

    assert "Revocation is temporarily unavailable." in page.text
    assert "was revoked" not in page.text
    assert not RevokedToken.objects.exists()


@pytest.mark.parametrize("action", ["revoke_selected_tokens", "log_out_everywhere"])
def test_action_is_atomic(superuser_client, token, users, action):
    selected = [token.user, AuthTokenFactory().user, AuthTokenFactory().user]
    path = TOKENS if action == "revoke_selected_tokens" else users

    with failing_database("INSERT INTO", "django_admin_log"):
        page = choose(superuser_client, path, action, *selected)

    assert "Revocation is temporarily unavailable." in page.text
    assert not RevokedToken.objects.exists()
    assert not TokenCutoff.objects.exists()
    assert not LogEntry.objects.exists()
