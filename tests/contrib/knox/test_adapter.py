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

from tests.contrib.knox.asking import ask
from tests.factories import UserFactory
from token_revocation import services
from token_revocation.contrib.knox import KnoxAdapter
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.tokens import Subject

DAY = timedelta(days=1)
EXPIRED = timedelta(seconds=-1)
adapter = KnoxAdapter()


def test_a_token_is_identified_by_the_digest_that_knox_stores(make, user):
    token, raw = make()
    ref = adapter.identify(token)
    assert ref.identifier == hashlib.sha512(raw.encode()).hexdigest() == token.digest
    assert ref.subjects == (Subject.user(user.pk),)
    assert (ref.issued_at, ref.expires_at) == (token.created, token.expiry)


def test_the_whole_digest_is_stored_with_the_revocation(make):
    token, _ = make()
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
def test_a_revocation_is_kept_as_long_as_the_token_can_be_renewed(
    make, knox_settings, options, expiry, days
):
    knox_settings(**options)
    token, _ = make(expiry=expiry)
    expires_at = adapter.identify(token).expires_at
    lives = expires_at and round((expires_at - token.created) / DAY)
    assert lives == days


@pytest.mark.trap("T4")
def test_purging_does_not_revive_a_token_whose_expiry_was_moved_by_code_that_still_held_it(
    make, knox_settings
):
    knox_settings(AUTO_REFRESH=True)
    token, raw = make(expiry=DAY)
    services.revoke(adapter.identify(token))
    token.expiry += 30 * DAY
    token.save(force_insert=True)
    with time_machine.travel(timezone.now() + 2 * DAY):
        services.purge()
        assert ask(raw).data["code"] == "token_revoked"


def test_purging_does_not_end_a_cutoff_before_a_token_with_an_expiry_of_its_own(make, user):
    _, raw = make(expiry=30 * DAY)
    services.revoke_all(user)
    with time_machine.travel(timezone.now() + 20 * DAY):
        services.purge()
        assert ask(raw).data["code"] == "token_revoked"


def test_a_cutoff_is_purged_once_every_token_before_it_has_expired(make, user):
    make(expiry=30 * DAY)
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
def test_a_token_lives_as_long_as_the_longest_that_is_stored(
    make, knox_settings, options, expiries, days
):
    knox_settings(**options)
    for expiry in expiries:
        make(expiry=expiry)
    lifetime = adapter.lifetime
    assert (lifetime and round(lifetime / DAY)) == days


def test_an_expired_token_is_read_still(make):
    token, raw = make(expiry=EXPIRED)
    assert adapter.read(raw) == adapter.identify(token)


def test_active_tokens_are_those_of_the_user_that_have_not_expired(make, user):
    kept = [make()[0], make(expiry=None)[0]]
    make(expiry=EXPIRED)
    AuthToken.objects.create(user=UserFactory())
    assert {ref.identifier for ref in adapter.active_tokens(user)} == {t.digest for t in kept}


def test_destroying_deletes_that_token_alone(make):
    token, (other, _) = make()[0], make()
    adapter.destroy(adapter.identify(token))
    adapter.destroy(adapter.identify(token))
    assert AuthToken.objects.get() == other


def test_a_login_gets_a_token_as_knox_makes_them(knox_in_use, knox_settings, user):
    knox_settings(TOKEN_TTL=DAY, TOKEN_PREFIX="pre_")
    issued = services.issue(user)
    assert issued.raw.startswith("pre_")
    assert issued.ref == adapter.identify(AuthToken.objects.get())
    assert ask(issued.raw).status_code == 200


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no clock of its own")
@pytest.mark.parametrize("seconds", [-30, 30])
def test_the_clock_of_the_host_that_logs_in_does_not_matter(knox_in_use, user, seconds):
    skewed = timezone.now() + timedelta(seconds=seconds)
    with time_machine.travel(skewed):
        early = services.issue(user)
    services.revoke_all(user)
    with time_machine.travel(skewed):
        late = services.issue(user)
    for issued, is_ended in ((early, True), (late, False)):
        assert services.read(issued.raw) == issued.ref
        assert services.is_revoked(issued.ref) is is_ended


def test_a_login_does_not_exceed_the_limit_that_knox_sets(make, knox_settings, user):
    knox_settings(TOKEN_LIMIT_PER_USER=2)
    make(expiry=EXPIRED)
    make()
    services.issue(user)
    with pytest.raises(PermissionDenied):
        services.issue(user)


@pytest.mark.parametrize("raw", ["", "x", "0" * 64])
def test_logging_out_with_garbage_stores_nothing(knox_in_use, api_client, db, raw):
    api_client.credentials(HTTP_AUTHORIZATION=f"Token {raw}")
    assert api_client.post("/auth/logout/").status_code == 204
    assert not RevokedToken.objects.exists()


def test_our_logout_ends_the_token_even_where_no_class_of_ours_accepted_it(make, api_client):
    _, raw = make()
    api_client.credentials(HTTP_AUTHORIZATION=f"Token {raw}")
    assert api_client.post("/auth/logout/").status_code == 204
    assert ask(raw).data["code"] == "token_revoked"


def test_a_list_of_tokens_is_read_in_one_query(make, django_assert_num_queries):
    raws = [make()[1] for _ in range(5)]
    with django_assert_num_queries(1):
        found = list(adapter.read_many(["x", *raws]))
    assert len(found) == 5
