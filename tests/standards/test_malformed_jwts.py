"""Receivers of JWTs respond to arbitrary claims with a documented status."""

from __future__ import annotations

import time
from urllib.parse import urlencode

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.standards.jwts import ISSUER, default_claims, sign_claims
from tests.standards.test_malformed_claims import VALUES
from token_revocation.standards.backchannel_logout import EVENT
from token_revocation.standards.event_receiver import (
    CREDENTIAL_CHANGE,
    SESSION_REVOKED,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("idp")]

LOGOUT = "OpenID Connect Back-Channel Logout 1.0"


def post_logout_token(client, jwk, claims):
    body = urlencode({"logout_token": sign_claims(jwk, claims, typ="logout+jwt")})
    return client.post("/backchannel/", body, content_type="application/x-www-form-urlencoded")


def post_event(client, jwk, claims):
    raw = sign_claims(jwk, claims, typ="secevent+jwt")
    return client.post("/events/", raw, content_type="application/secevent+jwt")


def post_global_revocation(client, jwk, claims):
    raw = sign_claims(jwk, claims, typ="global-token-revocation+jwt")
    body = {"sub_id": claims.get("sub_id")}
    headers = {"Authorization": f"Bearer {raw}"}
    return client.post("/global/", body, content_type="application/json", headers=headers)


RECEIVERS = {
    post_logout_token: {200, 400},
    post_event: {202, 400},
    post_global_revocation: {204, 400, 401, 403, 404, 422},
}

EVENTS = st.dictionaries(st.sampled_from([EVENT, SESSION_REVOKED, CREDENTIAL_CHANGE]), VALUES)
SUBJECTS = st.fixed_dictionaries(
    {"format": st.sampled_from(["email", "opaque", "iss_sub", "complex", "jwt_id"])},
    optional={
        "iss": st.just(ISSUER) | VALUES,
        **dict.fromkeys(["id", "sub", "email", "session", "user"], VALUES),
    },
)
CLAIMS = st.fixed_dictionaries(
    {},
    optional={
        "events": EVENTS | VALUES,
        "sub_id": SUBJECTS | VALUES,
        **dict.fromkeys(["sub", "sid", "jti", "iat", "exp", "nonce"], VALUES),
    },
)


@pytest.mark.parametrize("receiver", RECEIVERS, ids=lambda receiver: receiver.__name__)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(claims=CLAIMS)
def test_arbitrary_claims_get_a_documented_status(client, jwk, receiver, claims):
    answer = receiver(client, jwk, {**default_claims(), "exp": time.time() + 60, **claims})
    assert answer.status_code in RECEIVERS[receiver], answer.content


NO_SUBJECT = {"sub": None, "sid": None}


@pytest.mark.spec(LOGOUT, "2.6")
@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({"iss": "https://evil.example", "aud": "other"}, "issuer"),
        ({"aud": "other", "events": {}}, "another audience"),
        ({**NO_SUBJECT, "events": {}, "nonce": "x"}, "sub nor sid"),
        ({"sub": "a", "events": {}, "nonce": "x"}, "event"),
        ({"sub": "a", "events": {EVENT: {}}, "nonce": "x"}, "nonce"),
    ],
)
def test_validation_steps_run_in_the_specified_order(client, jwk, changes, first):
    claims = {**default_claims(), "exp": time.time() + 60, "events": {EVENT: {}}, **changes}
    claims = {name: value for name, value in claims.items() if value is not None}
    answer = post_logout_token(client, jwk, claims)
    assert answer.status_code == 400
    assert first in answer.json()["error_description"]
