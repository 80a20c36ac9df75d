"""Indices of sessions that are refreshed for longer than their first token was valid."""

from __future__ import annotations

from datetime import timedelta

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from django.contrib.auth import get_user_model
from django.utils import timezone

from token_revocation import services
from token_revocation._keys import watermark_key
from token_revocation.models import PurgeWatermark
from token_revocation.sessions._records import record_session
from token_revocation.sessions.models import TokenSession, session_row_id
from token_revocation.standards.status_list import _retention
from token_revocation.standards.status_list._builder import revoked_indices
from token_revocation.standards.status_list._retention import delete_expired_lists
from token_revocation.standards.status_list._session_places import new_session_claim
from token_revocation.standards.status_list.models import ListedToken, StatusList

DRAFT = "draft-ietf-oauth-status-list-20"
DAY = timedelta(days=1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_issuer")]


@pytest.fixture
def start(make):
    """Return a function that starts a session 30 days ago, and returns its token."""

    def start(**columns):
        login = timezone.now() - 30 * DAY
        token = make(issued_at=login, minted_at=login, expires_at=login + DAY)
        record_session(token, using="default")
        if columns:
            TokenSession.objects.filter(pk=session_row_id(token)).update(**columns)
        new_session_claim(token)
        return token

    return start


@pytest.fixture
def refreshed():
    """The columns of a session that was refreshed today."""
    return {"rotated_at": timezone.now(), "expires_at": timezone.now() + DAY}


def listed():
    return set(ListedToken.objects.values_list("session_key", flat=True))


@pytest.mark.spec(DRAFT, "12")
def test_the_list_of_a_refreshed_session_is_kept_without_expired_ones(
    start, refreshed, monkeypatch
):
    monkeypatch.setattr(_retention, "BATCH_SIZE", 2)
    for _ in range(3):
        start()
    kept = start(**refreshed)
    endless = start(expires_at=None)
    start()
    assert delete_expired_lists() == 0
    assert listed() == {kept.family_key, endless.family_key}
    assert StatusList.objects.get().expires_at > timezone.now()


def test_the_list_is_deleted_after_its_last_session(start, refreshed):
    start(**refreshed)
    assert delete_expired_lists() == 0
    TokenSession.objects.update(expires_at=timezone.now() - 20 * DAY)
    StatusList.objects.update(expires_at=timezone.now() - DAY)
    assert delete_expired_lists() == 1
    assert not ListedToken.objects.exists()


def test_the_index_of_a_deleted_user_is_kept_while_the_revocation_is_stored(start, refreshed):
    token = start(**refreshed)
    services.revoke_all(get_user_model()(pk=1))
    TokenSession.objects.all().delete()
    assert delete_expired_lists() == 0
    assert listed() == {token.family_key}
    assert len(revoked_indices(StatusList.objects.get())) == 1


@pytest.mark.parametrize(
    "scope", [("kind", "jwt"), ("subject", "session"), ("subject", "everyone")]
)
def test_a_purge_sets_the_indices_of_sessions_without_newer_tokens(start, refreshed, scope):
    start(**refreshed)
    for columns in ({}, {"rotated_at": timezone.now() - 20 * DAY}):
        start(**columns)
    unrecorded = start(**refreshed)
    TokenSession.objects.filter(pk=session_row_id(unrecorded)).delete()
    PurgeWatermark.objects.create(
        key=watermark_key(*scope), scope=" ".join(scope), watermark=timezone.now() - 10 * DAY
    )
    assert len(revoked_indices(StatusList.objects.get())) == 3


@pytest.mark.usefixtures("without_sessions")
def test_without_the_app_the_whole_list_is_deleted(start, refreshed):
    start(**refreshed)
    assert delete_expired_lists() == 1


def test_the_longest_lifetime_is_that_of_tokens_in_lists(settings):
    adapters = ["simplejwt.SimpleJWTAdapter", "authtoken.AuthTokenAdapter"]
    settings.TOKEN_REVOCATION |= {"ADAPTERS": [f"token_revocation.contrib.{a}" for a in adapters]}
    assert _retention._longest_lifetime() == DAY + timedelta(minutes=5)
