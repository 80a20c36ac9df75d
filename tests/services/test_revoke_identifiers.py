"""Lists of identifiers, as long as they come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from tests.hearing import hearing
from token_revocation import services
from token_revocation.clock import now
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import Reason, RevokedToken
from token_revocation.signals import token_revoked
from token_revocation.stores.database import DatabaseStore
from token_revocation.tokens import TokenRef

HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


def jwt(identifier, **parts):
    return TokenRef(kind="jwt", identifier=identifier, **parts)


def revoke(*identifiers, **options):
    return services.revoke_identifiers("jwt", identifiers, **options)


def test_they_are_refused_and_no_others(user):
    assert revoke("a", "b", reason="incident", revoked_by=user, note="42") == 2
    assert [services.is_revoked(jwt(name)) for name in "abc"] == [True, True, False]
    row = RevokedToken.objects.get(identifier="a")
    assert (row.kind, row.reason, row.revoked_by, row.note) == ("jwt", "incident", user, "42")
    assert (row.user, row.user_ref, row.issued_at, row.revision) == (None, "", None, None)
    assert row.key == jwt("a").key


def test_they_are_those_of_one_issuer():
    revoke("a", issuer="https://idp.example")
    assert services.is_revoked(jwt("a", issuer="https://idp.example"))
    assert not services.is_revoked(jwt("a"))


def test_only_what_is_news_is_counted():
    assert revoke("a", "b", "a") == 2
    assert revoke("a", "b", "c", reason="later") == 1
    assert set(RevokedToken.objects.values_list("identifier", "reason")) == {
        ("a", ""),
        ("b", ""),
        ("c", "later"),
    }


def test_a_later_expiry_is_kept_and_an_earlier_one_is_not():
    soon, late = now() + HOUR, now() + 2 * HOUR
    revoke("a", expires_at=soon)
    revoke("a", expires_at=late)
    revoke("a", expires_at=soon)
    assert RevokedToken.objects.get().expires_at == late
    revoke("a")
    assert RevokedToken.objects.get().expires_at is None


def test_one_that_was_only_used_up_is_revoked_on_purpose_from_now_on():
    revoke("a", reason=Reason.ROTATED)
    revoke("a", reason=Reason.ROTATED)
    assert revoke("a", reason=Reason.ADMIN) == 0
    assert RevokedToken.objects.get().reason == Reason.ADMIN


def test_it_is_kept_for_the_lifetime_of_the_kind(settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    services.revoke_identifiers("authtoken", ["a"])
    assert RevokedToken.objects.get().expires_at > now() + HOUR
    revoke("b")
    assert RevokedToken.objects.get(identifier="b").expires_at is None


def test_whatever_an_identifier_is_it_can_be_stored():
    odd = ["\x00", "\ud800", "x" * 300, "", "{,}\"'\\", "%s"]
    assert revoke(*odd) == len(odd)
    assert all(services.is_revoked(jwt(name)) for name in odd)


def test_it_is_one_insert_for_each_batch():
    with CaptureQueriesContext(connection) as captured:
        assert revoke(*map(str, range(7)), batch_size=3) == 7
    inserts = [q for q in captured if q["sql"].startswith("INSERT")]
    assert len(inserts) == 3


def test_batches_that_were_stored_stay_when_the_database_fails(monkeypatch):
    def identifiers():
        yield from "ab"
        raise DatabaseError

    with pytest.raises(DatabaseError):
        services.revoke_identifiers("jwt", identifiers(), batch_size=1)
    assert services.is_revoked(jwt("a"))


def test_a_database_that_fails_is_an_outage(monkeypatch):
    def fail(execute, sql, params, many, context):
        raise DatabaseError

    with connection.execute_wrapper(fail), pytest.raises(RevocationUnavailable):
        revoke("a")
    assert not RevokedToken.objects.exists()


def test_a_cause_that_cannot_be_stored_is_refused_first():
    with pytest.raises(ValueError, match="64 characters"):
        revoke("a", reason="x" * 65)
    assert not RevokedToken.objects.exists()


def test_the_store_hears_of_each_and_the_log_of_all(
    monkeypatch, caplog, django_capture_on_commit_callbacks
):
    heard = []
    monkeypatch.setattr(DatabaseStore, "publish", lambda store, keys: heard.extend(keys))
    caplog.set_level("INFO")
    with hearing(token_revoked) as signals, django_capture_on_commit_callbacks(execute=True):
        revoke("a", "b")
    assert set(heard) == {jwt("a").key, jwt("b").key}
    assert signals == []
    assert "2 identifiers of the kind 'jwt' were revoked." in caplog.messages
