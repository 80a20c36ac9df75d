from __future__ import annotations

import time

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.standards.jwts import ISSUER, make_jwk, make_jwt
from token_revocation import services
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.standards.event_receiver import (
    CREDENTIAL_CHANGE,
    SESSION_REVOKED,
)
from token_revocation.standards.subjects import session_id
from token_revocation.testing import make_token
from token_revocation.testing._databases import failing_database
from token_revocation.tokens import Subject

VERIFICATION = "https://schemas.openid.net/secevent/ssf/event-type/verification"

pytestmark = pytest.mark.usefixtures("idp")


def send(client, raw, content_type="application/secevent+jwt"):
    return client.post("/events/", raw, content_type=content_type)


@pytest.fixture
def push(client, jwk):
    """Return a function that pushes an event, as a transmitter does."""

    def post(events, **changes):
        return send(client, make_jwt(jwk, events=events, **changes))

    return post


@pytest.fixture
def about(user):
    return {"format": "iss_sub", "iss": ISSUER, "sub": user.username}


@pytest.mark.spec("RFC 8935", "2.2")
@pytest.mark.spec("CAEP 1.0", "3.1")
def test_session_revoked_for_a_user_revokes_all_tokens(push, about, holder):
    answer = push({SESSION_REVOKED: {"initiating_entity": "policy"}}, sub_id=about)
    assert (answer.status_code, answer.content) == (202, b"")
    assert holder.get("/protected/").json()["code"] == "token_revoked"


@pytest.mark.spec("CAEP 1.0", "3.1")
def test_complex_subject_with_a_session_revokes_only_that_session(push, about, holder):
    session = {"format": "opaque", "id": "s1"}
    subject = {"format": "complex", "user": about, "session": session}
    assert push({SESSION_REVOKED: {}}, sub_id=subject).status_code == 202
    assert services.is_revoked(
        make_token(subjects=(Subject.session(session_id(ISSUER, "s1")),), issued_at=None)
    )
    assert holder.get("/protected/").status_code == 200


@pytest.mark.spec("CAEP 1.0", "3.3")
@pytest.mark.parametrize(
    ("change", "status"), [("update", 401), ("revoke", 401), ("delete", 401), ("create", 200)]
)
def test_changed_credential_revokes_all_tokens_but_a_new_one_does_not(
    push, about, holder, change, status
):
    event = {"credential_type": "password", "change_type": change}
    assert push({CREDENTIAL_CHANGE: event}, sub_id=about).status_code == 202
    assert holder.get("/protected/").status_code == status


@pytest.mark.spec("RFC 8417", "2")
@pytest.mark.parametrize("event", [VERIFICATION, "https://example.com/unknown"])
def test_event_without_an_action_is_acknowledged(push, about, db, event):
    assert push({event: {"state": "x"}}, sub_id=about).status_code == 202
    assert not TokenCutoff.objects.exists()


def test_event_about_an_unknown_user_is_acknowledged(push, db):
    subject = {"format": "email", "email": "unknown@example.com"}
    assert push({SESSION_REVOKED: {}}, sub_id=subject).status_code == 202


@pytest.mark.spec("RFC 8935", "2")
def test_event_delivered_twice_is_applied_once(push, about):
    answers = [push({SESSION_REVOKED: {}}, sub_id=about, jti="1").status_code for _ in "12"]
    assert answers == [202, 202]
    assert TokenCutoff.objects.count() == 1


@pytest.mark.spec("RFC 8935", "2.3")
@pytest.mark.spec("RFC 8935", "2.4")
@pytest.mark.parametrize(
    ("changes", "err"),
    [
        ({"iss": "https://evil.example"}, "invalid_issuer"),
        ({"aud": "https://other.example.com"}, "invalid_audience"),
        ({"typ": "JWT"}, "invalid_request"),
        ({"jti": None}, "invalid_request"),
        ({"iat": 1}, "invalid_request"),
        ({"iat": time.time() + 999}, "authentication_failed"),
        ({"sub_id": None}, "invalid_request"),
        ({"sub_id": {"format": "complex"}}, "invalid_request"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_rejection_has_an_error_code_and_a_description(push, about, changes, err):
    answer = push({SESSION_REVOKED: {}}, **{"sub_id": about, **changes})
    assert (answer.status_code, answer.json()["err"]) == (400, err)
    assert answer.json()["description"]
    assert (answer["Content-Language"], answer["Content-Type"]) == ("en", "application/json")
    assert not TokenCutoff.objects.exists()
    assert not RevokedToken.objects.exists()


@pytest.mark.spec("RFC 8935", "2.4")
def test_unknown_key_is_reported_as_invalid_key(client, db):
    raw = make_jwt(make_jwk("2"), events={SESSION_REVOKED: {}})
    assert send(client, raw).json()["err"] == "invalid_key"


@pytest.mark.spec("RFC 8417", "2.2")
@pytest.mark.parametrize("events", [None, {}, [], "x", {SESSION_REVOKED: "x"}])
def test_events_must_be_an_object_of_objects(push, about, events):
    assert push(events, sub_id=about).status_code == 400


@pytest.mark.spec("RFC 8935", "2.1")
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", ""])
def test_other_content_types_are_rejected(client, jwk, db, content_type):
    answer = send(client, make_jwt(jwk, events={SESSION_REVOKED: {}}), content_type)
    assert (answer.status_code, answer.json()["err"]) == (400, "invalid_request")


def test_oversized_body_is_rejected(client, db):
    assert send(client, "x" * 100_000).status_code == 400


def test_event_that_cannot_be_stored_gets_503_and_can_be_resent(push, about):
    with failing_database():
        answer = push({SESSION_REVOKED: {}}, sub_id=about, jti="1")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert push({SESSION_REVOKED: {}}, sub_id=about, jti="1").status_code == 202
    assert TokenCutoff.objects.count() == 1


@given(st.binary(max_size=200))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None
)
def test_arbitrary_body_gets_400(client, db, body):
    assert send(client, body).status_code == 400
