"""Bulk revocation by identifiers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from tests.signals import capture_signals
from token_revocation import services
from token_revocation.adapters import TokenAdapter
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


def test_only_tokens_with_identifiers_are_revoked(user):
    assert revoke("a", "b", reason="incident", revoked_by=user, note="42") == 2
    assert [services.is_revoked(jwt(name)) for name in "abc"] == [True, True, False]
    row = RevokedToken.objects.get(identifier="a")
    assert (row.kind, row.reason, row.revoked_by, row.note) == ("jwt", "incident", user, "42")
    assert (row.user, row.user_ref, row.issued_at, row.revision) == (None, "", None, None)
    assert row.key == jwt("a").key


def test_only_tokens_of_issuer_are_revoked():
    revoke("a", issuer="https://idp.example")
    assert services.is_revoked(jwt("a", issuer="https://idp.example"))
    assert not services.is_revoked(jwt("a"))


class IssuerAdapter(TokenAdapter):
    """Tokens with the issuer of this project."""

    kind = "jwt"
    issuer = "https://api.example"

    def identify(self, token):
        return jwt(token, issuer=self.issuer)


def test_default_issuer_is_that_of_adapter(settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{__name__}.IssuerAdapter"]}
    assert revoke("a") == 1
    assert services.is_revoked(jwt("a", issuer="https://api.example"))
    assert services.is_revoked(jwt("a"))
    assert not services.is_revoked(jwt("a", issuer=""))
    assert revoke("a", issuer="") == 1


def test_default_issuer_of_token_ref_is_that_of_adapter(settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{__name__}.IssuerAdapter"]}
    constructed, identified = jwt("a"), IssuerAdapter().identify("a")
    assert constructed == identified
    assert hash(constructed) == hash(identified)
    services.revoke(jwt("a"))
    assert services.is_revoked(identified)


def test_only_new_rows_are_counted():
    assert revoke("a", "b", "a") == 2
    assert revoke("a", "b", "c", reason="later") == 1
    assert set(RevokedToken.objects.values_list("identifier", "reason")) == {
        ("a", ""),
        ("b", ""),
        ("c", "later"),
    }


def test_later_expiry_is_kept():
    soon, late = now() + HOUR, now() + 2 * HOUR
    revoke("a", expires_at=soon)
    revoke("a", expires_at=late)
    revoke("a", expires_at=soon)
    assert RevokedToken.objects.get().expires_at == late
    revoke("a")
    assert RevokedToken.objects.get().expires_at is None


def test_reason_of_rotated_token_is_replaced():
    revoke("a")
    RevokedToken.objects.update(reason=Reason.ROTATED)
    assert revoke("a", reason=Reason.ADMIN) == 0
    assert RevokedToken.objects.get().reason == Reason.ADMIN


def test_default_expiry_is_lifetime_of_kind(settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    services.revoke_identifiers("authtoken", ["a"])
    assert RevokedToken.objects.get().expires_at > now() + HOUR
    revoke("b")
    assert RevokedToken.objects.get(identifier="b").expires_at is None


def test_unusual_identifiers_can_be_stored():
    unusual = ["\x00", "\ud800", "x" * 300, "", "{,}\"'\\", "%s"]
    assert revoke(*unusual) == len(unusual)
    assert all(services.is_revoked(jwt(name)) for name in unusual)


def test_each_batch_takes_one_insert():
    with CaptureQueriesContext(connection) as captured:
        assert revoke(*map(str, range(7)), batch_size=3) == 7
    inserts = [q for q in captured if q["sql"].startswith("INSERT")]
    assert len(inserts) == 3


def test_batches_before_failure_stay_stored(monkeypatch):
    def identifiers():
        yield from "ab"
        raise DatabaseError

    with pytest.raises(DatabaseError):
        services.revoke_identifiers("jwt", identifiers(), batch_size=1)
    assert services.is_revoked(jwt("a"))


def test_database_failure_raises_revocation_unavailable(monkeypatch):
    def fail(execute, sql, params, many, context):
        raise DatabaseError

    with connection.execute_wrapper(fail), pytest.raises(RevocationUnavailable):
        revoke("a")
    assert not RevokedToken.objects.exists()


def test_invalid_details_raise_before_any_write():
    with pytest.raises(ValueError, match="64 characters"):
        revoke("a", reason="x" * 65)
    assert not RevokedToken.objects.exists()


def test_store_is_invalidated_for_each_and_batch_is_logged(
    monkeypatch, caplog, django_capture_on_commit_callbacks
):
    invalidated = []

    def invalidate(store, keys, not_before=None):
        invalidated.extend(keys)

    monkeypatch.setattr(DatabaseStore, "invalidate", invalidate)
    caplog.set_level("INFO")
    with (
        capture_signals(token_revoked) as signals,
        django_capture_on_commit_callbacks(execute=True),
    ):
        revoke("a", "b")
    assert set(invalidated) == {jwt("a").key, jwt("b").key}
    assert signals == []
    assert "Revoked 2 identifiers of kind 'jwt'." in caplog.messages
