from __future__ import annotations

import time

import pytest

jwt = pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from django.core.exceptions import ImproperlyConfigured  # noqa: E402
from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from tests.standards.jwts import (  # noqa: E402
    AUDIENCE,
    ISSUER,
    make_jwk,
    make_jwt,
    public,
    trusted,
)
from token_revocation.exceptions import RevocationUnavailable  # noqa: E402
from token_revocation.standards._signatures import sign  # noqa: E402
from token_revocation.standards.jose import InvalidJWT, trusted_issuers, verify  # noqa: E402

JWK = make_jwk()


@pytest.fixture(autouse=True)
def _trust(settings):
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": trusted(JWK)}


def rejection_code(raw, **options):
    with pytest.raises(InvalidJWT) as caught:
        verify(raw, **{"types": ["secevent+jwt"], **options})
    return caught.value.err


def test_jwt_of_a_trusted_issuer_is_accepted():
    token = verify(make_jwt(JWK, sub="alice"), types=["secevent+jwt"])
    assert (token.issuer.issuer, token.claims["sub"]) == (ISSUER, "alice")


def test_type_may_have_the_application_prefix():
    raw = make_jwt(JWK, typ="application/SecEvent+JWT")
    assert verify(raw, types=["secevent+jwt"]).claims["iss"] == ISSUER


@pytest.mark.spec("RFC 8725", "3.11")
@pytest.mark.parametrize("typ", ["JWT", "at+jwt", "logout+jwt", "", None])
def test_token_of_another_type_is_rejected(typ):
    assert rejection_code(make_jwt(JWK, typ=typ)) == "invalid_request"


def test_missing_type_can_be_allowed():
    assert verify(make_jwt(JWK, typ=None), types=["", "secevent+jwt"])


@pytest.mark.parametrize("raw", ["", "a.b", "a.b.c", "ä", "e30.e30.", "W10.e30.", "..", "." * 99])
def test_malformed_token_is_rejected(raw):
    assert rejection_code(raw) in {"invalid_request", "invalid_issuer"}


@given(st.text() | st.from_regex(r"[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*"))
def test_arbitrary_string_is_rejected(raw):
    rejection_code(raw)


@pytest.mark.spec("RFC 8725", "3.1")
def test_unsigned_token_is_rejected():
    claims = jwt.decode(make_jwt(JWK), options={"verify_signature": False})
    raw = jwt.encode(claims, None, algorithm="none", headers={"typ": "secevent+jwt"})
    assert rejection_code(raw) == "authentication_failed"


@pytest.mark.spec("RFC 8725", "3.1")
def test_mac_with_the_public_key_as_secret_is_rejected():
    secret = public(JWK)["x"].encode() * 2
    claims = jwt.decode(make_jwt(JWK), options={"verify_signature": False})
    raw = jwt.encode(claims, secret, algorithm="HS256", headers={"typ": "secevent+jwt"})
    assert rejection_code(raw) == "authentication_failed"


def test_algorithm_not_allowed_for_the_issuer_is_rejected(settings):
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": trusted(JWK, algorithms=("RS256",))}
    assert rejection_code(make_jwt(JWK)) == "authentication_failed"


def test_modified_token_is_rejected():
    head, _, signature = make_jwt(JWK).split(".")
    other = make_jwt(JWK, sub="mallory").split(".")[1]
    assert rejection_code(f"{head}.{other}.{signature}") == "authentication_failed"


def test_unknown_issuer_is_rejected():
    assert rejection_code(make_jwt(JWK, iss="https://evil.example")) == "invalid_issuer"


@pytest.mark.parametrize("issuer", [None, "", "https://IDP.example.com"])
def test_issuer_must_match_exactly(issuer):
    assert rejection_code(make_jwt(JWK, iss=issuer)) == "invalid_issuer"


def test_unknown_key_is_rejected():
    assert rejection_code(make_jwt(make_jwk("2"))) == "invalid_key"


def test_different_key_with_a_known_kid_is_rejected():
    assert rejection_code(make_jwt(make_jwk("1"))) == "authentication_failed"


