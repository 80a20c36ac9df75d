from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from tests.signals import capture_signals
from token_revocation import services
from token_revocation.adapters import TokenAdapter
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import RevokedToken
from token_revocation.signals import token_revoked
from token_revocation.tokens import TokenRef

HOUR = timedelta(hours=1)
ACCESS = TokenRef(kind="pair", identifier="access")
REFRESH = TokenRef(kind="pair", identifier="refresh")

pytestmark = pytest.mark.usefixtures("_callers")


class PairAdapter(TokenAdapter):
    """An access token and a refresh token that are related to each other."""

    kind = "pair"
    related_count = 0
    deleted: ClassVar[list] = []

    def identify(self, token):
        return token

    def related_tokens(self, token):
        other = REFRESH if token.identifier == "access" else ACCESS
        return [
            other,
            *(TokenRef(kind="pair", identifier=str(n)) for n in range(self.related_count)),
        ]

    def delete_stored(self, token):
        self.deleted.append(token.identifier)


@pytest.fixture
def adapter(db, settings, monkeypatch):
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{__name__}.PairAdapter"]}
    monkeypatch.setattr(PairAdapter, "deleted", [])
    return PairAdapter


@pytest.fixture
def revoke_and_commit(django_capture_on_commit_callbacks):
    """Revoke a token, commit, and return the rows of the ``token_revoked`` signals."""

    def revoke(token):
        capture = capture_signals(token_revoked, argument="revocation")
        with capture as rows, django_capture_on_commit_callbacks(execute=True):
            services.revoke(token)
        return rows

    return revoke


@pytest.mark.trap("T18")
@pytest.mark.parametrize(("revoked", "other"), [(ACCESS, REFRESH), (REFRESH, ACCESS)])
def test_revoking_one_token_of_pair_revokes_the_other(adapter, revoked, other):
    assert services.revoke(revoked, reason="theft")
    assert services.is_revoked(other)
    assert set(RevokedToken.objects.values_list("reason", flat=True)) == {"theft"}
    assert sorted(adapter.deleted) == ["access", "refresh"]


def test_one_signal_is_sent_for_each_token(adapter, revoke_and_commit):
    assert sorted(row.identifier for row in revoke_and_commit(ACCESS)) == ["access", "refresh"]
    assert revoke_and_commit(REFRESH) == []


def test_token_revoked_as_related_token_returns_false(adapter):
    assert [services.revoke(token) for token in (ACCESS, REFRESH, ACCESS)] == [True, False, False]


def test_token_with_revoked_related_token_returns_true(adapter, settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": []}
    services.revoke(REFRESH)
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{__name__}.PairAdapter"]}
    assert services.revoke(ACCESS)


def test_query_count_is_independent_of_related_tokens(
    adapter, monkeypatch, django_assert_num_queries
):
    for token, count in ((ACCESS, 0), (replace(ACCESS, issuer="other"), 40)):
        monkeypatch.setattr(PairAdapter, "related_count", count)
        with django_assert_num_queries(7):  # savepoint, 2 selects, savepoint, insert, 2 releases
            services.revoke(token)
    assert RevokedToken.objects.count() == 43


def test_expired_related_token_is_deleted_but_not_recorded(adapter, monkeypatch):
    expired = replace(REFRESH, expires_at=timezone.now() - HOUR)
    monkeypatch.setattr(PairAdapter, "related_tokens", lambda self, token: [expired])
    services.revoke(ACCESS)
    assert [row.identifier for row in RevokedToken.objects.all()] == ["access"]
    assert adapter.deleted == ["access", "refresh"]


@pytest.mark.parametrize("expiry", [datetime(2999, 1, 1, tzinfo=UTC), None])
def test_later_expiry_of_related_token_is_kept(adapter, monkeypatch, expiry):
    services.revoke(replace(REFRESH, expires_at=timezone.now() + HOUR))
    longer = replace(REFRESH, expires_at=expiry)
    monkeypatch.setattr(PairAdapter, "related_tokens", lambda self, token: [longer])
    services.revoke(ACCESS)
    assert RevokedToken.objects.get(identifier="refresh").expires_at == expiry


def test_failed_related_revocation_rolls_back(adapter):
    def fail_to_write(execute, sql, params, many, context):
        if "INSERT INTO" in sql:
            raise OperationalError("disk full")
        return execute(sql, params, many, context)

    with pytest.raises(RevocationUnavailable), connection.execute_wrapper(fail_to_write):
        services.revoke(ACCESS)
    assert not RevokedToken.objects.exists()


def test_row_stored_first_by_another_process_is_kept(adapter):
    """The other process stores the refresh token between the read and the insert."""
    is_pending = [True]

    def insert_concurrently(execute, sql, params, many, context):
        found = execute(sql, params, many, context)
        if sql.startswith("SELECT") and is_pending and is_pending.pop():
            RevokedToken.objects.create(key=REFRESH.key, identifier="refresh", reason="theirs")
        return found

    with connection.execute_wrapper(insert_concurrently):
        created = services.revoke(ACCESS, reason="ours")
    assert created
    assert dict(RevokedToken.objects.values_list("identifier", "reason")) == {
        "access": "ours",
        "refresh": "theirs",
    }


def test_signals_have_primary_keys_if_server_returns_none(adapter, revoke_and_commit, monkeypatch):
    """MySQL does not return the primary keys of a bulk insert."""
    features = type(connection.features)
    monkeypatch.setattr(features, "can_return_rows_from_bulk_insert", False)
    keys = {row.pk for row in revoke_and_commit(ACCESS)}
    assert keys == set(RevokedToken.objects.values_list("pk", flat=True))
