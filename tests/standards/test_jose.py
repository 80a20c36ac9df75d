from __future__ import annotations

import time

import pytest

jwt = pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from django.core.exceptions import ImproperlyConfigured  # noqa: E402
from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from tests.standards.signing import (  # noqa: E402
    AUDIENCE,
    ISSUER,
    make_jwk,
    public,
    statement,
    trusted,
)
from token_revocation.exceptions import RevocationUnavailable  # noqa: E402
from token_revocation.standards.jose import Refused, trusted_issuers, verify  # noqa: E402
from token_revocation.standards.signing import sign  # noqa: E402

JWK = make_jwk()


@pytest.fixture(autouse=True)
def _trust(settings):
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": trusted(JWK)}


def refusal(raw, **options):
    with pytest.raises(Refused) as caught:
        verify(raw, **{"types": ["secevent+jwt"], **options})
    return caught.value.err


def test_a_statement_of_a_trusted_issuer_is_accepted():
    said = verify(statement(JWK, sub="alice"), types=["secevent+jwt"])
    assert (said.issuer.issuer, said.claims["sub"]) == (ISSUER, "alice")


def test_the_type_may_be_spelt_in_full():
    raw = statement(JWK, typ="application/SecEvent+JWT")
    assert verify(raw, types=["secevent+jwt"]).claims["iss"] == ISSUER


@pytest.mark.spec("RFC 8725", "3.11")
@pytest.mark.parametrize("typ", ["JWT", "at+jwt", "logout+jwt", "", None])
def test_a_token_of_another_type_is_refused(typ):
    assert refusal(statement(JWK, typ=typ)) == "invalid_request"


def test_a_type_may_be_allowed_to_be_absent():
    assert verify(statement(JWK, typ=None), types=["", "secevent+jwt"])


@pytest.mark.parametrize("raw", ["", "a.b", "a.b.c", "ä", "e30.e30.", "W10.e30.", "..", "." * 99])
def test_garbage_is_refused(raw):
    assert refusal(raw) in {"invalid_request", "invalid_issuer"}


@given(st.text() | st.from_regex(r"[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*"))
def test_no_string_breaks_the_parser(raw):
    refusal(raw)


@pytest.mark.spec("RFC 8725", "3.1")
def test_an_unsigned_statement_is_refused():
    claims = jwt.decode(statement(JWK), options={"verify_signature": False})
    raw = jwt.encode(claims, None, algorithm="none", headers={"typ": "secevent+jwt"})
    assert refusal(raw) == "authentication_failed"


@pytest.mark.spec("RFC 8725", "3.1")
def test_a_mac_under_the_public_key_is_refused():
    secret = public(JWK)["x"].encode() * 2
    claims = jwt.decode(statement(JWK), options={"verify_signature": False})
    raw = jwt.encode(claims, secret, algorithm="HS256", headers={"typ": "secevent+jwt"})
    assert refusal(raw) == "authentication_failed"


def test_an_algorithm_that_the_issuer_does_not_use_is_refused(settings):
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": trusted(JWK, algorithms=("RS256",))}
    assert refusal(statement(JWK)) == "authentication_failed"


def test_a_changed_statement_is_refused():
    head, _, signature = statement(JWK).split(".")
    other = statement(JWK, sub="mallory").split(".")[1]
    assert refusal(f"{head}.{other}.{signature}") == "authentication_failed"


def test_a_stranger_is_refused():
    assert refusal(statement(JWK, iss="https://evil.example")) == "invalid_issuer"


@pytest.mark.parametrize("issuer", [None, "", "https://IDP.example.com"])
def test_the_issuer_must_be_said_as_it_is_written(issuer):
    assert refusal(statement(JWK, iss=issuer)) == "invalid_issuer"


def test_an_unknown_key_is_refused():
    assert refusal(statement(make_jwk("2"))) == "invalid_key"


def test_another_key_under_a_known_name_is_refused():
    assert refusal(statement(make_jwk("1"))) == "authentication_failed"


