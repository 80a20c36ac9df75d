from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.services.rows import expired_tokens
from token_revocation import services
from token_revocation.testing.databases import failing_database

pytestmark = pytest.mark.django_db(databases=["default", "other"])


def run(*arguments):
    """What it prints, and how it exits."""
    out = StringIO()
    with pytest.raises(SystemExit) as exit_:
        call_command("revocation_status", *arguments, stdout=out, no_color=True)
    return out.getvalue(), exit_.value.code


def test_when_all_is_well_it_says_so_first_and_exits_with_0():
    lines, code = run()
    assert lines.splitlines()[0] == "OK"
    assert "expired rows waiting: 0\n" in lines
    assert code == 0


def test_the_lines_are_for_people():
    expired_tokens(2, since=timedelta(hours=3))
    lines, _ = run()
    assert "store: token_revocation.stores.database.DatabaseStore" in lines
    assert "a revocation is seen within: 0.0 seconds of its commit" in lines
    assert "revoked tokens: 2\n" in lines
    assert "expired rows waiting: 2, the oldest for 2:00:00" in lines
    assert "last purge: never" in lines
    assert "answered in: 0." in lines


def test_the_age_of_the_last_purge_is_said():
    services.purge()
    assert "last purge: 0:00:0" in run()[0]


def test_a_warning_exits_with_1():
    expired_tokens(2)
    lines, code = run("--rows-warning=2")
    assert lines.splitlines()[:1] == ["WARNING"]
    assert "WARNING: 2 expired rows wait to be purged" in lines
    assert code == 1


@pytest.mark.parametrize(
    ("argument", "code"),
    [
        ("--rows-warning=3", 0),
        ("--rows-critical=2", 2),
        ("--days-warning=8", 1),
        ("--days-warning=10", 0),
        ("--days-critical=8", 2),
    ],
)
def test_the_limits_are_options(argument, code):
    expired_tokens(2, since=timedelta(days=9))
    assert run("--days-warning=99", argument)[1] == code


def test_a_database_that_fails_exits_with_2():
    with failing_database():
        lines, code = run()
    assert "CRITICAL: The database of the revocations does not answer." in lines
    assert "revoked tokens" not in lines
    assert code == 2


def test_machines_get_json():
    expired_tokens(2, since=timedelta(days=9))
    text, code = run("--json")
    found = json.loads(text)
    assert found["level"] == "WARNING"
    assert found["problems"][0]["level"] == "WARNING"
    assert found["staleness_bound"] == 0.0
    assert found["tables"]["revoked_tokens"] == {"rows": 2, "precision": ""}
    assert found["tables"]["overdue"] > 8 * 86_400
    assert found["tables"]["purged_at"] is None
    assert code == 1


def test_machines_get_json_of_an_outage_too():
    with failing_database():
        text, code = run("--json")
    assert json.loads(text)["tables"] is None
    assert code == 2


def test_the_health_of_the_store_in_use_is_told(settings):
    settings.TOKEN_REVOCATION = {"STORE": "token_revocation.stores.snapshot.SnapshotStore"}
    lines, code = run()
    assert "a revocation is seen within: 2.0 seconds" in lines
    assert "waiting: 0" in lines
    assert "loaded: False" in lines
    assert code == 0


def test_another_database_can_be_named():
    expired_tokens(2, using="other")
    assert "revoked tokens: 2" in run("--database=other")[0]


@pytest.mark.parametrize("argument", ["--rows-warning=0", "--days-critical=x", "--database=x"])
def test_a_senseless_argument_is_refused(argument):
    with pytest.raises(CommandError):
        call_command("revocation_status", argument)
