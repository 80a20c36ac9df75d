"""What simplejwt's own app has blacklisted is revoked, also once that app is gone."""

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
from token_revocation.testing.databases import failing_database

pytestmark = pytest.mark.django_db(databases=["default", "other"])


def run(*arguments):
    out = StringIO()
    call_command("import_refused_tokens", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def summary(verb, imported, found):
    return f"{verb} {imported} of {found} tokens that are refused elsewhere."


@pytest.fixture
def blacklist(user):
    """End some tokens of ``user`` as simplejwt does."""

    def end(token_class=RefreshToken, number=1):
        tokens = [token_class.for_user(user) for _ in range(number)]
        for token in tokens:
            token.blacklist()
        return tokens

    return end


def test_what_was_blacklisted_stays_refused_without_the_app(blacklist, user):
    (token,) = blacklist()
    assert run() == summary("Revoked", 1, 1)
    row = RevokedToken.objects.get()
    assert (row.reason, row.user, row.identifier) == (Reason.PACKAGE, user, token["jti"])
    BlacklistedToken.objects.all().delete()
    assert refresh(str(token)).status_code == 401


def test_what_was_not_blacklisted_is_left_alone(blacklist, user):
    blacklist()
    other = RefreshToken.for_user(user)
    run()
    assert refresh(str(other)).status_code == 200


def test_the_row_says_what_the_token_says(blacklist):
    (token,) = blacklist(RevocableRefreshToken)
    run()
    row = RevokedToken.objects.get()
    assert row.key == services.read(str(token)).key
    assert row.issued_at.timestamp() == token["auth_time"]
    assert row.expires_at.timestamp() == token["exp"]


def test_a_sliding_token_is_refused_as_long_as_it_could_be_refreshed(blacklist):
    (token,) = blacklist(RevocableSlidingToken)
    run()
    assert RevokedToken.objects.get().expires_at.timestamp() > token["refresh_exp"]


def test_machines_get_json(blacklist):
    blacklist(number=2)
    assert json.loads(run("--json")) == {"found": 2, "imported": 2, "dry_run": False}


def test_twice_is_harmless(blacklist):
    blacklist(number=2)
    assert run() == summary("Revoked", 2, 2)
    before = list(RevokedToken.objects.order_by("pk").values())
    assert run() == summary("Revoked", 0, 2)
    assert list(RevokedToken.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_batches_miss_nothing(blacklist, size):
    blacklist(number=5)
    assert run(f"--batch-size={size}") == summary("Revoked", 5, 5)


def test_a_larger_batch_costs_no_more_queries(blacklist):
    blacklist(number=2)
    with CaptureQueriesContext(connection) as few:
        run("--dry-run")
    blacklist(number=40)
    with CaptureQueriesContext(connection) as many:
        run("--dry-run")
    assert len(few) == len(many) <= 4


def test_a_dry_run_counts_what_would_be_revoked(blacklist):
    blacklist()
    run()
    blacklist(number=2)
    assert run("--dry-run") == summary("Would revoke", 2, 3)
    assert RevokedToken.objects.count() == 1


def test_another_database_can_be_named(blacklist):
    blacklist()
    assert run("--database=other") == summary("Revoked", 1, 1)
    assert (RevokedToken.objects.count(), RevokedToken.objects.using("other").count()) == (0, 1)


def test_expired_tokens_leave_no_row(blacklist):
    with time_machine.travel("2020-01-01"):
        blacklist()
    assert run("--dry-run") == summary("Would revoke", 0, 1)
    assert run() == summary("Revoked", 0, 1)


def test_a_token_that_cannot_be_decoded_goes_by_its_columns(blacklist):
    (token,) = blacklist()
    OutstandingToken.objects.update(token="gone")
    assert run() == summary("Revoked", 1, 1)
    assert refresh(str(token)).status_code == 401
    assert RevokedToken.objects.get().key == services.read(str(token)).key


def test_a_token_without_a_name_is_passed_over(blacklist):
    (token,) = blacklist()
    token.payload["jti"] = ""
    OutstandingToken.objects.update(token=str(token))
    assert run() == summary("Revoked", 0, 0)


def test_the_token_of_a_deleted_user_is_imported_too(blacklist, user):
    blacklist()
    user.delete()
    assert run() == summary("Revoked", 1, 1)


def test_without_the_app_there_is_nothing_to_import(blacklist, settings):
    blacklist()
    app = "rest_framework_simplejwt.token_blacklist"
    settings.INSTALLED_APPS = [name for name in settings.INSTALLED_APPS if name != app]
    assert run() == summary("Revoked", 0, 0)


def test_a_database_that_fails_is_an_error_that_says_what_to_do(blacklist):
    blacklist()
    with failing_database("INSERT"), pytest.raises(CommandError, match="Run the command again"):
        run()
    assert run() == summary("Revoked", 1, 1)