def test_without_a_name_the_only_key_is_meant():
    raw = statement(JWK, headers={"kid": None})
    assert verify(raw, types=["secevent+jwt"])


def test_without_a_name_two_keys_are_one_too_many(settings):
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": trusted(JWK, make_jwk("2"))}
    assert refusal(statement(JWK, headers={"kid": None})) == "invalid_key"


@pytest.mark.parametrize("audience", [None, "https://other.example.com", []])
def test_a_statement_for_somebody_else_is_refused(audience):
    assert refusal(statement(JWK, aud=audience)) == "invalid_audience"


def test_we_may_have_more_names_than_one(settings):
    both = [AUDIENCE, "https://api.example.com/logout"]
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": trusted(JWK, audience=both)}
    assert verify(statement(JWK, aud=both[1]), types=["secevent+jwt"])


@pytest.mark.parametrize("claim", ["iat", "jti"])
def test_a_claim_that_is_required_must_be_there(claim):
    assert refusal(statement(JWK, **{claim: None})) == "invalid_request"


@pytest.mark.parametrize(
    ("claim", "seconds"),
    [("exp", -60), ("nbf", 999), ("iat", 999)],
    ids=["expired", "early", "from the future"],
)
def test_a_statement_out_of_its_time_is_refused(claim, seconds):
    assert refusal(statement(JWK, **{claim: time.time() + seconds})) == "authentication_failed"


def test_clocks_may_differ_by_some_seconds():
    assert verify(statement(JWK, exp=time.time() - 10), types=["secevent+jwt"])


def test_keys_that_cannot_be_fetched_are_503(settings):
    nobody = "http://127.0.0.1:9/jwks"
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": trusted(JWK, jwks=None, jwks_uri=nobody)}
    with pytest.raises(RevocationUnavailable):
        verify(statement(JWK), types=["secevent+jwt"])


def test_keys_are_fetched(settings, serve_document):
    uri = serve_document({"keys": [public(JWK)]})
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": trusted(JWK, jwks=None, jwks_uri=uri)}
    assert verify(statement(JWK), types=["secevent+jwt"])
    assert verify(statement(JWK, headers={"kid": None}), types=["secevent+jwt"])
    assert refusal(statement(make_jwk("2"))) == "invalid_key"


@pytest.mark.parametrize("document", [[], {}, {"keys": [{"kty": "none"}]}])
def test_a_document_that_is_no_set_of_keys_has_none(settings, serve_document, document):
    uri = serve_document(document)
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": trusted(JWK, jwks=None, jwks_uri=uri)}
    assert refusal(statement(JWK)) == "invalid_key"


def test_what_we_sign_is_verified_by_another_library(settings):
    joserfc = pytest.importorskip("joserfc.jwt")
    jwk = pytest.importorskip("joserfc.jwk")
    settings.TOKEN_REVOCATION = {"ISSUER": AUDIENCE, "SIGNING_JWK": JWK}
    raw = sign({"sub": "alice"}, typ="secevent+jwt")
    token = joserfc.decode(raw, jwk.import_key(public(JWK)), algorithms=["ES256"])
    assert (token.claims["iss"], token.claims["sub"]) == (AUDIENCE, "alice")
    assert token.header == {"typ": "secevent+jwt", "kid": "1", "alg": "ES256"}


@pytest.mark.parametrize("missing", ["ISSUER", "SIGNING_JWK"])
def test_without_a_key_or_a_name_nothing_is_signed(settings, missing):
    complete = {"ISSUER": AUDIENCE, "SIGNING_JWK": JWK}
    settings.TOKEN_REVOCATION = {k: v for k, v in complete.items() if k != missing}
    with pytest.raises(ImproperlyConfigured):
        sign({}, typ="secevent+jwt")


def test_another_setting_leaves_the_issuers_alone(settings):
    before = trusted_issuers()
    settings.DEBUG = True
    assert trusted_issuers() is before


def test_no_representation_shows_a_key():
    assert JWK["x"] not in repr(trusted_issuers())
