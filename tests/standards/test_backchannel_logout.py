from __future__ import annotations

import time
from urllib.parse import urlencode

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from tests.factories import UserFactory
from tests.standards.jwts import ISSUER, make_jwt
from token_revocation import services
from token_revocation.models import TokenCutoff
from token_revocation.standards.backchannel_logout import EVENT
from token_revocation.standards.subjects import session_id
from token_revocation.testing import make_token
from token_revocation.tokens import Subject

SPEC = "OpenID Connect Back-Channel Logout 1.0"

pytestmark = pytest.mark.usefixtures("idp")


@pytest.fixture
def logout(client, jwk):
    """Return a function that sends a logout token, as a provider does."""

    def post(*, typ="logout+jwt", **changes):
        usual = {"exp": time.time() + 120, "events": {EVENT: {}}}
        raw = make_jwt(jwk, typ=typ, **{**usual, **changes})
        return send(client, logout_token=raw)

    return post


def send(client, **form):
    body = urlencode(form, doseq=True)
    return client.post("/backchannel/", body, content_type="application/x-www-form-urlencoded")


@pytest.mark.spec(SPEC, "2.4")
@pytest.mark.spec(SPEC, "2.8")
def test_logout_token_without_sid_revokes_all_tokens_of_the_user(logout, user, holder):
    answer = logout(sub=user.username)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert holder.get("/protected/").json()["code"] == "token_revoked"


@pytest.mark.spec(SPEC, "2.7")
def test_logout_token_with_sid_revokes_only_that_session(logout, user, holder):
    sessions = [Subject.session(session_id(ISSUER, sid)) for sid in ("one", "two")]
    first, second = (make_token(subjects=(session,)) for session in sessions)
    assert logout(sub=user.username, sid="one").status_code == 200
    assert [services.is_revoked(first), services.is_revoked(second)] == [True, False]
    assert holder.get("/protected/").status_code == 200


def test_session_id_depends_on_the_issuer():
    assert session_id(ISSUER, "1") != session_id(f"{ISSUER}1", "") != session_id("", f"{ISSUER}1")


@pytest.mark.spec(SPEC, "2.7")
def test_logout_of_an_unknown_user_succeeds(logout, db):
    assert logout(sub="unknown").status_code == 200


@pytest.mark.spec(SPEC, "2.4")
@pytest.mark.parametrize("typ", ["logout+jwt", "application/logout+jwt", "JWT", None])
def test_token_type_is_optional(logout, user, typ):
    assert logout(typ=typ, sub=user.username).status_code == 200


@pytest.mark.spec(SPEC, "2.6")
@pytest.mark.spec(SPEC, "2.8")
@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"aud": "https://other.example.com"},
        {"exp": None},
        {"exp": time.time() - 99},
        {"iat": None},
        {"jti": None},
        {"sub": None},
        {"events": None},
        {"events": {}},
        {"events": []},
        {"events": {EVENT: "x"}},
        {"events": {"https://example.com/other": {}}},
        {"nonce": "x"},
        {"typ": "at+jwt"},
        {"sid": 5},
        {"sub": ["x"]},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_invalid_logout_token_is_rejected(logout, user, changes):
    answer = logout(**{"sub": user.username, **changes})
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"
    assert not TokenCutoff.objects.exists()


@pytest.mark.spec(SPEC, "2.5")
@pytest.mark.parametrize("body", [{}, {"logout_token": ["a", "b"]}, {"logout_token": "x.y.z"}])
def test_exactly_one_logout_token_is_required(client, db, body):
    assert send(client, **body).status_code == 400


@pytest.mark.spec(SPEC, "2.6")
def test_repeated_logout_token_has_no_further_effect(logout, user):
    assert [logout(sub=user.username, jti="1").status_code for _ in "12"] == [200, 200]
    assert TokenCutoff.objects.count() == 1


def test_ambiguous_subject_revokes_nothing(logout, user, idp):
    UserFactory(first_name="Al")
    UserFactory(first_name="Al")
    idp["subject_field"] = "first_name"
    assert logout(sub="Al").status_code == 400
    assert not TokenCutoff.objects.exists()
