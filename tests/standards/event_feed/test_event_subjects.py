"""Subjects of events: the issuer of a JWT, and no records of replay protection."""

from __future__ import annotations

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from tests.standards.event_feed.receiver import FEED_ISSUER, decode_events, poll
from tests.standards.jwts import ISSUER, trusted
from token_revocation import services
from token_revocation.standards._replay import run_once
from token_revocation.standards.jose import Issuer, VerifiedJWT
from token_revocation.testing import make_token

OPAQUE = {"format": "opaque", "id": "simplejwt:theirs"}


@pytest.mark.parametrize(
    ("issuer", "expected"),
    [
        ("", {"format": "jwt_id", "iss": FEED_ISSUER, "jti": "theirs"}),
        (FEED_ISSUER, {"format": "jwt_id", "iss": FEED_ISSUER, "jti": "theirs"}),
        (ISSUER, {"format": "jwt_id", "iss": ISSUER, "jti": "theirs"}),
        ("https://elsewhere.example", OPAQUE),
    ],
)
def test_jwt_subject_has_the_issuer_of_the_token(gateway, jwk, settings, issuer, expected):
    settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, "TRUSTED_ISSUERS": trusted(jwk)}
    services.revoke(make_token(kind="simplejwt", identifier="theirs", issuer=issuer))
    (event,) = decode_events(poll(gateway)["sets"], jwk)
    assert event["sub_id"] == expected


def test_replay_records_are_not_delivered(gateway, jwk):
    issuer = Issuer(issuer=ISSUER, audience="")
    claims = {"jti": "1", "exp": 200_000_000_000}
    assert run_once(VerifiedJWT(issuer=issuer, header={}, claims=claims), lambda: None)
    services.revoke(make_token(identifier="a token"))
    (event,) = decode_events(poll(gateway)["sets"], jwk)
    assert event["sub_id"]["id"].endswith("a token")
    assert poll(gateway, ack=[event["jti"]])["sets"] == {}
