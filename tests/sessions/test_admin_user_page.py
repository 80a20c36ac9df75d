"""The sessions on the admin page of a user."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry

from tests.admin.pages import user_path
from tests.factories import UserFactory
from tests.sessions.rows import make_session
from token_revocation import services
from token_revocation.clock import now
from token_revocation.models import Reason, TokenCutoff
from token_revocation.sessions import _admin_revocation
from token_revocation.sessions.services import active_sessions
from token_revocation.testing._databases import failing_database

HEADING = "Active sessions"
FIELD = 'name="session"'
VIEW_USER = "auth.view_user"
VIEW = "token_sessions.view_tokensession"
REVOKE = "token_revocation.add_revokedtoken"


def revoke(client, user, row):
    return client.post(user_path(user, "revoke"), {"session": str(row.pk)}, follow=True)


def test_active_sessions_are_listed(superuser_client, user):
    row = make_session(user, user_agent="Firefox <1>", ip_address="192.0.2.7")
    make_session(user, ended_at=now(), name="Ended")
    make_session(UserFactory(), name="Not of the user")

    page = superuser_client.get(user_path(user)).text

    assert page.count(FIELD) == 1
    for text in (HEADING, "Firefox &lt;1&gt;", "192.0.2.7", row.pk.hex[:8], f"user_ref={user.pk}"):
        assert text in page
    assert str(row.current_key) not in page
    assert "Ended" not in page
    assert "Not of the user" not in page


def test_button_revokes_the_session(superuser_client, user):
    row, other = make_session(user), make_session(user)

    page = revoke(superuser_client, user, row)

    assert page.redirect_chain == [(user_path(user), 302)]
    assert f"Session {row.pk.hex[:8]} was revoked." in page.text
    assert active_sessions(user) == [other]
    cutoff = TokenCutoff.objects.get()
    assert (cutoff.reason, cutoff.revoked_by) == (Reason.ADMIN, superuser_client.staff)
    assert LogEntry.objects.get().object_id == str(row.pk)


def test_log_out_everywhere_ends_the_sessions(superuser_client, user):
    make_session(user)
    page = superuser_client.post(user_path(user, "revoke"), {"everything": "1"}, follow=True)
    assert "No active sessions." in page.text
    assert f"User {user} was logged out everywhere." in page.text


def test_session_of_another_user_is_not_revoked(superuser_client, user):
    page = revoke(superuser_client, user, make_session(UserFactory()))
    assert "The session is no longer active." in page.text
    assert not TokenCutoff.objects.exists()


def test_ended_session_is_not_revoked_again(superuser_client, user):
    row = make_session(user)
    services.revoke_session(str(row.pk))
    page = revoke(superuser_client, user, row)
    assert "The session is no longer active." in page.text


@pytest.mark.parametrize(
    ("permissions", "is_listed", "can_revoke"),
    [
        ([VIEW_USER], False, False),
        ([VIEW_USER, REVOKE], False, True),
        ([VIEW_USER, VIEW], True, False),
        ([VIEW_USER, VIEW, REVOKE], True, True),
        ([VIEW, REVOKE], False, False),
    ],
)
def test_list_and_buttons_require_permissions(
    staff_client, user, permissions, is_listed, can_revoke
):
    client, row = staff_client(*permissions), make_session(user)
    page = client.get(user_path(user)).text
    assert (HEADING in page) is is_listed
    assert (FIELD in page) is (is_listed and can_revoke)
    revoke(client, user, row)
    assert TokenCutoff.objects.exists() is can_revoke


def test_number_of_listed_sessions_is_limited(superuser_client, user, monkeypatch):
    monkeypatch.setattr(_admin_revocation, "MAX_SESSIONS", 2)
    for _ in range(5):
        make_session(user)
    page = superuser_client.get(user_path(user)).text
    assert page.count(FIELD) == 2
    assert "And 3 more." in page


def test_page_opens_during_an_outage(superuser_client, user):
    with failing_database("SELECT", "token_sessions"):
        page = superuser_client.get(user_path(user))
    assert page.status_code == 200
    assert "Revocation is temporarily unavailable." in page.text


def test_failed_revocation_shows_an_error(superuser_client, user):
    row = make_session(user)
    with failing_database("INSERT INTO", "tokencutoff"):
        page = revoke(superuser_client, user, row)
    assert "Revocation is temporarily unavailable." in page.text
    assert active_sessions(user) == [row]
