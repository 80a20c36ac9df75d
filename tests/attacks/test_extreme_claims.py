"""Signed statements with extreme numbers are rejected without a server error."""

from __future__ import annotations

import json
import time

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

import jwt
from jwt.utils import base64url_encode

from tests.standards.jwts import ISSUER, default_claims
from tests.standards.test_malformed_jwts import (
    post_event,
    post_global_revocation,
    post_logout_token,
)
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.standards.backchannel_logout import EVENT
from token_revocation.standards.event_receiver import SESSION_REVOKED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("idp")]

REJECTIONS = {post_logout_token: {400}, post_event: {400}, post_global_revocation: {401}}

NUMBERS = [
    "253402300799",  # The last second of the year 9999.
    "253402300800",
    "221845392000",
    "9007199254740991",
    "-1",
    "-1e300",
    "1e300",
    "1e308",
    "1e999",
    "-0.5",
    "NaN",
    "Infinity",
    "-Infinity",
    "9" * 400,
    "true",
    "null",
    '"1700000000"',
    "[]",
    "{}",
]

CLAIMS = ["exp", "iat", "nbf", "auth_time", "toe"]


def statement(jwk, typ, number, claim):
    """Sign a statement whose JSON contains ``number`` verbatim."""
    claims = {
        **default_claims(),
        "exp": int(time.time()) + 60,
        "events": {SESSION_REVOKED: {}, EVENT: {}},
        "sub": "alice",
        "sub_id": {"format": "iss_sub", "iss": ISSUER, "sub": "alice"},
    }
    payload = json.dumps({**claims, claim: "NUMBER"}).replace('"NUMBER"', number)
    key = jwt.PyJWK.from_dict(jwk)
    header = json.dumps({"alg": "ES256", "typ": typ, "kid": jwk["kid"]})
    parts = [base64url_encode(part.encode()) for part in (header, payload)]
    signing = b".".join(parts)
    return b".".join([signing, base64url_encode(key.Algorithm.sign(signing, key.key))]).decode()


TYPES = {
    post_logout_token: "logout+jwt",
    post_event: "secevent+jwt",
    post_global_revocation: "global-token-revocation+jwt",
}


@pytest.fixture
def send(client, jwk, user, monkeypatch):
    user.username = "alice"
    user.save()

    def send(receiver, number, claim):
        raw = statement(jwk, TYPES[receiver], number, claim)
        monkeypatch.setattr("tests.standards.test_malformed_jwts.sign_claims", lambda *a, **k: raw)
        return receiver(client, jwk, {"sub_id": {"format": "email", "email": user.email}})

    return send


@pytest.mark.parametrize("receiver", REJECTIONS, ids=lambda receiver: receiver.__name__)
@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("number", NUMBERS)
def test_an_invalid_time_is_rejected(send, receiver, claim, number):
    answer = send(receiver, number, claim)
    assert answer.status_code in REJECTIONS[receiver], answer.content
    assert not RevokedToken.objects.exists()
    assert not TokenCutoff.objects.exists()


@pytest.mark.parametrize("receiver", REJECTIONS, ids=lambda receiver: receiver.__name__)
def test_the_latest_valid_time_is_accepted(send, receiver):
    assert send(receiver, "221845391999", "exp").status_code in {200, 202, 204}
    assert RevokedToken.objects.exists()


@pytest.mark.parametrize("number", NUMBERS)
def test_the_event_timestamp_is_ignored(client, jwk, number):
    details = json.loads(f'{{"event_timestamp": {number}}}')
    subject = {"format": "complex", "session": {"format": "opaque", "id": "1"}}
    claims = {**default_claims(), "events": {SESSION_REVOKED: details}, "sub_id": subject}
    assert post_event(client, jwk, claims).status_code == 202


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("format", ["opaque", "iss_sub", "email"])
def test_a_subject_of_a_wrong_type_revokes_nothing(client, jwk, number, format):
    value = json.loads(number)
    subject = {"format": format, "iss": ISSUER, "id": value, "sub": value, "email": value}
    claims = {**default_claims(), "events": {SESSION_REVOKED: {}}, "sub_id": subject}
    assert post_event(client, jwk, claims).status_code in {202, 400}
    assert not TokenCutoff.objects.exists()


@pytest.mark.parametrize("number", [number for number in NUMBERS if number.strip("-").isdigit()])
def test_a_subject_that_is_no_primary_key_revokes_nothing(client, jwk, number):
    claims = {**default_claims(), "events": {SESSION_REVOKED: {}}}
    claims["sub_id"] = {"format": "opaque", "id": number}
    assert post_event(client, jwk, claims).status_code in {202, 400}
    assert not TokenCutoff.objects.exists()
