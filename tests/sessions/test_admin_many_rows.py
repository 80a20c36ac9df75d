"""The list of many sessions: indices for its filters, its pages, and a bounded search."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.admin.sites import site
from django.db import connection

from tests.factories import UserFactory
from tests.queries import capture_queries
from tests.sessions.rows import make_session
from token_revocation.clock import now
from token_revocation.models import TokenCutoff
from token_revocation.sessions._admin_rows import SessionPaginator
from token_revocation.sessions.models import TokenSession

pytestmark = pytest.mark.django_db

LIST = "/admin/token_sessions/tokensession/"


def shown(client, **query):
    return [row.pk for row in client.get(LIST, query).context["cl"].result_list]


def plan(client, path, model, query):
    """Return how the database reads the rows of a page."""
    rows = client.get(path, query).context["cl"].queryset
    assert rows.model is model
    return rows[:100].explain()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Servers read few rows without an index.")
@pytest.mark.parametrize(
    ("model", "query", "index"),
    [
        (TokenSession, {}, "tokensession_purge"),
        (TokenSession, {"kind": "knox"}, "tokensession_kind"),
        (TokenSession, {"state": "expired"}, "tokensession_purge"),
        (TokenSession, {"state": "ended"}, "tokensession_purge"),
        (TokenCutoff, {"reason": "leaked"}, "tokencutoff_reason"),
        (TokenCutoff, {"subject_type": "client"}, "tokencutoff_type"),
    ],
)
def test_a_filter_uses_an_index(superuser_client, model, query, index):
    path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    assert index in plan(superuser_client, path, model, query)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="MariaDB has no partial indices.")
def test_sessions_that_have_not_ended_are_in_no_index_of_reasons():
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'tokensession_reason'")
        assert "WHERE (NOT ((end_reason)::text = ''::text))" in cursor.fetchone()[0]


def test_each_session_is_on_one_page(superuser_client, monkeypatch):
    monkeypatch.setattr(site.get_model_admin(TokenSession), "list_per_page", 5)
    user = UserFactory()
    rows = {make_session(user, expires_at=None, purge_after=None).pk for _ in range(12)}
    pages = [shown(superuser_client, p=page) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [5, 5, 2]
    assert {pk for page in pages for pk in page} == rows


def test_the_list_is_ordered_by_its_index_alone(superuser_client):
    queries = capture_queries(lambda: shown(superuser_client))
    (rows,) = [sql for sql in queries if "ip_address" in sql]
    assert rows.partition(" ORDER BY ")[2].count(" DESC") == 1


def test_the_list_counts_up_to_a_limit(superuser_client, monkeypatch, user):
    monkeypatch.setattr(SessionPaginator, "max_rows", 3)
    monkeypatch.setattr(site.get_model_admin(TokenSession), "list_per_page", 2)
    for _ in range(4):
        make_session(user)
    page = superuser_client.get(LIST)
    assert page.context["cl"].result_count == 3
    assert len(page.context["cl"].result_list) == 2
    assert "There may be more rows." in page.text


def test_a_refreshed_session_is_active(superuser_client, user):
    row = make_session(
        user, created_at=now() - timedelta(days=3), expires_at=now() + timedelta(days=1)
    )
    TokenSession.objects.update(purge_after=now() - timedelta(days=2))
    assert shown(superuser_client, state="expired") == []
    assert shown(superuser_client, state="active") == [row.pk]


@pytest.mark.parametrize("text", ["192.0.2.9", "6a6ad7a2-5a23-4a86-8c35-3e57a7d2a4a0"])
def test_an_id_or_address_is_compared_with_whole_usernames(superuser_client, text):
    row = make_session(UserFactory(username=text))
    make_session(UserFactory(username=f"{text}.old"))
    assert shown(superuser_client, q=text) == [row.pk]
