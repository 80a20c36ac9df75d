"""Rows of sessions are purged after their end, and deleted with their user."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, transaction

from tests.factories import UserFactory
from tests.queries import capture_queries
from tests.receivers.test_unmigrated_tables import missing_tables
from tests.signals import capture_signals
from token_revocation import services
from token_revocation.clock import now
from token_revocation.models import TokenCutoff
from token_revocation.sessions._metadata import ClientMetadata, store_user_agents
from token_revocation.sessions.models import TokenSession, UserAgent
from token_revocation.sessions.signals import session_ended

pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO, RECENTLY = now() - timedelta(days=40), now() - timedelta(days=20)
LATER = now() + timedelta(days=20)


def make_row(user=None, **columns):
    columns = {"created_at": LONG_AGO, "last_used_at": LONG_AGO, "kind": "authtoken", **columns}
    columns.setdefault("purge_after", columns.get("ended_at") or columns.get("expires_at"))
    pk = uuid4()
    user_ref = str(user.pk) if user else ""
    return TokenSession.objects.create(id=pk, current_key=pk, user_ref=user_ref, **columns)


def purge(*arguments):
    out = StringIO()
    call_command("purge_revoked_tokens", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.mark.parametrize(
    ("columns", "is_purged"),
    [
        ({"expires_at": LONG_AGO}, True),
        ({"ended_at": LONG_AGO}, True),
        ({"ended_at": LONG_AGO, "expires_at": LATER}, True),
        ({"expires_at": RECENTLY}, False),
        ({"ended_at": RECENTLY, "expires_at": LATER}, False),
        ({"expires_at": LATER, "purge_after": LONG_AGO}, False),
        ({"expires_at": None}, False),
        ({"expires_at": None, "purge_after": LONG_AGO}, False),
    ],
)
def test_row_is_purged_after_its_end_and_the_retention(columns, is_purged):
    make_row(**columns)
    expected = f"{int(is_purged)} sessions."
    assert f"Would delete {expected}" in purge("--dry-run")
    assert TokenSession.objects.exists()
    assert f"Deleted {expected}" in purge()
    assert TokenSession.objects.exists() is not is_purged


def test_retention_is_a_setting(settings):
    settings.TOKEN_REVOCATION = {"SESSION_RETENTION": timedelta(days=10)}
    make_row(expires_at=RECENTLY)
    assert json.loads(purge("--json"))["sessions"] == 1


def test_row_with_a_later_end_is_not_read_again():
    row = make_row(expires_at=LATER, purge_after=LONG_AGO)
    purge()
    row.refresh_from_db()
    assert row.purge_after == LATER
    assert [sql for sql in capture_queries(purge) if 'UPDATE "token_sessions' in sql] == []


def test_many_rows_are_purged_in_batches():
    rows = [make_row(expires_at=LONG_AGO) for _ in range(7)]
    kept = [make_row(expires_at=LATER, purge_after=LONG_AGO) for _ in range(3)]
    deletes = [sql for sql in capture_queries(lambda: purge("--batch-size=2")) if is_delete(sql)]
    assert len(deletes) >= len(rows) // 2
    assert set(TokenSession.objects.values_list("pk", flat=True)) == {row.pk for row in kept}


def is_delete(sql):
    return sql.startswith("DELETE") and "tokensession" in sql


@pytest.mark.parametrize("is_client", [True, False])
def test_purge_records_ends_by_cutoffs_of_many_users(user, is_client):
    affected = [make_row(user, client_id="app") for _ in range(3)]
    other_client = make_row(user, client_id="other")
    later = make_row(user, client_id="app", created_at=LATER)
    if is_client:
        services.revoke_client("app", reason="admin", revoked_by=user)
    else:
        services.revoke_everyone(reason="admin", revoked_by=user)
        affected.append(other_client)
    with capture_signals(session_ended) as ended:
        purge()
    cutoff = TokenCutoff.objects.get()
    for row in TokenSession.objects.all():
        expected = cutoff.not_before if row in affected else None
        assert (row.ended_at, row.purge_after) == (expected, expected)
        assert row.end_reason == ("admin" if expected else "")
    assert later.pk not in {row.pk for row in affected}
    assert ended == []
    services.restore(cutoff)
    assert not TokenSession.objects.exclude(ended_at=None).exists()


def test_ends_are_not_recorded_again():
    services.revoke_everyone()
    purge()
    TokenCutoff.objects.update(revoked_at=now() - timedelta(days=2))
    make_row()
    queries = capture_queries(purge)
    assert not any('UPDATE "token_sessions' in sql for sql in queries)


def test_user_agents_without_a_session_are_purged():
    clients = [ClientMetadata("curl/8"), ClientMetadata("curl/9"), ClientMetadata("curl/10")]
    store_user_agents(set(clients), "default")
    make_row(expires_at=LONG_AGO, user_agent_id=clients[0].user_agent_id)
    make_row(expires_at=LONG_AGO, user_agent_id=clients[1].user_agent_id)
    make_row(expires_at=LATER, user_agent_id=clients[1].user_agent_id)
    make_row(expires_at=LATER)
    assert "Deleted 2 sessions." in purge()
    assert [agent.text for agent in UserAgent.objects.all()] == ["curl/9"]


def test_status_counts_the_sessions():
    make_row()
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("revocation_status", stdout=out)
    assert "sessions: 1" in out.getvalue()


@pytest.mark.parametrize("is_bulk", [True, False])
def test_sessions_are_deleted_with_their_user(user, is_bulk):
    kept = make_row(UserFactory())
    for owner in (user, UserFactory()):
        make_row(owner)
        make_row(owner)
    users = get_user_model().objects.exclude(pk=kept.user_ref)
    if is_bulk:
        users.delete()
    else:
        for each in users:
            each.delete()
    assert TokenSession.objects.get() == kept


def test_rollback_keeps_the_user_and_the_sessions(user):
    make_row(user)
    with transaction.atomic():
        user.delete()
        assert not TokenSession.objects.exists()
        transaction.set_rollback(True)
    assert TokenSession.objects.exists()


def test_bulk_deletion_takes_few_queries(user):
    for _ in range(20):
        make_row(UserFactory())
    queries = capture_queries(lambda: get_user_model().objects.all().delete())
    assert len([sql for sql in queries if is_delete(sql)]) == 1
    assert not TokenSession.objects.exists()


def test_user_can_be_deleted_before_the_migration(user):
    with missing_tables(TokenSession._meta.db_table):
        user.delete()
    assert TokenCutoff.objects.count() == 1
    assert not get_user_model().objects.exists()


def test_user_who_ended_sessions_can_be_deleted(user):
    row = make_row(ended_at=RECENTLY, ended_by=user)
    user.delete()
    assert TokenSession.objects.get(pk=row.pk).ended_by is None


def test_index_of_the_purge_is_used():
    if connection.vendor != "sqlite":
        pytest.skip("The plan depends on statistics.")
    rows = TokenSession.objects.filter(purge_after__lt=now()).order_by("purge_after")
    assert "tokensession_purge" in rows.values("pk").explain()
