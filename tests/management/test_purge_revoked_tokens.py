from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from tests.management.terminal import Terminal
from token_revocation import services
from token_revocation.management.answering import UNAVAILABLE
from token_revocation.models import RevokedToken
from token_revocation.tokens import TokenRef

pytestmark = pytest.mark.django_db(databases=["default", "other"])


def expired_rows(count, using="default"):
    for number in range(count):
        services.revoke(TokenRef(kind="authtoken", identifier=f"{number}"), using=using)
    long_ago = timezone.now() - timedelta(days=1)
    RevokedToken.objects.using(using).update(expires_at=long_ago)


def purge(*arguments, watched=None):
    out = StringIO()
    call_command("purge_revoked_tokens", *arguments, stdout=out, stderr=watched or StringIO())
    return out.getvalue()


def test_expired_rows_are_deleted_and_counted():
    expired_rows(3)
    assert "Deleted 3 expired revocations." in purge()
    assert not RevokedToken.objects.exists()


def test_progress_is_a_line_for_each_batch():
    expired_rows(5)
    watched = StringIO()
    assert purge("--batch-size=2", watched=watched) == "Deleted 5 expired revocations.\n"
    assert watched.getvalue().splitlines() == [*("2 rows so far", "4 rows so far", "5 rows so far")]


def test_progress_is_a_bar_on_a_terminal():
    pytest.importorskip("tqdm")
    expired_rows(5)
    watched = Terminal()
    purge("--batch-size=2", watched=watched)
    assert "so far" not in watched.getvalue()
    assert " rows" in watched.getvalue()


def test_nothing_is_said_of_progress_if_nothing_is_to_be_said():
    expired_rows(5)
    watched = StringIO()
    purge("--batch-size=2", "--verbosity=0", watched=watched)
    assert watched.getvalue() == ""


def test_machines_get_json():
    expired_rows(2)
    assert json.loads(purge("--json", "--dry-run")) == {"deleted": 2, "dry_run": True}
    assert json.loads(purge("--json")) == {"deleted": 2, "dry_run": False}


def test_it_stops_after_the_last_batch_allowed():
    expired_rows(5)
    assert "Deleted 4 expired revocations." in purge("--batch-size=2", "--max-batches=2")
    assert RevokedToken.objects.count() == 1


def test_a_dry_run_deletes_nothing():
    expired_rows(2)
    assert "Would delete 2 expired revocations." in purge("--dry-run")
    assert RevokedToken.objects.count() == 2


def test_it_sleeps_between_batches(monkeypatch):
    naps = []
    monkeypatch.setattr("token_revocation.services.pacing.time.sleep", naps.append)
    expired_rows(2)
    purge("--batch-size=1", "--sleep=0.25")
    assert naps == [0.25, 0.25]


def test_another_database_can_be_named():
    expired_rows(1)
    expired_rows(2, using="other")
    assert "Deleted 2 expired revocations." in purge("--database=other")
    assert RevokedToken.objects.count() == 1


@pytest.mark.parametrize(
    "argument", ["--batch-size=0", "--max-batches=-1", "--sleep=-1", "--sleep=nan", "--database=x"]
)
def test_a_senseless_argument_is_refused_before_anything_happens(argument):
    expired_rows(1)
    with pytest.raises(CommandError):
        purge(argument)
    assert RevokedToken.objects.exists()


def test_a_database_that_fails_is_one_clear_line_and_a_code_of_its_own():
    def fail(execute, sql, params, many, context):
        raise OperationalError("gone away")

    with (
        connection.execute_wrapper(fail),
        pytest.raises(CommandError, match="gone away") as error,
    ):
        purge()
    assert error.value.returncode == UNAVAILABLE
