"""A hundred thousand rows: the same few queries, and none of them without a bound."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import UserFactory
from token_revocation.admin.listing import COUNTED
from token_revocation.models import RevokedToken

ROWS = 100_000
START = datetime(2024, 3, 1, tzinfo=UTC)
REVOKED = "/admin/token_revocation/revokedtoken/"
DAY = {"revoked_at__year": 2024, "revoked_at__month": 3, "revoked_at__day": 9}

# Of ours: the rows, how many there are as far as that is counted, and the oldest of them. Whoever
# has chosen a date needs no oldest; a search asks for users, and for what was pasted.
PINNED = [({}, 3), ({"p": 50}, 3), ({"reason": "admin"}, 3), ({"in_force": "yes"}, 3), (DAY, 2)]
SEARCHES = ["somebody", "99999", "ffffffff"]


COLUMNS = "key, kind, identifier, user_id, user_ref, revoked_at, reason, revoked_by_id, note"


def row(n, users):
    moment = f"{START + timedelta(minutes=n):%Y-%m-%d %H:%M:%S}"
    reason = "admin" if n % 2 else "logout"
    key = uuid.UUID(int=n << 64 | n).hex
    return key, "authtoken", str(n), users[n % 5], "", moment, reason, users[n % 3], ""


@pytest.fixture
def many(db):
    if connection.vendor != "sqlite":
        pytest.skip("Rows are written in the form that SQLite stores, for speed.")
    users = [UserFactory().pk for _ in range(5)]
    table = RevokedToken._meta.db_table
    insert = f"INSERT INTO {table} ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(insert, [row(n, users) for n in range(ROWS)])


def ask(client, **asked):
    with CaptureQueriesContext(connection) as captured:
        page = client.get(REVOKED, asked)
    assert page.status_code == 200
    made = [query["sql"] for query in captured if "_revokedtoken" in query["sql"]]
    # A list that was counted and fits on one page needs no limit.
    unbounded = [sql for sql in made if " LIMIT " not in sql]
    assert len(unbounded) == (page.context["cl"].result_count <= 100)
    return page, len(made)


def test_no_page_reads_or_counts_them_all(superuser_client, many):
    for asked, cost in PINNED:
        page, made = ask(superuser_client, **asked)
        assert (asked, made) == (asked, cost)
    assert page.context["cl"].result_count == 24 * 60

    page, _ = ask(superuser_client)
    assert page.context["cl"].result_count == COUNTED
    assert "There may be more than these." in page.text

    pages = [ask(superuser_client, q=text) for text in SEARCHES]
    assert [made for _, made in pages] == [4, 4, 4]
    assert [page.context["cl"].result_count for page, _ in pages] == [0, 1, 0]
