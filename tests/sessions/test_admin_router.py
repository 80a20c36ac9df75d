"""The admin of sessions with sessions and revocations in a separate database."""

from __future__ import annotations

import pytest

from tests.admin.pages import user_path
from tests.separate_database import REVOCATION_DATABASE
from tests.sessions.rows import make_session
from token_revocation import services
from token_revocation.models import TokenCutoff
from token_revocation.sessions.services import active_sessions

pytestmark = [
    pytest.mark.django_db(databases=["default", REVOCATION_DATABASE]),
    pytest.mark.usefixtures("separate_database"),
]
LIST = "/admin/token_sessions/tokensession/"


@pytest.fixture
def row(user):
    return make_session(user, user_agent="Firefox", ip_address="192.0.2.7")


@pytest.mark.parametrize("query", [{}, {"q": "192.0.2.7"}, {"q": "user"}, {"state": "active"}])
def test_list_shows_users_of_another_database(row, user, superuser_client, query):
    page = superuser_client.get(LIST, query)
    assert [each.pk for each in page.context["cl"].result_list] == [row.pk]
    assert user.get_username() in page.text


def test_page_shows_who_ended_the_session(row, user, superuser_client):
    services.revoke_all(user, revoked_by=superuser_client.staff)
    page = superuser_client.get(f"{LIST}{row.pk}/change/").text
    assert user.get_username() in page
    assert superuser_client.staff.get_username() in page.partition("Ended by")[2]


def test_sessions_are_revoked(row, user, superuser_client):
    other = make_session(user)
    action = {"action": "revoke_selected_sessions", "_selected_action": [str(row.pk)]}
    assert "1 session was revoked." in superuser_client.post(LIST, action, follow=True).text
    assert active_sessions(user) == [other]

    superuser_client.post(user_path(user, "revoke"), {"session": str(other.pk)})

    assert active_sessions(user) == []
    assert TokenCutoff.objects.using(REVOCATION_DATABASE).count() == 2
