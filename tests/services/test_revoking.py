from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from tests.factories import AuthTokenFactory
from token_revocation import services
from token_revocation.clock import now
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import RevokedToken
from token_revocation.testing import make_token
from token_revocation.testing.databases import failing_database

HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


def row_of(token):
    return RevokedToken.objects.values().get(key=token.key)


def test_the_first_call_revokes_and_every_other_finds_it_done():
    token = make_token()
    assert [services.revoke(token) for _ in range(3)] == [True, False, False]
    assert services.is_revoked(token)


def test_a_second_call_changes_neither_time_nor_reason(user):
    token = make_token()
    services.revoke(token, reason="first", note="The first.")
    before = row_of(token)
    with time_machine.travel(now() + HOUR):
        services.revoke(token, reason="second", note="The second.", revoked_by=user)
    assert row_of(token) == before


@pytest.mark.trap("T4")
@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [(1, 2, 2), (2, 1, 2), (1, 1, 1), (1, None, None), (None, 1, None)],
)
def test_of_two_expiries_the_later_is_kept(first, second, kept):
    moments = {n: now() + n * HOUR for n in (1, 2)} | {None: None}
    services.revoke(make_token(identifier="moving", expires_at=moments[first]))
    services.revoke(make_token(identifier="moving", expires_at=moments[second]))
    assert RevokedToken.objects.get().expires_at == moments[kept]


def test_a_token_that_has_expired_is_refused_anyway_and_leaves_no_row():
    assert not services.revoke(make_token(expires_at=now()))
    assert not RevokedToken.objects.exists()


def test_a_token_within_the_leeway_of_its_validator_leaves_a_row(monkeypatch):
    monkeypatch.setattr(AuthTokenAdapter, "leeway", HOUR)
    assert services.revoke(make_token(kind="authtoken", expires_at=now() - HOUR / 2))
    assert not services.revoke(make_token(kind="authtoken", expires_at=now() - HOUR))


def test_a_kind_that_is_no_longer_in_use_can_still_be_revoked(settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": []}
    token = make_token(kind="retired")
    assert services.revoke(token)
    assert services.is_revoked(token)


def test_what_cannot_be_stored_is_not_destroyed(token):
    ref = AuthTokenAdapter().identify(token)
    with pytest.raises(RevocationUnavailable), failing_database("INSERT INTO", "revokedtoken"):
        services.revoke(ref)
    token.refresh_from_db()
    assert not services.is_revoked(ref)


def test_what_cannot_be_destroyed_is_not_revoked(token):
    """One transaction: the answer is 503, and nothing has happened."""
    ref = AuthTokenAdapter().identify(token)
    with pytest.raises(RevocationUnavailable), failing_database("DELETE", "authtoken"):
        services.revoke(ref)
    assert not RevokedToken.objects.exists()
    assert services.revoke(ref)


def test_what_a_transaction_takes_back_was_never_revoked(token):
    ref = AuthTokenAdapter().identify(token)
    with transaction.atomic():
        services.revoke(ref)
        transaction.set_rollback(True)
    token.refresh_from_db()
    assert not services.is_revoked(ref)


def test_a_failed_revocation_does_not_spoil_the_transaction_around_it(user):
    with transaction.atomic():
        with pytest.raises(ValueError, match="reason"):
            services.revoke(make_token(), reason="x" * 65)
        user.email = "still@example.com"
        user.save()
    assert not RevokedToken.objects.exists()


def test_nothing_of_it_can_be_used_to_authenticate():
    token = AuthTokenFactory()
    services.revoke(AuthTokenAdapter().identify(token), reason="theft")
    assert token.key not in repr(RevokedToken.objects.values().get())
