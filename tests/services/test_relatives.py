from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from tests.hearing import hearing
from token_revocation import services
from token_revocation.adapters import TokenAdapter
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import RevokedToken
from token_revocation.signals import token_revoked
from token_revocation.tokens import TokenRef

HOUR = timedelta(hours=1)
ACCESS = TokenRef(kind="pair", identifier="access")
REFRESH = TokenRef(kind="pair", identifier="refresh")


class PairAdapter(TokenAdapter):
    """An access token and a refresh token: whichever is ended, the other ends with it."""

    kind = "pair"
    many = 0
    destroyed: ClassVar[list] = []

    def identify(self, token):
        return token

    def relatives(self, token):
        other = REFRESH if token.identifier == "access" else ACCESS
        return [other, *(TokenRef(kind="pair", identifier=str(n)) for n in range(self.many))]

    def destroy(self, token):
        self.destroyed.append(token.identifier)


@pytest.fixture
def adapter(db, settings, monkeypatch):
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{__name__}.PairAdapter"]}
    monkeypatch.setattr(PairAdapter, "destroyed", [])
    return PairAdapter


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """Revoke a token, commit, and return the rows that ``token_revoked`` spoke of."""

    def revoke(token):
        heard = hearing(token_revoked, name="revocation")
        with heard as rows, django_capture_on_commit_callbacks(execute=True):
            services.revoke(token)
        return rows

    return revoke


@pytest.mark.trap("T18")
@pytest.mark.parametrize(("ended", "other"), [(ACCESS, REFRESH), (REFRESH, ACCESS)])
def test_ending_one_half_of_a_pair_does_not_leave_the_other(adapter, ended, other):
    assert services.revoke(ended, reason="theft")
    assert services.is_revoked(other)
    assert set(RevokedToken.objects.values_list("reason", flat=True)) == {"theft"}
    assert sorted(adapter.destroyed) == ["access", "refresh"]


def test_each_of_them_is_told_of_once(adapter, told):
    assert sorted(row.identifier for row in told(ACCESS)) == ["access", "refresh"]
    assert told(REFRESH) == []


def test_a_token_that_ended_with_its_relative_was_not_revoked_by_the_second_call(adapter):
    assert [services.revoke(token) for token in (ACCESS, REFRESH, ACCESS)] == [True, False, False]


def test_a_token_whose_relative_was_ended_before_is_still_revoked_by_the_call(adapter, settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": []}
    services.revoke(REFRESH)
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{__name__}.PairAdapter"]}
    assert services.revoke(ACCESS)


def test_forty_relatives_cost_the_queries_of_one(adapter, monkeypatch, django_assert_num_queries):
    for token, many in ((ACCESS, 0), (replace(ACCESS, issuer="other"), 40)):
        monkeypatch.setattr(PairAdapter, "many", many)
        with django_assert_num_queries(6):  # savepoint, select, savepoint, insert, 2 releases
            services.revoke(token)
    assert RevokedToken.objects.count() == 43


def test_an_expired_relative_leaves_no_row_but_is_destroyed(adapter, monkeypatch):
    expired = replace(REFRESH, expires_at=timezone.now() - HOUR)
    monkeypatch.setattr(PairAdapter, "relatives", lambda self, token: [expired])
    services.revoke(ACCESS)
    assert [row.identifier for row in RevokedToken.objects.all()] == ["access"]
    assert adapter.destroyed == ["access", "refresh"]


@pytest.mark.parametrize("expiry", [datetime(2999, 1, 1, tzinfo=UTC), None])
def test_a_relative_that_lives_longer_now_stays_refused_for_longer(adapter, monkeypatch, expiry):
    services.revoke(replace(REFRESH, expires_at=timezone.now() + HOUR))
    longer = replace(REFRESH, expires_at=expiry)
    monkeypatch.setattr(PairAdapter, "relatives", lambda self, token: [longer])
    services.revoke(ACCESS)
    assert RevokedToken.objects.get(identifier="refresh").expires_at == expiry


def test_nothing_is_revoked_if_the_relative_cannot_be(adapter):
    def fail_to_write(execute, sql, params, many, context):
        if "INSERT INTO" in sql:
            raise OperationalError("disk full")
        return execute(sql, params, many, context)

    with pytest.raises(RevocationUnavailable), connection.execute_wrapper(fail_to_write):
        services.revoke(ACCESS)
    assert not RevokedToken.objects.exists()


def test_a_row_that_another_process_was_first_to_store_is_not_ours(adapter):
    """The other process stores the refresh token between our look and our insert."""
    races = [True]

    def overtake(execute, sql, params, many, context):
        found = execute(sql, params, many, context)
        if sql.startswith("SELECT") and races and races.pop():
            RevokedToken.objects.create(key=REFRESH.key, identifier="refresh", reason="theirs")
        return found

    with connection.execute_wrapper(overtake):
        created = services.revoke(ACCESS, reason="ours")
    assert created
    assert dict(RevokedToken.objects.values_list("identifier", "reason")) == {
        "access": "ours",
        "refresh": "theirs",
    }


def test_what_is_told_of_has_a_primary_key_where_the_server_returns_none(
    adapter, told, monkeypatch
):
    """MySQL inserts many rows at once, but does not say which."""
    features = type(connection.features)
    monkeypatch.setattr(features, "can_return_rows_from_bulk_insert", False)
    keys = {row.pk for row in told(ACCESS)}
    assert keys == set(RevokedToken.objects.values_list("pk", flat=True))
