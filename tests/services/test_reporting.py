from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from tests.services.rows import expired_cutoffs, expired_tokens
from token_revocation import services
from token_revocation.clock import now
from token_revocation.models import Bookkeeping, RevokedToken
from token_revocation.services import Limits, counting
from token_revocation.stores.health import Level
from token_revocation.testing import make_token
from token_revocation.testing.databases import failing_database

pytestmark = pytest.mark.django_db(databases=["default", "other"])

HOUR = timedelta(hours=1)
NOWHERE = Limits(rows_warning=None, overdue_warning=None)


def level(**limits):
    nowhere = {"rows_warning": None, "overdue_warning": None}
    return services.status(limits=Limits(**{**nowhere, **limits})).level


def test_an_empty_database_is_well():
    found = services.status()
    assert (found.level, found.problems) == (Level.OK, ())
    assert found.store == "token_revocation.stores.database.DatabaseStore"
    assert found.staleness_bound == 0.0
    assert found.tables.revoked_tokens.rows == 0
    assert found.tables.purged_at is None


def test_rows_are_counted():
    services.revoke(make_token(expires_at=now() + HOUR))
    services.revoke(make_token(expires_at=None))
    services.revoke_session("s")
    expired_tokens(3)
    expired_cutoffs(2)
    tables = services.status().tables
    assert (tables.revoked_tokens.rows, tables.cutoffs.rows) == (5, 3)
    assert (tables.expired.rows, tables.unending.rows) == (5, 2)


def test_a_huge_table_is_estimated_and_never_read(monkeypatch):
    monkeypatch.setattr(counting, "COUNTED", 3)
    expired_tokens(5)
    tables = services.status().tables
    assert tables.expired == counting.Count(rows=3, precision="at least")
    if connection.vendor == "sqlite":
        assert tables.revoked_tokens == counting.Count(rows=5)
    else:
        assert tables.revoked_tokens.precision == "about"
        assert tables.revoked_tokens.rows >= 3


def test_an_estimate_says_so():
    counts = [("", "1,000"), ("about", "about 1,000"), ("at least", "at least 1,000")]
    for precision, text in counts:
        assert str(counting.Count(rows=1000, precision=precision)) == text


def test_it_costs_as_many_queries_for_a_row_as_for_many(django_assert_num_queries):
    services.status()
    for _ in range(2):
        expired_tokens(10)
        with django_assert_num_queries(10):
            services.status()


def test_rows_are_overdue_since_they_could_be_purged(settings):
    settings.TOKEN_REVOCATION = {"PURGE_GRACE": HOUR}
    expired_tokens(since=3 * HOUR)
    expired_tokens(since=2 * HOUR)
    assert 2 * HOUR <= services.status().tables.overdue < 2.1 * HOUR


def test_rows_within_the_grace_are_not_waiting(settings):
    settings.TOKEN_REVOCATION = {"PURGE_GRACE": HOUR}
    expired_tokens(since=HOUR / 2)
    tables = services.status().tables
    assert (tables.expired.rows, tables.overdue) == (0, timedelta(0))


def test_so_many_rows_are_a_problem():
    expired_tokens(3)
    assert level(rows_warning=4) == Level.OK
    assert level(rows_warning=3) == Level.WARNING
    assert level(rows_warning=1, rows_critical=4) == Level.WARNING
    assert level(rows_warning=1, rows_critical=3) == Level.CRITICAL


def test_rows_that_wait_for_so_long_are_a_problem():
    expired_tokens(since=timedelta(days=3, hours=2))
    assert level(overdue_warning=timedelta(days=4)) == Level.OK
    assert level(overdue_warning=timedelta(days=3)) == Level.WARNING
    assert level(overdue_critical=timedelta(days=4)) == Level.OK
    assert level(overdue_critical=timedelta(days=3)) == Level.CRITICAL


def test_a_problem_says_who_should_have_purged(settings):
    settings.TOKEN_REVOCATION = {"PURGE_ON_REVOKE": 2}
    services.purge()
    expired_tokens(since=timedelta(days=9))
    (problem,) = services.status().problems
    assert "1 expired rows wait to be purged, the oldest for 8 days" in problem.text
    assert "last ended 0:00:00 ago" in problem.text
    assert "PURGE_ON_REVOKE is 2" in problem.text


def test_a_purge_that_never_ran_is_said_to_have_never_ended():
    expired_tokens(since=timedelta(days=9))
    assert "has never ended" in services.status().problems[0].text


def test_the_end_of_a_purge_is_remembered():
    services.purge()
    first = services.status().tables.purged_at
    with time_machine.travel(now() + HOUR):
        services.purge(dry_run=True)
        assert services.status().tables.purged_at == first
        services.purge()
        assert services.status().tables.purged_at - first > HOUR - timedelta(seconds=5)


def test_a_purge_that_is_interrupted_has_not_ended():
    def interrupt(purged):
        raise KeyboardInterrupt

    expired_tokens()
    with pytest.raises(KeyboardInterrupt):
        services.purge(progress=interrupt)
    assert services.status().tables.purged_at is None


def test_revisions_go_on_where_they_were_if_a_purge_makes_the_bookkeeping_anew():
    expired_tokens(since=-HOUR)
    RevokedToken.objects.update(revision=7)
    services.purge()
    assert Bookkeeping.objects.get().revision == 7


def test_another_database_can_be_named():
    expired_tokens(2, using="other")
    assert services.status().tables.expired.rows == 0
    assert services.status(using="other").tables.expired.rows == 2


def test_a_database_that_fails_is_a_finding_and_no_error():
    with failing_database():
        found = services.status()
    assert found.tables is None
    assert found.level == Level.CRITICAL
    assert {problem.text for problem in found.problems} == {
        "The database cannot say what is revoked.",
        "The database of the revocations does not answer.",
    }


def test_nothing_is_written(django_assert_num_queries):
    with django_assert_num_queries(10) as queries:
        services.status()
    assert all(query["sql"].lstrip("( ").startswith("SELECT") for query in queries.captured_queries)
