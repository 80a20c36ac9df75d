"""What a client holds is told from forgeries, and nothing else is asked of it."""

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
    """Let simplejwt sign and verify with this algorithm and these options."""

    def use(algorithm="HS256", **options):
        made = backend_for(algorithm, **options)
        monkeypatch.setattr("rest_framework_simplejwt.state.token_backend", made)
        return made

    return use


def expired(seconds):
    token = AccessToken()
    token.set_exp(lifetime=timedelta(seconds=-seconds))
    return str(token)


@pytest.mark.parametrize("algorithm", ["HS256", "HS512", "ES256", "RS256"])
def test_a_token_is_read_with_whatever_algorithm_simplejwt_has(backend, algorithm):
    backend(algorithm)
    token = AccessToken()
    assert adapter.read(str(token)) == adapter.identify(token)


@pytest.mark.parametrize("seconds", [1, 3600, 60 * 60 * 24 * 3650])
def test_an_expired_token_is_read_still(db, seconds):
    assert adapter.read(expired(seconds)) is not None


def test_reading_lets_nobody_in_who_is_expired(backend, db):
    backend(leeway=10)
    adapter.read(expired(11))
    with pytest.raises(Exception, match="expired"):
        AccessToken(expired(11))


def test_the_issuer_and_the_audience_must_be_those_of_simplejwt(backend, db):
    backend(issuer="us", audience="api")
    raw = str(AccessToken())
    assert adapter.read(raw).issuer == "us"
    for other in ({"issuer": "them", "audience": "api"}, {"issuer": "us", "audience": "shop"}):
        backend(**other)
        assert adapter.read(raw) is None


@pytest.mark.trap("T24")
def test_a_token_signed_with_another_key_is_none_of_ours(backend, db):
    raw = str(AccessToken())
    backend()
    assert adapter.read(raw) is None


@pytest.mark.trap("T24")
def test_a_token_signed_with_another_algorithm_is_none_of_ours(backend, db):
    made = backend("HS256")
    payload = AccessToken().payload
    raw = jwt.encode(payload, made.prepared_signing_key, algorithm="HS512")
    assert adapter.read(raw) is None


@pytest.mark.trap("T24")
def test_a_token_without_a_signature_is_none_of_ours(db):
    assert adapter.read(jwt.encode(AccessToken().payload, None, algorithm="none")) is None


@pytest.mark.parametrize("raw", ["", ".", "..", "a.b.c", "é", "[" * 4000, "WyI" * 2000 + ".e30.x"])
def test_garbage_is_none_of_ours(db, raw):
    assert adapter.read(raw) is None
    assert services.read(raw) is None


@pytest.mark.parametrize("jti", ["", 7])
def test_a_token_that_nobody_could_name_is_none_of_ours(db, jti):
    token = AccessToken()
    token.payload["jti"] = jti
    assert adapter.read(str(token)) is None


def test_the_leeway_is_that_of_what_verifies(backend):
    assert adapter.leeway == timedelta(0)
    backend(leeway=30)
    assert adapter.leeway == timedelta(seconds=30)
    backend(leeway=timedelta(minutes=1))
    assert adapter.leeway == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("changes", "longest"),
    [
        ({}, timedelta(days=1, minutes=5)),  # A sliding token that is refreshed at the last moment.
        ({"REFRESH_TOKEN_LIFETIME": timedelta(days=30)}, timedelta(days=30)),
        ({"ACCESS_TOKEN_LIFETIME": timedelta(days=31)}, timedelta(days=31)),
        ({"SLIDING_TOKEN_LIFETIME": timedelta(days=40)}, timedelta(days=41)),
        ({"SLIDING_TOKEN_REFRESH_LIFETIME": timedelta(days=7)}, timedelta(days=7, minutes=5)),
    ],
)
def test_the_lifetime_is_the_longest_in_the_settings_of_this_moment(settings, changes, longest):
    settings.SIMPLE_JWT = changes
    assert adapter.lifetime == longest


def test_a_class_of_tokens_that_lives_longer_counts_too(simple_jwt, monkeypatch):
    class Durable(AccessToken):
        lifetime = timedelta(days=365)

    monkeypatch.setattr("rest_framework_simplejwt.tokens.SlidingToken", Durable)
    simple_jwt(AUTH_TOKEN_CLASSES=("rest_framework_simplejwt.tokens.SlidingToken",))
    assert adapter.lifetime == timedelta(days=365)


def test_a_token_from_before_the_clocks_of_most_computers_is_read(db):
    token = AccessToken()
    token.payload["exp"] = int(time.time()) - 60 * 60 * 24 * 365 * 60
    assert adapter.read(str(token)) is not None