def test_only_key_is_used_without_kid():
    raw = make_jwt(JWK, headers={"kid": None})
    assert verify(raw, types=["secevent+jwt"])


def test_two_keys_without_kid_are_rejected(settings):
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": trusted(JWK, make_jwk("2"))}
    assert rejection_code(make_jwt(JWK, headers={"kid": None})) == "invalid_key"


@pytest.mark.parametrize("audience", [None, "https://other.example.com", []])
def test_token_for_another_audience_is_rejected(audience):
    assert rejection_code(make_jwt(JWK, aud=audience)) == "invalid_audience"


def test_several_audiences_can_be_configured(settings):
    both = [AUDIENCE, "https://api.example.com/logout"]
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": trusted(JWK, audience=both)}
    assert verify(make_jwt(JWK, aud=both[1]), types=["secevent+jwt"])


@pytest.mark.parametrize("claim", ["iat", "jti"])
def test_missing_required_claim_is_rejected(claim):
    assert rejection_code(make_jwt(JWK, **{claim: None})) == "invalid_request"


@pytest.mark.parametrize(
    ("claim", "seconds"),
    [("exp", -60), ("nbf", 999), ("iat", 999)],
    ids=["expired", "early", "from the future"],
)
def test_token_outside_its_validity_period_is_rejected(claim, seconds):
    assert (
        rejection_code(make_jwt(JWK, **{claim: time.time() + seconds})) == "authentication_failed"
    )


def test_clock_difference_within_the_leeway_is_accepted():
    assert verify(make_jwt(JWK, exp=time.time() - 10), types=["secevent+jwt"])


def test_unavailable_key_set_raises_unavailable(settings):
    unreachable = "http://127.0.0.1:9/jwks"
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": trusted(JWK, jwks=None, jwks_uri=unreachable)}
    with pytest.raises(RevocationUnavailable):
        verify(make_jwt(JWK), types=["secevent+jwt"])


def test_keys_are_fetched_from_jwks_uri(settings, serve_document):
    uri = serve_document({"keys": [public(JWK)]})
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": trusted(JWK, jwks=None, jwks_uri=uri)}
    assert verify(make_jwt(JWK), types=["secevent+jwt"])
    assert verify(make_jwt(JWK, headers={"kid": None}), types=["secevent+jwt"])
    assert rejection_code(make_jwt(make_jwk("2"))) == "invalid_key"


@pytest.mark.parametrize("document", [[], {}, {"keys": [{"kty": "none"}]}])
def test_malformed_key_set_has_no_keys(settings, serve_document, document):
    uri = serve_document(document)
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": trusted(JWK, jwks=None, jwks_uri=uri)}
    assert rejection_code(make_jwt(JWK)) == "invalid_key"


def test_signed_token_verifies_with_another_library(settings):
    joserfc = pytest.importorskip("joserfc.jwt")
    jwk = pytest.importorskip("joserfc.jwk")
    settings.TOKEN_REVOCATION = {"ISSUER": AUDIENCE, "SIGNING_JWK": JWK}
    raw = sign({"sub": "alice"}, typ="secevent+jwt")
    token = joserfc.decode(raw, jwk.import_key(public(JWK)), algorithms=["ES256"])
    assert (token.claims["iss"], token.claims["sub"]) == (AUDIENCE, "alice")
    assert token.header == {"typ": "secevent+jwt", "kid": "1", "alg": "ES256"}


@pytest.mark.parametrize("missing", ["ISSUER", "SIGNING_JWK"])
def test_signing_requires_key_and_issuer(settings, missing):
    complete = {"ISSUER": AUDIENCE, "SIGNING_JWK": JWK}
    settings.TOKEN_REVOCATION = {k: v for k, v in complete.items() if k != missing}
    with pytest.raises(ImproperlyConfigured):
        sign({}, typ="secevent+jwt")


def test_unrelated_setting_keeps_cached_issuers(settings):
    before = trusted_issuers()
    settings.DEBUG = True
    assert trusted_issuers() is before


def test_repr_contains_no_key():
    assert JWK["x"] not in repr(trusted_issuers())
