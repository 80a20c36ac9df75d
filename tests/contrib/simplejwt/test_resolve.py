"""Resolution of raw JWTs, and the lifetimes and leeway of the adapter."""

from __future__ import annotations

import time
from datetime import timedelta

import jwt
import pytest
from rest_framework_simplejwt.tokens import AccessToken

from tests.contrib.simplejwt.keys import backend_for
from token_revocation import services
from token_revocation.contrib.simplejwt import SimpleJWTAdapter

adapter = SimpleJWTAdapter()


@pytest.fixture
def backend(monkeypatch):
    """Return a function that replaces the token backend of simplejwt."""

    def replace(algorithm="HS256", **options):
        backend = backend_for(algorithm, **options)
        monkeypatch.setattr("rest_framework_simplejwt.state.token_backend", backend)
        return backend

    return replace


def create_expired(seconds):
    token = AccessToken()
    token.set_exp(lifetime=timedelta(seconds=-seconds))
    return str(token)


@pytest.mark.parametrize("algorithm", ["HS256", "HS512", "ES256", "RS256"])
def test_token_of_each_algorithm_is_resolved(backend, algorithm):
    backend(algorithm)
    token = AccessToken()
    assert adapter.resolve(str(token)) == adapter.identify(token)


@pytest.mark.parametrize("seconds", [1, 3600, 60 * 60 * 24 * 3650])
def test_expired_token_is_resolved(db, seconds):
    assert adapter.resolve(create_expired(seconds)) is not None


def test_resolve_does_not_change_the_leeway_of_simplejwt(backend, db):
    backend(leeway=10)
    adapter.resolve(create_expired(11))
    with pytest.raises(Exception, match="expired"):
        AccessToken(create_expired(11))


def test_wrong_issuer_or_audience_is_not_resolved(backend, db):
    backend(issuer="us", audience="api")
    raw = str(AccessToken())
    assert adapter.resolve(raw).issuer == "us"
    for other in ({"issuer": "them", "audience": "api"}, {"issuer": "us", "audience": "shop"}):
        backend(**other)
        assert adapter.resolve(raw) is None


@pytest.mark.trap("T24")
def test_token_signed_with_another_key_is_not_resolved(backend, db):
    raw = str(AccessToken())
    backend()
    assert adapter.resolve(raw) is None


@pytest.mark.trap("T24")
def test_token_signed_with_another_algorithm_is_not_resolved(backend, db):
    signing_key = backend("HS256").prepared_signing_key
    payload = AccessToken().payload
    raw = jwt.encode(payload, signing_key, algorithm="HS512")
    assert adapter.resolve(raw) is None


@pytest.mark.trap("T24")
def test_unsigned_token_is_not_resolved(db):
    assert adapter.resolve(jwt.encode(AccessToken().payload, None, algorithm="none")) is None


@pytest.mark.parametrize("raw", ["", ".", "..", "a.b.c", "é", "[" * 4000, "WyI" * 2000 + ".e30.x"])
def test_malformed_token_is_not_resolved(db, raw):
    assert adapter.resolve(raw) is None
    assert services.resolve(raw) is None


@pytest.mark.parametrize("jti", ["", 7])
def test_token_without_a_valid_jti_is_not_resolved(db, jti):
    token = AccessToken()
    token.payload["jti"] = jti
    assert adapter.resolve(str(token)) is None


def test_leeway_is_that_of_the_backend(backend):
    assert adapter.leeway == timedelta(0)
    backend(leeway=30)
    assert adapter.leeway == timedelta(seconds=30)
    backend(leeway=timedelta(minutes=1))
    assert adapter.leeway == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("changes", "longest"),
    [
        (
            {},
            timedelta(days=1, minutes=5),
        ),  # A sliding token refreshed just before its refresh period ends.
        ({"REFRESH_TOKEN_LIFETIME": timedelta(days=30)}, timedelta(days=30)),
        ({"ACCESS_TOKEN_LIFETIME": timedelta(days=31)}, timedelta(days=31)),
        ({"SLIDING_TOKEN_LIFETIME": timedelta(days=40)}, timedelta(days=41)),
        ({"SLIDING_TOKEN_REFRESH_LIFETIME": timedelta(days=7)}, timedelta(days=7, minutes=5)),
    ],
)
def test_lifetime_is_the_longest_in_the_settings(settings, changes, longest):
    settings.SIMPLE_JWT = changes
    assert adapter.lifetime == longest


def test_lifetime_includes_auth_token_classes(simple_jwt, monkeypatch):
    class LongLivedToken(AccessToken):
        lifetime = timedelta(days=365)

    monkeypatch.setattr("rest_framework_simplejwt.tokens.SlidingToken", LongLivedToken)
    simple_jwt(AUTH_TOKEN_CLASSES=("rest_framework_simplejwt.tokens.SlidingToken",))
    assert adapter.lifetime == timedelta(days=365)


def test_token_that_expired_decades_ago_is_resolved(db):
    token = AccessToken()
    token.payload["exp"] = int(time.time()) - 60 * 60 * 24 * 365 * 60
    assert adapter.resolve(str(token)) is not None
