from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from tests.management.fake_terminal import Terminal
from token_revocation import services
from token_revocation.management._output import UNAVAILABLE
from token_revocation.models import RevokedToken
from token_revocation.tokens import TokenRef

pytestmark = pytest.mark.django_db(databases=["default", "other"])


def expired_rows(count, using="default"):
    for number in range(count):
        services.revoke(TokenRef(kind="authtoken", identifier=f"{number}"), using=using)
    long_ago = timezone.now() - timedelta(days=1)
    RevokedToken.objects.using(using).update(expires_at=long_ago)


def purge(*arguments, stderr=None):
    out = StringIO()
    call_command("purge_revoked_tokens", *arguments, stdout=out, stderr=stderr or StringIO())
    return out.getvalue()


def test_expired_rows_are_deleted_and_counted():
    expired_rows(3)
    assert "Deleted 3 expired revocations." in purge()
    assert not RevokedToken.objects.exists()


def test_progress_is_a_line_for_each_batch():
    expired_rows(5)
    stderr = StringIO()
    assert purge("--batch-size=2", stderr=stderr) == (
        "Deleted 5 expired revocations.\nDeleted 0 sessions.\n"
    )
    assert stderr.getvalue().splitlines() == [
        *("2 rows processed", "4 rows processed", "5 rows processed")
    ]


def test_progress_is_a_bar_on_a_terminal():
    pytest.importorskip("tqdm")
    expired_rows(5)
    stderr = Terminal()
    purge("--batch-size=2", stderr=stderr)
    assert "processed" not in stderr.getvalue()
    assert " rows" in stderr.getvalue()


def test_verbosity_0_hides_progress():
    expired_rows(5)
    stderr = StringIO()
    purge("--batch-size=2", "--verbosity=0", stderr=stderr)
    assert stderr.getvalue() == ""


def test_json_output():
    expired_rows(2)
    assert json.loads(purge("--json", "--dry-run")) == {
        "deleted": 2,
        "dry_run": True,
        "sessions": 0,
    }
    assert json.loads(purge("--json")) == {"deleted": 2, "dry_run": False, "sessions": 0}


def test_max_batches_stops_purge():
    expired_rows(5)
    assert "Deleted 4 expired revocations." in purge("--batch-size=2", "--max-batches=2")
    assert RevokedToken.objects.count() == 1


def test_dry_run_deletes_nothing():
    expired_rows(2)
    assert "Would delete 2 expired revocations." in purge("--dry-run")
    assert RevokedToken.objects.count() == 2


def test_sleep_between_batches(monkeypatch):
    pauses = []
    monkeypatch.setattr("token_revocation.services._batches.time.sleep", pauses.append)
    expired_rows(2)
    purge("--batch-size=1", "--sleep=0.25")
    assert pauses == [0.25, 0.25]


def test_database_can_be_selected():
    expired_rows(1)
    expired_rows(2, using="other")
    assert "Deleted 2 expired revocations." in purge("--database=other")
    assert RevokedToken.objects.count() == 1


@pytest.mark.parametrize(
    "argument", ["--batch-size=0", "--max-batches=-1", "--sleep=-1", "--sleep=nan", "--database=x"]
)
def test_invalid_argument_is_rejected(argument):
    expired_rows(1)
    with pytest.raises(CommandError):
        purge(argument)
    assert RevokedToken.objects.exists()


def test_database_failure_has_message_and_exit_status():
    def fail(execute, sql, params, many, context):
        raise OperationalError("gone away")

    with (
        connection.execute_wrapper(fail),
        pytest.raises(CommandError, match="gone away") as error,
    ):
        purge()
    assert error.value.returncode == UNAVAILABLE
