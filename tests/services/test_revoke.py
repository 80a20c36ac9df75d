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
from token_revocation.testing._databases import failing_database
from token_revocation.tokens import Subject

HOUR = timedelta(hours=1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_callers")]


def row_of(token):
    return RevokedToken.objects.values().get(key=token.key)


def test_only_first_call_returns_true():
    token = make_token()
    assert [services.revoke(token) for _ in range(3)] == [True, False, False]
    assert services.is_revoked(token)


def test_second_call_changes_neither_time_nor_reason(user):
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
def test_later_expiry_is_kept(first, second, kept):
    expiries = {n: now() + n * HOUR for n in (1, 2)} | {None: None}
    services.revoke(make_token(identifier="moving", expires_at=expiries[first]))
    services.revoke(make_token(identifier="moving", expires_at=expiries[second]))
    assert RevokedToken.objects.get().expires_at == expiries[kept]


def test_expired_token_is_not_recorded():
    assert not services.revoke(make_token(expires_at=now()))
    assert not RevokedToken.objects.exists()


def test_expired_token_within_leeway_is_recorded(monkeypatch):
    monkeypatch.setattr(AuthTokenAdapter, "leeway", HOUR)
    assert services.revoke(make_token(kind="authtoken", expires_at=now() - HOUR / 2))
    assert not services.revoke(make_token(kind="authtoken", expires_at=now() - HOUR))


def test_token_of_kind_without_adapter_can_be_revoked(settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": []}
    token = make_token(kind="retired")
    assert services.revoke(token)
    assert services.is_revoked(token)


def test_token_is_not_deleted_if_revocation_cannot_be_stored(token):
    ref = AuthTokenAdapter().identify(token)
    with pytest.raises(RevocationUnavailable), failing_database("INSERT INTO", "revokedtoken"):
        services.revoke(ref)
    token.refresh_from_db()
    assert not services.is_revoked(ref)


def test_token_is_not_revoked_if_it_cannot_be_deleted(token):
    """The deletion fails, so the transaction is rolled back."""
    ref = AuthTokenAdapter().identify(token)
    with pytest.raises(RevocationUnavailable), failing_database("DELETE", "authtoken"):
        services.revoke(ref)
    assert not RevokedToken.objects.exists()
    assert services.revoke(ref)


def test_rolled_back_revocation_does_not_revoke(token):
    ref = AuthTokenAdapter().identify(token)
    with transaction.atomic():
        services.revoke(ref)
        transaction.set_rollback(True)
    token.refresh_from_db()
    assert not services.is_revoked(ref)


def test_invalid_details_do_not_break_outer_transaction(user):
    with transaction.atomic():
        with pytest.raises(ValueError, match="reason"):
            services.revoke(make_token(), reason="x" * 65)
        user.email = "still@example.com"
        user.save()
    assert not RevokedToken.objects.exists()


def test_row_does_not_contain_raw_token():
    token = AuthTokenFactory()
    services.revoke(AuthTokenAdapter().identify(token), reason="theft")
    assert token.key not in repr(RevokedToken.objects.values().get())


@pytest.mark.parametrize(
    "create_cutoff", [services.revoke_everyone, lambda: services.revoke_session("s")]
)
def test_token_revoked_by_cutoff_returns_false(db, create_cutoff):
    token = make_token(subjects=(Subject.session("s"),))
    create_cutoff()
    assert services.revoke(token) is False
    assert services.revoke_many([token, make_token(identifier="2", issued_at=None)]) == (
        0 if create_cutoff is services.revoke_everyone else 1
    )
    assert RevokedToken.objects.filter(key=token.key).exists()
