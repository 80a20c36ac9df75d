"""The adapter for knox's tokens."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from rest_framework.exceptions import PermissionDenied

pytest.importorskip("knox")

from knox.models import AuthToken

from tests.contrib.knox.protected_view import get_response
from tests.factories import UserFactory
from token_revocation import services
from token_revocation.contrib.knox import KnoxAdapter
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.tokens import Subject

DAY = timedelta(days=1)
EXPIRED = timedelta(seconds=-1)
adapter = KnoxAdapter()


def test_token_is_identified_by_the_digest_that_knox_stores(create_token, user):
    token, raw = create_token()
    ref = adapter.identify(token)
    assert ref.identifier == hashlib.sha512(raw.encode()).hexdigest() == token.digest
    assert ref.subjects == (Subject.user(user.pk),)
    assert (ref.issued_at, ref.expires_at) == (token.created, token.expiry)


def test_revocation_stores_the_whole_digest(create_token):
    token, _ = create_token()
    services.revoke(adapter.identify(token))
    assert RevokedToken.objects.get().identifier == token.digest


@pytest.mark.parametrize(
    ("options", "expiry", "days"),
    [
        ({}, DAY, 1),
        ({}, None, None),
        ({"AUTO_REFRESH": True}, DAY, None),
        ({"AUTO_REFRESH": True}, None, None),
        ({"AUTO_REFRESH": True, "AUTO_REFRESH_MAX_TTL": 7 * DAY}, DAY, 7),
        ({"AUTO_REFRESH": True, "AUTO_REFRESH_MAX_TTL": 7 * DAY}, 30 * DAY, 30),
    ],
)
def test_revocation_expires_with_the_last_possible_renewal(
    create_token, knox_settings, options, expiry, days
):
    knox_settings(**options)
    token, _ = create_token(expiry=expiry)
    expires_at = adapter.identify(token).expires_at
    lifetime_days = expires_at and round((expires_at - token.created) / DAY)
    assert lifetime_days == days


@pytest.mark.trap("T4")
def test_purge_keeps_the_revocation_of_a_token_saved_again_with_a_later_expiry(
    create_token, knox_settings
):
    knox_settings(AUTO_REFRESH=True)
    token, raw = create_token(expiry=DAY)
    services.revoke(adapter.identify(token))
    token.expiry += 30 * DAY
    token.save(force_insert=True)
    with time_machine.travel(timezone.now() + 2 * DAY):
        services.purge()
        assert get_response(raw).data["code"] == "token_revoked"


def test_purge_keeps_a_cutoff_for_a_token_with_a_custom_expiry(create_token, user):
    _, raw = create_token(expiry=30 * DAY)
    services.revoke_all(user)
    with time_machine.travel(timezone.now() + 20 * DAY):
        services.purge()
        assert get_response(raw).data["code"] == "token_revoked"


def test_cutoff_is_purged_after_all_its_tokens_have_expired(create_token, user):
    create_token(expiry=30 * DAY)
    services.revoke_all(user)
    with time_machine.travel(timezone.now() + 31 * DAY):
        services.purge()
    assert not TokenCutoff.objects.exists()


@pytest.mark.parametrize(
    ("options", "expiries", "days"),
    [
        ({"TOKEN_TTL": 2 * DAY}, [], 2),
        ({"TOKEN_TTL": 2 * DAY}, [DAY, 9 * DAY], 9),
        ({"TOKEN_TTL": 2 * DAY}, [DAY, None], None),
        ({"TOKEN_TTL": None}, [DAY], None),
        ({"AUTO_REFRESH": True}, [DAY], None),
        ({"AUTO_REFRESH": True, "AUTO_REFRESH_MAX_TTL": 20 * DAY}, [DAY], 20),
        ({"AUTO_REFRESH": True, "AUTO_REFRESH_MAX_TTL": 20 * DAY}, [DAY, None], None),
    ],
)
def test_lifetime_covers_the_latest_stored_expiry(
    create_token, knox_settings, options, expiries, days
):
    knox_settings(**options)
    for expiry in expiries:
        create_token(expiry=expiry)
    lifetime = adapter.lifetime
    assert (lifetime and round(lifetime / DAY)) == days


def test_expired_token_is_resolved(create_token):
    token, raw = create_token(expiry=EXPIRED)
    assert adapter.resolve(raw) == adapter.identify(token)


def test_active_tokens_belong_to_the_user_and_have_not_expired(create_token, user):
    active = [create_token()[0], create_token(expiry=None)[0]]
    create_token(expiry=EXPIRED)
    AuthToken.objects.create(user=UserFactory())
    assert {ref.identifier for ref in adapter.active_tokens(user)} == {t.digest for t in active}


def test_delete_stored_deletes_only_that_token(create_token):
    token, (other, _) = create_token()[0], create_token()
    adapter.delete_stored(adapter.identify(token))
    adapter.delete_stored(adapter.identify(token))
    assert AuthToken.objects.get() == other


def test_issue_creates_a_token_with_the_settings_of_knox(knox_in_use, knox_settings, user):
    knox_settings(TOKEN_TTL=DAY, TOKEN_PREFIX="pre_")
    issued = services.issue(user)
    assert issued.raw.startswith("pre_")
    assert issued.ref == adapter.identify(AuthToken.objects.get())
    assert get_response(issued.raw).status_code == 200


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no clock of its own")
@pytest.mark.parametrize("seconds", [-30, 30])
def test_clock_of_the_host_does_not_affect_cutoffs(knox_in_use, user, seconds):
    skewed = timezone.now() + timedelta(seconds=seconds)
    with time_machine.travel(skewed):
        before = services.issue(user)
    services.revoke_all(user)
    with time_machine.travel(skewed):
        after = services.issue(user)
    for issued, is_revoked in ((before, True), (after, False)):
        assert services.resolve(issued.raw) == issued.ref
        assert services.is_revoked(issued.ref) is is_revoked


def test_issue_respects_token_limit_per_user(create_token, knox_settings, user):
    knox_settings(TOKEN_LIMIT_PER_USER=2)
    create_token(expiry=EXPIRED)
    create_token()
    services.issue(user)
    with pytest.raises(PermissionDenied):
        services.issue(user)


@pytest.mark.parametrize("raw", ["", "x", "0" * 64])
def test_logout_with_an_invalid_token_stores_nothing(knox_in_use, api_client, db, raw):
    api_client.credentials(HTTP_AUTHORIZATION=f"Token {raw}")
    assert api_client.post("/auth/logout/").status_code == 204
    assert not RevokedToken.objects.exists()


def test_logout_revokes_a_token_that_no_revocable_class_accepted(create_token, api_client):
    _, raw = create_token()
    api_client.credentials(HTTP_AUTHORIZATION=f"Token {raw}")
    assert api_client.post("/auth/logout/").status_code == 204
    assert get_response(raw).data["code"] == "token_revoked"


def test_resolve_many_makes_one_query(create_token, django_assert_num_queries):
    raws = [create_token()[1] for _ in range(5)]
    with django_assert_num_queries(1):
        refs = list(adapter.resolve_many(["x", *raws]))
    assert len(refs) == 5
