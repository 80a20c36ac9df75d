"""Purge of expired stored tokens, which records no revocation."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from rest_framework.authtoken.models import Token

from tests.factories import AuthTokenFactory, UserFactory
from token_revocation import services
from token_revocation.clock import now
from token_revocation.models import RevokedToken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_callers")]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CONTRIB = "token_revocation.contrib"


@pytest.fixture
def knox_tokens(settings):
    """Create knox tokens with the given lifetimes."""
    models = pytest.importorskip("knox.models")
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{CONTRIB}.knox.KnoxAdapter"]}

    def make(*lifetimes):
        users = [UserFactory() for _ in lifetimes]
        for user, lifetime in zip(users, lifetimes, strict=True):
            models.AuthToken.objects.create(user=user, expiry=lifetime)
        return models.AuthToken.objects

    return make


def later(duration):
    return time_machine.travel(now() + duration, tick=False)


def run_purge_command(**options):
    out = StringIO()
    call_command("purge_revoked_tokens", stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def test_expired_knox_tokens_are_deleted_in_batches(knox_tokens):
    tokens, seen = knox_tokens(HOUR, HOUR, HOUR, 5 * DAY, None), []
    with later(3 * HOUR):
        assert services.purge(dry_run=True) == 3
        assert services.purge(batch_size=2, progress=seen.append) == 3
    assert tokens.count() == 2
    assert seen == [2, 3]
    assert not RevokedToken.objects.exists()


def test_expired_knox_tokens_are_kept_during_grace_period(knox_tokens):
    tokens = knox_tokens(HOUR)
    with later(HOUR + HOUR / 2):
        assert services.purge() == 0
    assert tokens.exists()


def test_token_renewed_during_purge_is_kept(knox_tokens, monkeypatch):
    from token_revocation.services import _retention

    tokens, delete = knox_tokens(HOUR), _retention._delete

    def renew_first(expired, batch):
        tokens.update(expiry=now() + DAY)
        return delete(expired, batch)

    monkeypatch.setattr(_retention, "_delete", renew_first)
    with later(3 * HOUR):
        assert services.purge() == 0
    assert tokens.exists()


def test_drf_tokens_older_than_ttl_are_deleted(settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": DAY}
    AuthTokenFactory()
    young = AuthTokenFactory()
    Token.objects.filter(pk=young.pk).update(created=now() + 12 * HOUR)
    with later(DAY + 2 * HOUR):
        assert services.purge() == 1
    assert Token.objects.get() == young
    assert not RevokedToken.objects.exists()


def test_drf_tokens_without_ttl_are_kept(token):
    with later(3650 * DAY):
        assert services.purge() == 0
    assert Token.objects.exists()


def test_command_counts_revocations_and_tokens_separately(knox_tokens):
    knox_tokens(HOUR)
    with later(3 * HOUR):
        assert "Would delete 1 expired tokens.\n" in run_purge_command(dry_run=True)
        assert json.loads(run_purge_command(json=True)) == {
            "deleted": 0,
            "dry_run": False,
            "tokens": 1,
            "sessions": 0,
        }
        assert run_purge_command().splitlines() == [
            "Deleted 0 expired revocations.",
            "Deleted 0 expired tokens.",
            "Deleted 0 sessions.",
        ]
