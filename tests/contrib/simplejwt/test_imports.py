"""Import of the tokens that simplejwt has blacklisted."""

from __future__ import annotations

import json
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import RefreshToken

from tests.contrib.simplejwt.clients import refresh
from token_revocation import services
from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken, RevocableSlidingToken
from token_revocation.models import Reason, RevokedToken
from token_revocation.testing._databases import failing_database

pytestmark = pytest.mark.django_db(databases=["default", "other"])


def run(*arguments):
    out = StringIO()
    call_command("import_revocations", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def summary(verb, imported, found):
    return f"{verb} {imported} of {found} revocations."


@pytest.fixture
def blacklist(user):
    """Return a function that creates and blacklists tokens of ``user``."""

    def create(token_class=RefreshToken, number=1):
        tokens = [token_class.for_user(user) for _ in range(number)]
        for token in tokens:
            token.blacklist()
        return tokens

    return create


def test_blacklisted_token_stays_rejected_without_the_blacklist(blacklist, user):
    (token,) = blacklist()
    assert run() == summary("Imported", 1, 1)
    row = RevokedToken.objects.get()
    assert (row.reason, row.user, row.identifier) == (Reason.PACKAGE, user, token["jti"])
    BlacklistedToken.objects.all().delete()
    assert refresh(str(token)).status_code == 401


def test_token_that_is_not_blacklisted_is_not_imported(blacklist, user):
    blacklist()
    other = RefreshToken.for_user(user)
    run()
    assert refresh(str(other)).status_code == 200


def test_imported_row_has_the_times_of_the_token(blacklist):
    (token,) = blacklist(RevocableRefreshToken)
    run()
    row = RevokedToken.objects.get()
    assert row.key == services.resolve(str(token)).key
    assert row.issued_at.timestamp() == token["auth_time"]
    assert row.expires_at.timestamp() == token["exp"]


def test_imported_sliding_token_expires_with_its_last_refresh(blacklist):
    (token,) = blacklist(RevocableSlidingToken)
    run()
    assert RevokedToken.objects.get().expires_at.timestamp() > token["refresh_exp"]


def test_json_option_prints_json(blacklist):
    blacklist(number=2)
    assert json.loads(run("--json")) == {"found": 2, "imported": 2, "dry_run": False}


def test_import_is_idempotent(blacklist):
    blacklist(number=2)
    assert run() == summary("Imported", 2, 2)
    before = list(RevokedToken.objects.order_by("pk").values())
    assert run() == summary("Imported", 0, 2)
    assert list(RevokedToken.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_every_batch_size_imports_all_tokens(blacklist, size):
    blacklist(number=5)
    assert run(f"--batch-size={size}") == summary("Imported", 5, 5)


def test_number_of_tokens_does_not_change_the_queries(blacklist):
    blacklist(number=2)
    with CaptureQueriesContext(connection) as few:
        run("--dry-run")
    blacklist(number=40)
    with CaptureQueriesContext(connection) as many:
        run("--dry-run")
    assert len(few) == len(many) <= 4


def test_dry_run_counts_without_revoking(blacklist):
    blacklist()
    run()
    blacklist(number=2)
    assert run("--dry-run") == summary("Would import", 2, 3)
    assert RevokedToken.objects.count() == 1


def test_database_option_selects_the_database(blacklist):
    blacklist()
    assert run("--database=other") == summary("Imported", 1, 1)
    assert (RevokedToken.objects.count(), RevokedToken.objects.using("other").count()) == (0, 1)


def test_expired_tokens_are_not_stored(blacklist):
    with time_machine.travel("2020-01-01"):
        blacklist()
    assert run("--dry-run") == summary("Would import", 0, 1)
    assert run() == summary("Imported", 0, 1)


def test_undecodable_token_is_imported_from_its_columns(blacklist):
    (token,) = blacklist()
    OutstandingToken.objects.update(token="gone")
    assert run() == summary("Imported", 1, 1)
    assert refresh(str(token)).status_code == 401
    assert RevokedToken.objects.get().key == services.resolve(str(token)).key


def test_token_without_a_jti_is_skipped(blacklist):
    (token,) = blacklist()
    token.payload["jti"] = ""
    OutstandingToken.objects.update(token=str(token))
    assert run() == summary("Imported", 0, 0)


def test_token_of_a_deleted_user_is_imported(blacklist, user):
    blacklist()
    user.delete()
    assert run() == summary("Imported", 1, 1)


def test_nothing_is_imported_without_the_app(blacklist, settings):
    blacklist()
    app = "rest_framework_simplejwt.token_blacklist"
    settings.INSTALLED_APPS = [name for name in settings.INSTALLED_APPS if name != app]
    assert run() == summary("Imported", 0, 0)


def test_database_failure_raises_a_command_error(blacklist):
    blacklist()
    with failing_database("INSERT"), pytest.raises(CommandError, match="Run the command again"):
        run()
    assert run() == summary("Imported", 1, 1)
