"""A purge keeps cutoffs for recorded lifetimes, and rejects unknown older tokens."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from token_revocation import clock, services
from token_revocation.adapters import TokenAdapter
from token_revocation.clock import now
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import PurgeWatermark, RevokedToken, TokenCutoff, TokenLifetime
from token_revocation.services._expired_revocations import RETRY_INTERVAL
from token_revocation.stores import get_store
from token_revocation.stores._lifetimes import record_on_commit
from token_revocation.testing._databases import failing_database
from token_revocation.tokens import FOR_EVER, Subject, TokenRef

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HERE = f"{__name__}."

pytestmark = pytest.mark.django_db


class Daily(TokenAdapter):
    kind = "daily"
    subject_types = ("user", "session")
    lifetime = DAY

    def identify(self, token):
        return token


class Weekly(Daily):
    kind = "weekly"
    subject_types = ("user",)
    lifetime = 7 * DAY


class Stored(Daily):
    """A kind that stores all tokens; the oldest was minted at ``oldest``."""

    kind = "stored"
    is_stored = True
    oldest = None

    def oldest_minted_at(self):
        return self.oldest


class Lenient(Daily):
    kind = "lenient"
    leeway = 3 * HOUR


@pytest.fixture(autouse=True)
def use(settings, monkeypatch):
    """Configure the given adapters."""
    monkeypatch.setattr(clock, "UTC_NOW", {})

    def change(*adapters, **more):
        names = [HERE + adapter.__name__ for adapter in adapters]
        settings.TOKEN_REVOCATION = {"ADAPTERS": names, **more}

    change(Daily)
    return change


def later(duration):
    return time_machine.travel(now() + duration, tick=False)


def make_jwt(*, kind="daily", lifetime=DAY, **parts):
    parts = {"subjects": (Subject.session("s"),), "identifier": "1", **parts}
    return TokenRef(kind=kind, issued_at=now(), expires_at=now() + lifetime, **parts)


def record_lifetime(kind, lifetime):
    """Record a lifetime as if a token was presented, as a test never commits."""
    record_on_commit(kind, lifetime)


def test_cutoff_is_purged_after_configured_lifetime():
    services.revoke_session("s")
    with later(DAY + HOUR + HOUR):
        assert services.purge() == 1
    watermark = PurgeWatermark.objects.get()
    assert watermark.scope == str(watermark) == "subject session"


def test_each_subject_type_has_its_own_watermark():
    for subject in (services.revoke_session, services.revoke_client):
        subject("s")
    services.revoke_everyone()
    TokenCutoff.objects.filter(expires_at=None).update(expires_at=now() + DAY)
    with later(3 * DAY):
        assert services.purge() == 3
    scopes = set(PurgeWatermark.objects.values_list("scope", flat=True))
    assert scopes == {"subject client", "subject everyone", "subject session"}


def test_unknown_longer_lived_token_is_rejected_after_purge():
    long_lived = make_jwt(lifetime=90 * DAY)
    services.revoke_session("s")
    with later(3 * DAY):
        services.purge()
        assert services.is_revoked(long_lived)
        assert not services.is_revoked(make_jwt())


@pytest.mark.parametrize("subjects", [(), (Subject.user(1),)])
def test_token_without_subject_of_watermark_is_accepted(subjects):
    other = make_jwt(lifetime=90 * DAY, subjects=subjects)
    services.revoke_session("s")
    with later(3 * DAY):
        services.purge()
        assert not services.is_revoked(other)


def test_cutoff_is_kept_for_recorded_longer_lifetime():
    long_lived, other = make_jwt(lifetime=90 * DAY), make_jwt(subjects=(Subject.session("t"),))
    services.revoke_session("s")
    record_lifetime("daily", 90 * DAY)
    with later(80 * DAY):
        assert services.purge() == 0
        assert services.is_revoked(long_lived)
        assert not services.is_revoked(other)
    cutoff = TokenCutoff.objects.get()
    assert 90 * DAY <= cutoff.expires_at - cutoff.not_before <= 93 * DAY
    with later(95 * DAY):
        assert services.purge() == 1


def test_cutoff_is_kept_for_recorded_unlimited_lifetime():
    services.revoke_session("s")
    record_lifetime("daily", FOR_EVER)
    with later(3 * DAY):
        assert services.purge() == 0
    assert TokenCutoff.objects.get().expires_at is None


def test_cutoff_expires_no_earlier_than_revoked_token():
    long_lived = make_jwt(lifetime=90 * DAY)
    services.log_out(long_lived)
    assert TokenCutoff.objects.get().expires_at == long_lived.expires_at
    services.log_out(make_jwt(subjects=(Subject.session("t"),), lifetime=HOUR))
    assert TokenCutoff.objects.last().expires_at == TokenCutoff.objects.last().not_before + DAY
    services.log_out(
        TokenRef(kind="daily", identifier="x", subjects=(Subject.session("u"),), issued_at=now())
    )
    assert TokenCutoff.objects.last().expires_at is None


def test_lifetime_of_revoked_token_is_recorded():
    good = make_jwt(lifetime=90 * DAY, identifier="2")
    services.revoke(make_jwt(lifetime=90 * DAY))
    services.revoke_session("other")
    with later(3 * DAY):
        services.purge()
        assert not services.is_revoked(good)


def test_purge_records_configured_lifetimes(use):
    use(Daily, Weekly)
    good = make_jwt(kind="weekly", lifetime=7 * DAY, subjects=(Subject.user(2),))
    services.purge()
    row = TokenLifetime.objects.get(kind="weekly")
    assert (row.seconds, str(row)) == (7 * 86_400, "weekly 604800")
    use(Daily)
    TokenCutoff.objects.create(
        key=Subject.user(1).key, subject_type="user", not_before=now(), expires_at=now() + DAY
    )
    with later(3 * DAY):
        assert services.purge() == 0
        assert not services.is_revoked(good)
    with later(8 * DAY):
        assert services.purge() == 1


def test_kind_without_adapter_counts_for_every_subject_type():
    services.revoke_session("s")
    record_lifetime("forgotten", 30 * DAY)
    with later(20 * DAY):
        assert services.purge() == 0
    with later(32 * DAY):
        assert services.purge() == 1


def test_kind_without_subject_type_is_ignored(use):
    use(Daily, Weekly)
    services.revoke_session("s")
    with later(2 * DAY):
        assert services.purge() == 1


def test_cutoff_needed_by_stored_token_is_kept(use, monkeypatch):
    use(Stored)
    monkeypatch.setattr(Stored, "oldest", now() - DAY)
    cutoff = services.revoke_session("s")
    with later(3 * DAY):
        assert services.purge() == 0
        cutoff.refresh_from_db()
        assert cutoff.expires_at == now() + RETRY_INTERVAL
    monkeypatch.setattr(Stored, "oldest", now() + HOUR)
    with later(5 * DAY):
        assert services.purge() == 1
        assert not services.is_revoked(make_jwt(kind="stored"))
    assert PurgeWatermark.objects.get().watermark < Stored.oldest


def test_watermark_does_not_reject_accepted_tokens(use, monkeypatch):
    """The last access token of a refresh token has its time of issue."""
    use(Lenient)
    monkeypatch.setattr(Lenient, "longest_age", 2 * DAY)
    cutoff = services.revoke_session("s")
    with later(DAY + 6 * HOUR):
        assert services.purge() == 0
    with later(3 * DAY):
        assert services.purge() == 1
    assert cutoff.not_before <= PurgeWatermark.objects.get().watermark < now() + DAY


def test_watermark_never_decreases():
    services.revoke_session("s")
    with later(3 * DAY):
        services.revoke_session("t")
        services.purge()
    first = PurgeWatermark.objects.get().watermark
    with later(6 * DAY):
        services.purge()
    assert PurgeWatermark.objects.get().watermark > first
    TokenCutoff.objects.create(
        key=Subject.session("u").key,
        subject_type="session",
        not_before=now() - DAY,
        expires_at=now() - DAY,
    )
    second = PurgeWatermark.objects.get().watermark
    with later(9 * DAY):
        assert services.purge() == 1
    assert PurgeWatermark.objects.get().watermark == second


@pytest.mark.django_db(transaction=True)
def test_nothing_is_deleted_if_watermark_cannot_be_written():
    services.revoke_session("s")
    with (
        later(3 * DAY),
        failing_database("INSERT", "purgewatermark"),
        pytest.raises(RevocationUnavailable),
    ):
        services.purge()
    assert TokenCutoff.objects.exists()


def test_dry_run_counts_deletable_rows():
    services.revoke_session("s")
    with later(3 * DAY):
        assert services.purge(dry_run=True) == 1
    record_lifetime("daily", 90 * DAY)
    with later(3 * DAY):
        assert services.purge(dry_run=True) == 0


def test_cutoff_is_in_force_while_a_token_may_need_it():
    cutoff = services.revoke_session("s")
    with later(3 * DAY):
        assert not services.is_in_force(cutoff)
        assert services.delete_expired(TokenCutoff.objects.none()) == 0
    record_lifetime("daily", 90 * DAY)
    with later(3 * DAY):
        assert services.is_in_force(cutoff)
        assert services.delete_expired(TokenCutoff.objects.all()) == 0
    with later(95 * DAY):
        assert services.delete_expired(TokenCutoff.objects.all()) == 1


def test_token_revoked_by_identifier_stays_revoked_after_purge():
    long_lived, other = make_jwt(lifetime=90 * DAY), make_jwt(lifetime=90 * DAY, identifier="2")
    services.revoke_identifiers("daily", ["1"])
    row = RevokedToken.objects.get()
    assert not services.is_in_force(row) or row.expires_at > now()
    with later(3 * DAY):
        assert not services.is_in_force(row)
        assert services.purge(dry_run=True) == services.purge() == 1
        assert services.is_revoked(long_lived)
        # Its lifetime was not recorded, so it cannot be distinguished from the revoked token.
        assert services.is_revoked(other)
        assert not services.is_revoked(make_jwt())


def test_purge_of_identifier_keeps_other_recorded_tokens_valid():
    long_lived, other = make_jwt(lifetime=90 * DAY), make_jwt(lifetime=90 * DAY, identifier="2")
    services.revoke_identifiers("daily", ["1"])
    record_lifetime("daily", 90 * DAY)
    with later(3 * DAY):
        assert services.is_in_force(RevokedToken.objects.get())
        assert services.purge() == 0
        assert services.is_revoked(long_lived)
        assert not services.is_revoked(other)
    with later(95 * DAY):
        assert services.purge() == 1


def test_explicit_expiry_needs_no_watermark():
    services.revoke_identifiers("daily", ["1"], expires_at=now() + HOUR)
    row = RevokedToken.objects.get()
    with later(3 * HOUR):
        assert not services.is_in_force(row)
        assert services.purge() == 1
    assert not PurgeWatermark.objects.exists()


@pytest.mark.parametrize("store", ["DatabaseStore", "CachedStore", "SnapshotStore"])
def test_every_store_applies_watermarks(use, store):
    module = {"SnapshotStore": "snapshot"}.get(store, store.removesuffix("Store").lower())
    options = {"STORE_OPTIONS": {"background": False}} if module == "snapshot" else {}
    use(Daily, STORE=f"token_revocation.stores.{module}.{store}", **options)
    long_lived, good = make_jwt(lifetime=90 * DAY), make_jwt(lifetime=90 * DAY, subjects=())
    services.revoke_session("s")
    with later(3 * DAY):
        services.purge()
        if module == "snapshot":
            get_store().refresh()
            assert not get_store().is_known_valid(long_lived)
            assert get_store().is_known_valid(good)
        assert get_store().is_revoked(long_lived)
        assert not get_store().is_revoked(good)


def test_opportunistic_purge_writes_watermark(use, django_capture_on_commit_callbacks):
    use(Daily, PURGE_ON_REVOKE=2)
    long_lived = make_jwt(lifetime=90 * DAY)
    services.revoke_session("s")
    with later(3 * DAY):
        with django_capture_on_commit_callbacks(execute=True):
            services.revoke_session("t")
        assert TokenCutoff.objects.count() == 1
        assert services.is_revoked(long_lived)
