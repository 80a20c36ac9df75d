"""knox's settings and hooks with cached tokens."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.exceptions import AuthenticationFailed

pytest.importorskip("knox")

from knox.auth import TokenAuthentication
from knox.models import AuthToken

from token_revocation.clock import now
from token_revocation.exceptions import NotRevocable, TokenMissingIdentifier
from token_revocation.stores import get_store

HOUR = timedelta(hours=1)
TTL = 10 * HOUR


@pytest.fixture
def kind_name():
    return "knox"


@pytest.fixture
def refreshed(cached, settings):
    """A client with a cached token that knox extends, and the time of its creation."""
    settings.REST_KNOX = {"AUTO_REFRESH": True}
    cached.authenticate()
    return cached, cached.row.created


def statements(owner):
    """Return the type of each SQL statement of one request."""
    with CaptureQueriesContext(connection) as captured:
        owner.authenticate()
    return [query["sql"].split()[0] for query in captured]


def test_a_cached_token_is_extended_once_per_interval(refreshed):
    owner, created = refreshed
    with time_machine.travel(created + HOUR, tick=False):
        assert statements(owner) == ["UPDATE"]
        assert AuthToken.objects.get().expiry == created + HOUR + TTL
        assert [statements(owner) for _ in range(2)] == [["SELECT"], []]
    with time_machine.travel(created + HOUR + timedelta(seconds=61), tick=False):
        assert statements(owner) == ["UPDATE"]


def test_a_cached_token_has_the_extended_expiry(refreshed):
    owner, created = refreshed
    with time_machine.travel(created + timedelta(seconds=30), tick=False):
        _, token, queries = owner.authenticate()
        assert (token.expiry, queries) == (created + timedelta(seconds=30) + TTL, 0)
    assert AuthToken.objects.get().expiry < token.expiry


def test_knox_extends_the_same_token_at_the_same_time(refreshed, rf):
    owner, created = refreshed
    request = rf.get("/", HTTP_AUTHORIZATION=f"Token {owner.raw}")
    expiries = []
    for authenticate in (owner.authenticate, lambda: TokenAuthentication().authenticate(request)):
        AuthToken.objects.update(expiry=created + TTL)
        with time_machine.travel(created + timedelta(seconds=61), tick=False):
            authenticate()
        expiries.append(AuthToken.objects.get().expiry)
    assert expiries[0] == expiries[1] == created + TTL + timedelta(seconds=61)


def test_a_token_that_another_process_extended_is_accepted(refreshed):
    owner, created = refreshed
    AuthToken.objects.update(expiry=created + 2 * TTL)
    with time_machine.travel(created + TTL + HOUR, tick=False):
        assert owner.authenticate()[0] == owner.user


def test_a_cached_token_is_not_extended_beyond_auto_refresh_max_ttl(cached, settings):
    settings.REST_KNOX = {"AUTO_REFRESH": True, "AUTO_REFRESH_MAX_TTL": 11 * HOUR}
    cached.authenticate()
    created = cached.row.created
    with time_machine.travel(created + 5 * HOUR, tick=False):
        assert cached.authenticate()[1].expiry == created + 11 * HOUR
    assert AuthToken.objects.get().expiry == created + 11 * HOUR


def test_the_settings_apply_to_cached_tokens(cached, settings):
    assert cached.authenticate()[2] == 0
    settings.REST_KNOX = {"AUTO_REFRESH": True}
    assert cached.authenticate()[2] == 1


def test_hooks_of_a_subclass_are_called_with_cached_tokens(refreshed):
    owner, _ = refreshed
    seen = []

    class Hooked(owner.authentication):
        def validate_user(self, auth_token):
            seen.append("validate_user")
            return super().validate_user(auth_token)

        def renew_token(self, auth_token):
            seen.append("renew_token")

    assert owner.authenticate(Hooked)[2] == 0
    assert seen == ["validate_user", "renew_token"]


def test_a_token_that_becomes_unidentifiable_is_rejected(cached):
    class Changing(type(cached.adapter)):
        is_identifiable = True

        def identify(self, token):
            if not self.is_identifiable:
                raise NotRevocable
            return super().identify(token)

    authentication = type("A", (cached.authentication,), {"adapter": Changing()})
    assert [cached.authenticate(authentication)[2] for _ in range(2)] == [1, 0]
    Changing.is_identifiable = False
    with pytest.raises(TokenMissingIdentifier):
        cached.authenticate(authentication)


def test_an_expired_cached_token_gets_the_response_of_knox(cached):
    with time_machine.travel(now() + TTL + HOUR):
        get_store().refresh()
        with pytest.raises(AuthenticationFailed, match="Invalid token"):
            cached.authenticate()
