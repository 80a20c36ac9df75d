from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.services.expired_rows import expired_tokens
from token_revocation import services
from token_revocation.testing._databases import failing_database

pytestmark = pytest.mark.django_db(databases=["default", "other"])


def run(*arguments):
    """Return the output and the exit status."""
    out = StringIO()
    with pytest.raises(SystemExit) as exit_:
        call_command("revocation_status", *arguments, stdout=out, no_color=True)
    return out.getvalue(), exit_.value.code


def test_ok_is_first_line_and_exit_status_0():
    lines, code = run()
    assert lines.splitlines()[0] == "OK"
    assert "expired rows: 0\n" in lines
    assert code == 0


def test_text_output():
    expired_tokens(2, since=timedelta(hours=3))
    lines, _ = run()
    assert "store: token_revocation.stores.database.DatabaseStore" in lines
    assert "staleness bound: 0.0 seconds\n" in lines
    assert "revoked tokens: 2\n" in lines
    assert "expired rows: 2, the oldest for 2:00:00" in lines
    assert "last purge: never" in lines
    assert "answered in: 0." in lines


def test_age_of_last_purge_is_shown():
    services.purge()
    assert "last purge: 0:00:0" in run()[0]


def test_warning_exits_with_1():
    expired_tokens(2)
    lines, code = run("--rows-warning=2")
    assert lines.splitlines()[:1] == ["WARNING"]
    assert "WARNING: 2 expired rows have not been purged" in lines
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
def test_limits_are_options(argument, code):
    expired_tokens(2, since=timedelta(days=9))
    assert run("--days-warning=99", argument)[1] == code


def test_database_failure_exits_with_2():
    with failing_database():
        lines, code = run()
    assert "CRITICAL: The revocation database is not available." in lines
    assert "revoked tokens" not in lines
    assert code == 2


def test_json_output():
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


def test_json_output_of_database_failure():
    with failing_database():
        text, code = run("--json")
    assert json.loads(text)["tables"] is None
    assert code == 2


def test_health_of_store_is_shown(settings):
    settings.TOKEN_REVOCATION = {"STORE": "token_revocation.stores.snapshot.SnapshotStore"}
    lines, code = run()
    assert "staleness bound: 2.0 seconds" in lines
    assert "expired rows: 0" in lines
    assert "loaded: False" in lines
    assert code == 0


def test_database_can_be_selected():
    expired_tokens(2, using="other")
    assert "revoked tokens: 2" in run("--database=other")[0]


@pytest.mark.parametrize("argument", ["--rows-warning=0", "--days-critical=x", "--database=x"])
def test_invalid_argument_is_rejected(argument):
    with pytest.raises(CommandError):
        call_command("revocation_status", argument)
