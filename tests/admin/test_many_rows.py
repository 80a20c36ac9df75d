"""Lists with 100,000 rows: a fixed number of queries, each with a limit."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import UserFactory
from token_revocation.admin._changelist import MAX_ROWS, ROWS_PER_PAGE
from token_revocation.models import RevokedToken, TokenCutoff

ROWS = 100_000
START = datetime(2024, 3, 1, tzinfo=UTC)
CUTOFFS = "/admin/token_revocation/tokencutoff/"
REVOKED = "/admin/token_revocation/revokedtoken/"
DAY = {"revoked_at__year": 2024, "revoked_at__month": 3, "revoked_at__day": 9}

# Queries: the rows, their bounded count, the oldest row unless a date is selected, and for two
# filters the values in the newest rows. A search also looks for a pasted token.
QUERY_COUNTS = [
    ({}, 5),
    ({"p": 50}, 5),
    ({"reason": "admin"}, 5),
    ({"in_force": "yes"}, 5),
    (DAY, 4),
]
SEARCHES = ["mallory", "99999", "ffffffff"]


SHARED = ["key", "revoked_at", "reason", "revoked_by_id", "note"]


def row(n, users):
    moment = f"{START + timedelta(minutes=n):%Y-%m-%d %H:%M:%S}"
    key = uuid.UUID(int=n << 64 | n).hex
    return [key, moment, "admin" if n % 2 else "logout", users[n % 3], ""]


def insert(model, more, values):
    """Insert 100,000 rows with the columns ``more``, whose values ``values`` returns."""
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
    more = ["kind", "identifier", "user_id", "user_ref", "is_expiry_assumed"]
    insert(RevokedToken, more, lambda n, user: ["authtoken", str(n), user, "", 0])


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
    # The rows of a list that fits on one page need no limit.
    unbounded = [sql for sql in made if " LIMIT " not in sql]
    assert len(unbounded) == (page.context["cl"].result_count <= ROWS_PER_PAGE)
    return page, len(made)


def test_revoked_token_list_has_bounded_queries(superuser_client, many):
    for asked, cost in QUERY_COUNTS:
        page, made = ask(superuser_client, **asked)
        assert (asked, made) == (asked, cost)
    assert page.context["cl"].result_count == 24 * 60

    page, _ = ask(superuser_client)
    assert page.context["cl"].result_count == MAX_ROWS
    assert "There may be more rows." in page.text

    pages = [ask(superuser_client, q=text) for text in SEARCHES]
    assert [made for _, made in pages] == [5, 6, 5]
    assert [page.context["cl"].result_count for page, _ in pages] == [0, 1, 0]


def test_cutoff_list_has_bounded_queries(superuser_client, many_cutoffs):
    for asked, cost in [*QUERY_COUNTS, ({"subject_type": "user"}, 5), ({"q": "99999"}, 5)]:
        _, made = ask(superuser_client, CUTOFFS, **asked)
        assert (asked, made) == (asked, cost)
