"""Longer lifetimes than those of the settings are recorded once, and never fail a request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction

from token_revocation._observed_lifetimes import observe_lifetime, observe_lifetimes
from token_revocation.adapters import TokenAdapter
from token_revocation.clock import now
from token_revocation.models import TokenLifetime
from token_revocation.stores import _lifetimes
from token_revocation.stores._lifetimes import (
    pending_lifetimes,
    record_on_commit,
    recorded_lifetimes,
)
from token_revocation.testing._databases import failing_database
from token_revocation.tokens import FOR_EVER, TokenRef

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

transactional = pytest.mark.django_db(transaction=True)


class Daily(TokenAdapter):
    kind = "daily"
    lifetime = DAY

    def identify(self, token):
        return token


class Endless(Daily):
    kind = "endless"
    lifetime = None


class Stored(Daily):
    kind = "stored"
    is_stored = True


@pytest.fixture(autouse=True)
def _adapters(settings):
    names = [f"{__name__}.{name}" for name in ("Daily", "Endless", "Stored")]
    settings.TOKEN_REVOCATION = {"ADAPTERS": names}
    _lifetimes.clear_recorded()


def token(lifetime, kind="daily"):
    issued_at = now()
    expires_at = None if lifetime == FOR_EVER else issued_at + lifetime
    return TokenRef(kind=kind, identifier="1", issued_at=issued_at, expires_at=expires_at)


def recorded():
    return recorded_lifetimes("default")


@transactional
def test_the_first_token_records_the_lifetime_of_the_settings(django_assert_num_queries):
    observe_lifetime(Daily(), token(HOUR))
    assert recorded() == {"daily": DAY}
    with django_assert_num_queries(0):
        observe_lifetime(Daily(), token(DAY))


@transactional
def test_a_longer_lifetime_is_recorded_once_and_rounded_up(django_assert_num_queries):
    observe_lifetime(Daily(), token(90 * DAY))
    assert 90 * DAY <= recorded()["daily"] <= 92 * DAY
    with django_assert_num_queries(0):
        observe_lifetime(Daily(), token(90 * DAY + HOUR))
    _lifetimes.clear_recorded()
    observe_lifetime(Daily(), token(30 * DAY))
    assert TokenLifetime.objects.count() == 1


@transactional
def test_an_unlimited_lifetime_is_the_longest():
    observe_lifetime(Daily(), token(FOR_EVER))
    observe_lifetime(Daily(), token(36_500 * DAY))
    assert recorded() == {"daily": FOR_EVER}
    TokenLifetime.objects.update(seconds=2**62)
    assert recorded() == {"daily": FOR_EVER}


@transactional
def test_tokens_without_information_are_not_recorded(django_assert_num_queries):
    undated = TokenRef(kind="daily", identifier="1", expires_at=now() + 90 * DAY)
    with django_assert_num_queries(0):
        observe_lifetime(Daily(), undated)
        observe_lifetime(Stored(), token(90 * DAY, "stored"))
        observe_lifetime(Endless(), token(90 * DAY, "endless"))
        observe_lifetimes([undated, token(DAY), token(90 * DAY, "stored"), token(DAY, "unknown")])


@transactional
def test_a_kind_without_an_adapter_in_use_is_recorded(settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": []}
    observe_lifetime(Stored(), token(90 * DAY, "stored"))
    observe_lifetime(Endless(), token(90 * DAY, "endless"))
    assert set(recorded()) == {"stored", "endless"}


@transactional
def test_the_longest_of_several_tokens_is_recorded():
    observe_lifetimes([token(HOUR), token(90 * DAY), token(2 * DAY)])
    assert recorded()["daily"] >= 90 * DAY


@transactional
def test_a_lifetime_is_recorded_on_commit(django_assert_num_queries):
    with transaction.atomic():
        with django_assert_num_queries(0):
            record_on_commit("daily", 90 * DAY)
            record_on_commit("daily", 80 * DAY)
        assert len(connection.run_on_commit) == 1
        assert pending_lifetimes("default")["daily"] >= 90 * DAY
    assert recorded()["daily"] >= 90 * DAY
    assert pending_lifetimes("default") == {}


@transactional
def test_a_rolled_back_lifetime_is_not_recorded():
    with transaction.atomic():
        record_on_commit("daily", 90 * DAY)
        transaction.set_rollback(True)
    assert not _lifetimes.is_recorded("daily", DAY)
    record_on_commit("daily", 90 * DAY)
    assert _lifetimes.is_recorded("daily", 90 * DAY)


@pytest.mark.django_db
def test_a_lifetime_in_an_open_transaction_is_not_known_to_be_stored(
    django_capture_on_commit_callbacks,
):
    with django_capture_on_commit_callbacks(execute=True):
        record_on_commit("daily", 90 * DAY)
    assert recorded()["daily"] >= 90 * DAY
    assert not _lifetimes.is_recorded("daily", DAY)


@transactional
def test_a_failure_is_logged_and_not_raised(caplog, monkeypatch):
    clock = iter([100.0, 100.0, 159.0, 161.0])
    monkeypatch.setattr(_lifetimes, "monotonic", lambda: next(clock))
    with failing_database("tokenlifetime"):
        record_on_commit("daily", 90 * DAY)
        record_on_commit("daily", 90 * DAY)
    assert recorded() == {}
    assert [r.getMessage() for r in caplog.records if r.name == "token_revocation"] == [
        "A lifetime could not be recorded: OperationalError"
    ]
    record_on_commit("daily", 90 * DAY)
    assert recorded()["daily"] >= 90 * DAY


@transactional
def test_without_a_tenant_a_lifetime_is_recorded_each_time(settings, monkeypatch):
    monkeypatch.setattr(_lifetimes, "current_scope", lambda using: None)
    record_on_commit("daily", 90 * DAY)
    assert recorded()["daily"] >= 90 * DAY
    assert not _lifetimes.is_recorded("daily", DAY)
