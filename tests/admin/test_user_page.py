"""The page of one user."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry

from tests.admin.sending import page_of
from tests.factories import AuthTokenFactory, UserFactory
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.testing.databases import failing_database
from token_revocation.tokens import Subject, TokenRef

BUTTON = 'value="Revoke"'
EVERYWHERE = 'value="Log out everywhere"'


def log_out(client, user):
    return client.post(page_of(user, "revoke"), {"everything": "1"}, follow=True)


def revoke(client, user, token):
    chosen = {"token": str(AuthTokenAdapter().identify(token).family_key)}
    return client.post(page_of(user, "revoke"), chosen, follow=True)


def test_it_lists_the_active_tokens_without_a_secret(superuser_client, token, user):
    page = superuser_client.get(page_of(user)).text
    assert AuthTokenAdapter().identify(token).fingerprint in page
    assert BUTTON in page
    assert EVERYWHERE in page
    assert token.key not in page


def test_one_click_ends_a_token(superuser_client, holder, token, user):
    page = revoke(superuser_client, user, token)

    row = RevokedToken.objects.get()
    assert page.redirect_chain == [(page_of(user), 302)]
    assert f"Revoked: token {row.fingerprint}." in page.text
    assert (row.reason, row.revoked_by) == (Reason.ADMIN, superuser_client.staff)
    assert LogEntry.objects.get().object_repr == str(row)
    assert holder.get("/protected/").json()["code"] == "token_revoked"
    assert BUTTON not in page.text


def test_one_click_ends_them_all(superuser_client, holder, user):
    page = log_out(superuser_client, user)

    cutoff = TokenCutoff.objects.get()
    assert f"Logged out everywhere: {user}." in page.text
    assert (cutoff.subject_id, cutoff.revoked_by) == (str(user.pk), superuser_client.staff)
    assert LogEntry.objects.get().object_repr == str(user)
    assert holder.get("/protected/").status_code == 401


@pytest.mark.parametrize("whose", ["another's", "nobody's"])
def test_a_token_that_is_not_on_the_page_is_not_ended(superuser_client, user, whose):
    other = AuthTokenFactory()
    if whose == "nobody's":
        page = superuser_client.post(page_of(user, "revoke"), follow=True)
    else:
        page = revoke(superuser_client, user, other)
    assert "This token had ended already." in page.text
    assert not RevokedToken.objects.exists()


def test_a_session_ends_as_a_whole(superuser_client, user, monkeypatch):
    token = TokenRef(kind="x", identifier="1", subjects=(Subject.session("s1"),))
    monkeypatch.setattr(AuthTokenAdapter, "active_tokens", lambda *args: [token])
    chosen = {"token": str(token.family_key)}
    superuser_client.post(page_of(user, "revoke"), chosen)
    assert str(TokenCutoff.objects.get()) == "session s1"
    assert LogEntry.objects.get().object_repr == "session s1"


def test_a_viewer_sees_and_cannot_act(staff_client, token, user):
    label = page_of(user).split("/")[2]
    client = staff_client(f"{label}.view_user", "token_revocation.view_revokedtoken")

    page = client.get(page_of(user)).text

    assert AuthTokenAdapter().identify(token).fingerprint in page
    assert BUTTON not in page
    assert EVERYWHERE not in page
    assert revoke(client, user, token).status_code == 403
    assert log_out(client, user).status_code == 403


@pytest.mark.parametrize(
    ("permission", "buttons"),
    [("add_revokedtoken", (True, False)), ("add_tokencutoff", (False, True))],
)
def test_each_permission_gives_its_button(staff_client, token, user, permission, buttons):
    label = page_of(user).split("/")[2]
    client = staff_client(f"{label}.view_user", f"token_revocation.{permission}")
    page = client.get(page_of(user)).text
    assert (BUTTON in page, EVERYWHERE in page) == buttons


def test_who_may_not_see_the_user_ends_nothing(staff_client, token, user):
    client = staff_client("token_revocation.add_revokedtoken", "token_revocation.add_tokencutoff")
    assert revoke(client, user, token).status_code == 403
    assert log_out(client, user).status_code == 403


def test_who_may_do_nothing_with_revocations_sees_the_page_as_it_was(staff_client, token, user):
    label = page_of(user).split("/")[2]
    page = staff_client(f"{label}.view_user").get(page_of(user)).text
    assert "Active tokens" not in page


def test_a_link_ends_nothing_and_nobody_is_not_found(superuser_client, user):
    assert superuser_client.get(page_of(user, "revoke")).status_code == 405
    user.pk = 0
    assert log_out(superuser_client, user).status_code == 404


def test_the_page_opens_while_nobody_can_say(superuser_client, user):
    with failing_database("SELECT", "authtoken_token"):
        page = superuser_client.get(page_of(user))
    assert page.status_code == 200
    assert "Revocation is temporarily unavailable." in page.text


@pytest.mark.parametrize("words", [("INSERT INTO", "tokencutoff"), ("INSERT INTO", "admin_log")])
def test_an_outage_ends_nothing_and_is_said(superuser_client, holder, user, words):
    with failing_database(*words):
        page = log_out(superuser_client, user)
    assert "Revocation is temporarily unavailable." in page.text
    assert not TokenCutoff.objects.exists()
    assert holder.get("/protected/").status_code == 200


def test_many_tokens_are_not_all_listed(superuser_client, user, monkeypatch):
    many = [TokenRef(kind="x", identifier=str(n)) for n in range(102)]
    monkeypatch.setattr(AuthTokenAdapter, "active_tokens", lambda *args: many)
    page = superuser_client.get(page_of(user)).text
    assert page.count(BUTTON) == 100
    assert "And 2 more." in page


def test_adding_a_user_is_as_it_was(superuser_client, user):
    page = superuser_client.get(page_of(user).replace(f"{user.pk}/change", "add"))
    assert page.status_code == 200
    assert "Active tokens" not in page.text


def test_it_says_until_when(superuser_client, user, settings):
    AuthTokenFactory(user=user)
    assert "for ever" in superuser_client.get(page_of(user)).text
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": timedelta(days=1)}
    assert "for ever" not in superuser_client.get(page_of(user)).text


def test_other_users_keep_their_tokens(superuser_client, holder, user):
    log_out(superuser_client, UserFactory())
    assert holder.get("/protected/").status_code == 200
