from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from tests.services.expired_rows import expired_cutoffs, expired_tokens
from token_revocation import services
from token_revocation.clock import now
from token_revocation.models import RevocationState, RevokedToken
from token_revocation.services import Limits, _statistics
from token_revocation.stores.health import Level
from token_revocation.testing import make_token
from token_revocation.testing._databases import failing_database

pytestmark = pytest.mark.django_db(databases=["default", "other"])

HOUR = timedelta(hours=1)
NOWHERE = Limits(rows_warning=None, overdue_warning=None)


def level(**limits):
    disabled = {"rows_warning": None, "overdue_warning": None}
    return services.status(limits=Limits(**{**disabled, **limits})).level


def test_empty_database_is_ok():
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


def test_large_tables_are_estimated(monkeypatch):
    monkeypatch.setattr(_statistics, "MAX_COUNTED_ROWS", 3)
    expired_tokens(5)
    tables = services.status().tables
    assert tables.expired == _statistics.Count(rows=3, precision="at least")
    if connection.vendor == "sqlite":
        assert tables.revoked_tokens == _statistics.Count(rows=5)
    else:
        assert tables.revoked_tokens.precision == "about"
        assert tables.revoked_tokens.rows >= 3


def test_estimate_is_labelled():
    counts = [("", "1,000"), ("about", "about 1,000"), ("at least", "at least 1,000")]
    for precision, text in counts:
        assert str(_statistics.Count(rows=1000, precision=precision)) == text


def test_query_count_is_independent_of_number_of_rows(django_assert_num_queries):
    services.status()
    for _ in range(2):
        expired_tokens(10)
        with django_assert_num_queries(11):
            services.status()


def test_overdue_is_time_since_row_could_be_purged(settings):
    settings.TOKEN_REVOCATION = {"PURGE_GRACE_PERIOD": HOUR}
    expired_tokens(since=3 * HOUR)
    expired_tokens(since=2 * HOUR)
    assert 2 * HOUR <= services.status().tables.overdue < 2.1 * HOUR


def test_rows_within_grace_period_are_not_overdue(settings):
    settings.TOKEN_REVOCATION = {"PURGE_GRACE_PERIOD": HOUR}
    expired_tokens(since=HOUR / 2)
    tables = services.status().tables
    assert (tables.expired.rows, tables.overdue) == (0, timedelta(0))


def test_number_of_expired_rows_is_a_problem():
    expired_tokens(3)
    assert level(rows_warning=4) == Level.OK
    assert level(rows_warning=3) == Level.WARNING
    assert level(rows_warning=1, rows_critical=4) == Level.WARNING
    assert level(rows_warning=1, rows_critical=3) == Level.CRITICAL


def test_age_of_expired_rows_is_a_problem():
    expired_tokens(since=timedelta(days=3, hours=2))
    assert level(overdue_warning=timedelta(days=4)) == Level.OK
    assert level(overdue_warning=timedelta(days=3)) == Level.WARNING
    assert level(overdue_critical=timedelta(days=4)) == Level.OK
    assert level(overdue_critical=timedelta(days=3)) == Level.CRITICAL


def test_problem_names_purge_command_and_setting(settings):
    settings.TOKEN_REVOCATION = {"PURGE_ON_REVOKE": 2}
    with time_machine.travel(now(), tick=False):
        services.purge()
        expired_tokens(since=timedelta(days=9))
        (problem,) = services.status().problems
    assert "1 expired rows have not been purged, the oldest for 8 days" in problem.text
    assert "last run 0:00:00 ago" in problem.text
    assert "PURGE_ON_REVOKE (now 2)" in problem.text


def test_problem_mentions_that_purge_never_ran():
    expired_tokens(since=timedelta(days=9))
    assert "never run" in services.status().problems[0].text


def test_end_of_purge_is_recorded():
    services.purge()
    first = services.status().tables.purged_at
    with time_machine.travel(now() + HOUR):
        services.purge(dry_run=True)
        assert services.status().tables.purged_at == first
        services.purge()
        assert services.status().tables.purged_at - first > HOUR - timedelta(seconds=5)


def test_interrupted_purge_is_not_recorded():
    def interrupt(purged):
        raise KeyboardInterrupt

    expired_tokens()
    with pytest.raises(KeyboardInterrupt):
        services.purge(progress=interrupt)
    assert services.status().tables.purged_at is None


def test_revisions_continue_if_purge_creates_revocation_state():
    expired_tokens(since=-HOUR)
    RevokedToken.objects.update(revision=7)
    services.purge()
    assert RevocationState.objects.get().revision == 7


def test_database_can_be_selected():
    expired_tokens(2, using="other")
    assert services.status().tables.expired.rows == 0
    assert services.status(using="other").tables.expired.rows == 2


def test_database_failure_is_a_problem_and_no_exception():
    with failing_database():
        found = services.status()
    assert found.tables is None
    assert found.level == Level.CRITICAL
    assert {problem.text for problem in found.problems} == {
        "The database cannot be queried for revocations.",
        "The revocation database is not available.",
    }


def test_status_writes_nothing(django_assert_num_queries):
    with django_assert_num_queries(11) as queries:
        services.status()
    assert all(query["sql"].lstrip("( ").startswith("SELECT") for query in queries.captured_queries)
