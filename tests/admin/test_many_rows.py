"""A hundred thousand rows: the same few queries, and none of them without a bound."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import UserFactory
from token_revocation.admin.listing import COUNTED
from token_revocation.models import RevokedToken, TokenCutoff

ROWS = 100_000
START = datetime(2024, 3, 1, tzinfo=UTC)
CUTOFFS = "/admin/token_revocation/tokencutoff/"
REVOKED = "/admin/token_revocation/revokedtoken/"
DAY = {"revoked_at__year": 2024, "revoked_at__month": 3, "revoked_at__day": 9}

# Of ours: the rows, how many there are as far as that is counted, and the oldest of them. Whoever
# has chosen a date needs no oldest; a search asks for users, and for what was pasted.
PINNED = [({}, 3), ({"p": 50}, 3), ({"reason": "admin"}, 3), ({"in_force": "yes"}, 3), (DAY, 2)]
SEARCHES = ["somebody", "99999", "ffffffff"]


SHARED = ["key", "revoked_at", "reason", "revoked_by_id", "note"]


def row(n, users):
    moment = f"{START + timedelta(minutes=n):%Y-%m-%d %H:%M:%S}"
    key = uuid.UUID(int=n << 64 | n).hex
    return [key, moment, "admin" if n % 2 else "logout", users[n % 3], ""]


def insert(model, more, values):
    """A hundred thousand rows, with ``values`` of a number and a user in the columns ``more``."""
    if connection.vendor != "sqlite":
        pytest.skip("Rows are written in the form that SQLite stores, for speed.")
    users = [UserFactory().pk for _ in range(5)]
    columns = [*SHARED, *more]
    into = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) "
    rows = ([*row(n, users), *values(n, users[n % 5])] for n in range(ROWS))
    with connection.cursor() as cursor:
        cursor.executemany(f"{into} VALUES ({', '.join(['%s'] * len(columns))})", rows)


@pytest.fixture
def many(db):
    more = ["kind", "identifier", "user_id", "user_ref"]
    insert(RevokedToken, more, lambda n, user: ["authtoken", str(n), user, ""])


@pytest.fixture
def many_cutoffs(db):
    more = ["subject_type", "subject_id", "user_id", "not_before"]
    insert(TokenCutoff, more, lambda n, user: ["user", str(n), user, "2024-03-01 00:00:00"])


def ask(client, path=REVOKED, **asked):
    with CaptureQueriesContext(connection) as captured:
        page = client.get(path, asked)
    assert page.status_code == 200
    table = page.context["cl"].model._meta.db_table
    made = [query["sql"] for query in captured if table in query["sql"]]
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


def test_nor_does_a_page_of_the_cutoffs(superuser_client, many_cutoffs):
    for asked, cost in [*PINNED, ({"subject_type": "user"}, 3), ({"q": "99999"}, 3)]:
        _, made = ask(superuser_client, CUTOFFS, **asked)
        assert (asked, made) == (asked, cost)
