"""Active tokens on the admin page of a user."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry

from tests.admin.pages import user_path
from tests.factories import AuthTokenFactory, UserFactory
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.testing._databases import failing_database
from token_revocation.tokens import Subject, TokenRef

BUTTON = 'value="Revoke"'
EVERYWHERE = 'value="Log out everywhere"'


def log_out(client, user):
    return client.post(user_path(user, "revoke"), {"everything": "1"}, follow=True)


def revoke(client, user, token):
    chosen = {"token": str(AuthTokenAdapter().identify(token).family_key)}
    return client.post(user_path(user, "revoke"), chosen, follow=True)


def test_active_tokens_are_listed_without_secrets(superuser_client, token, user):
    page = superuser_client.get(user_path(user)).text
    assert AuthTokenAdapter().identify(token).fingerprint in page
    assert BUTTON in page
    assert EVERYWHERE in page
    assert token.key not in page


def test_button_revokes_a_token(superuser_client, holder, token, user):
    page = revoke(superuser_client, user, token)

    row = RevokedToken.objects.get()
    assert page.redirect_chain == [(user_path(user), 302)]
    assert f"Token {row.fingerprint} was revoked." in page.text
    assert (row.reason, row.revoked_by) == (Reason.ADMIN, superuser_client.staff)
    assert LogEntry.objects.get().object_repr == str(row)
    assert holder.get("/protected/").json()["code"] == "token_revoked"
    assert BUTTON not in page.text


def test_button_logs_out_everywhere(superuser_client, holder, user):
    page = log_out(superuser_client, user)

    cutoff = TokenCutoff.objects.get()
    assert f"User {user} was logged out everywhere." in page.text
    assert (cutoff.subject_id, cutoff.revoked_by) == (str(user.pk), superuser_client.staff)
    assert LogEntry.objects.get().object_repr == str(user)
    assert holder.get("/protected/").status_code == 401


@pytest.mark.parametrize("whose", ["other", "missing"])
def test_token_of_another_user_is_not_revoked(superuser_client, user, whose):
    other = AuthTokenFactory()
    if whose == "missing":
        page = superuser_client.post(user_path(user, "revoke"), follow=True)
    else:
        page = revoke(superuser_client, user, other)
    assert "The token is no longer active." in page.text
    assert not RevokedToken.objects.exists()


def test_session_is_revoked_as_a_whole(superuser_client, user, monkeypatch):
    token = TokenRef(kind="x", identifier="1", subjects=(Subject.session("s1"),))
    monkeypatch.setattr(AuthTokenAdapter, "active_tokens", lambda *args: [token])
    chosen = {"token": str(token.family_key)}
    superuser_client.post(user_path(user, "revoke"), chosen)
    assert str(TokenCutoff.objects.get()) == "session s1"
    assert LogEntry.objects.get().object_repr == "session s1"


def test_viewer_sees_tokens_without_buttons(staff_client, token, user):
    label = user_path(user).split("/")[2]
    client = staff_client(f"{label}.view_user", "token_revocation.view_revokedtoken")

    page = client.get(user_path(user)).text

    assert AuthTokenAdapter().identify(token).fingerprint in page
    assert BUTTON not in page
    assert EVERYWHERE not in page
    assert revoke(client, user, token).status_code == 403
    assert log_out(client, user).status_code == 403


@pytest.mark.parametrize(
    ("permission", "buttons"),
    [("add_revokedtoken", (True, False)), ("add_tokencutoff", (False, True))],
)
def test_buttons_depend_on_permissions(staff_client, token, user, permission, buttons):
    label = user_path(user).split("/")[2]
    client = staff_client(f"{label}.view_user", f"token_revocation.{permission}")
    page = client.get(user_path(user)).text
    assert (BUTTON in page, EVERYWHERE in page) == buttons


def test_revoking_requires_permission_to_view_the_user(staff_client, token, user):
    client = staff_client("token_revocation.add_revokedtoken", "token_revocation.add_tokencutoff")
    assert revoke(client, user, token).status_code == 403
    assert log_out(client, user).status_code == 403


def test_page_is_unchanged_without_permissions(staff_client, token, user):
    label = user_path(user).split("/")[2]
    page = staff_client(f"{label}.view_user").get(user_path(user)).text
    assert "Active tokens" not in page


def test_revoke_view_requires_post_and_an_existing_user(superuser_client, user):
    assert superuser_client.get(user_path(user, "revoke")).status_code == 405
    user.pk = 0
    assert log_out(superuser_client, user).status_code == 404


def test_page_opens_during_an_outage(superuser_client, user):
    with failing_database("SELECT", "authtoken_token"):
        page = superuser_client.get(user_path(user))
    assert page.status_code == 200
    assert "Revocation is temporarily unavailable." in page.text


@pytest.mark.parametrize("words", [("INSERT INTO", "tokencutoff"), ("INSERT INTO", "admin_log")])
def test_failed_revocation_shows_an_error(superuser_client, holder, user, words):
    with failing_database(*words):
        page = log_out(superuser_client, user)
    assert "Revocation is temporarily unavailable." in page.text
    assert not TokenCutoff.objects.exists()
    assert holder.get("/protected/").status_code == 200


def test_number_of_listed_tokens_is_limited(superuser_client, user, monkeypatch):
    many = [TokenRef(kind="x", identifier=str(n)) for n in range(102)]
    monkeypatch.setattr(AuthTokenAdapter, "active_tokens", lambda *args: many)
    page = superuser_client.get(user_path(user)).text
    assert page.count(BUTTON) == 100
    assert "And 2 more." in page


def test_add_page_is_unchanged(superuser_client, user):
    page = superuser_client.get(user_path(user).replace(f"{user.pk}/change", "add"))
    assert page.status_code == 200
    assert "Active tokens" not in page.text


def test_expiry_is_shown(superuser_client, user, settings):
    AuthTokenFactory(user=user)
    assert "<td>never</td>" in superuser_client.get(user_path(user)).text
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": timedelta(days=1)}
    assert "<td>never</td>" not in superuser_client.get(user_path(user)).text


def test_tokens_of_other_users_stay_valid(superuser_client, holder, user):
    log_out(superuser_client, UserFactory())
    assert holder.get("/protected/").status_code == 200
