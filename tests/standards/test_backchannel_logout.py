from __future__ import annotations

import time
from urllib.parse import urlencode

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from tests.factories import UserFactory
from tests.standards.signing import ISSUER, statement
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
    """Send a logout token, as an OpenID provider does."""

    def post(*, typ="logout+jwt", **changes):
        usual = {"exp": time.time() + 120, "events": {EVENT: {}}}
        raw = statement(jwk, typ=typ, **{**usual, **changes})
        return send(client, logout_token=raw)

    return post


def send(client, **form):
    body = urlencode(form, doseq=True)
    return client.post("/backchannel/", body, content_type="application/x-www-form-urlencoded")


@pytest.mark.spec(SPEC, "2.4")
@pytest.mark.spec(SPEC, "2.8")
def test_without_a_session_every_token_of_the_user_ends(logout, user, holder):
    answer = logout(sub=user.username)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert holder.get("/protected/").json()["code"] == "token_revoked"


@pytest.mark.spec(SPEC, "2.7")
def test_a_session_ends_and_no_other(logout, user, holder):
    sessions = [Subject.session(session_id(ISSUER, sid)) for sid in ("one", "two")]
    first, second = (make_token(subjects=(session,)) for session in sessions)
    assert logout(sub=user.username, sid="one").status_code == 200
    assert [services.is_revoked(first), services.is_revoked(second)] == [True, False]
    assert holder.get("/protected/").status_code == 200


def test_the_same_session_of_another_provider_is_another():
    assert session_id(ISSUER, "1") != session_id(f"{ISSUER}1", "") != session_id("", f"{ISSUER}1")


@pytest.mark.spec(SPEC, "2.7")
def test_somebody_we_do_not_know_is_logged_out_already(logout, db):
    assert logout(sub="nobody").status_code == 200


@pytest.mark.spec(SPEC, "2.4")
@pytest.mark.parametrize("typ", ["logout+jwt", "application/logout+jwt", "JWT", None])
def test_the_type_is_recommended_and_not_required(logout, user, typ):
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
def test_a_token_that_fails_a_step_of_validation_ends_nothing(logout, user, changes):
    answer = logout(**{"sub": user.username, **changes})
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"
    assert not TokenCutoff.objects.exists()


@pytest.mark.spec(SPEC, "2.5")
@pytest.mark.parametrize("body", [{}, {"logout_token": ["a", "b"]}, {"logout_token": "x.y.z"}])
def test_the_token_is_one_parameter(client, db, body):
    assert send(client, **body).status_code == 400


@pytest.mark.spec(SPEC, "2.6")
def test_the_same_token_again_ends_nothing_more(logout, user):
    assert [logout(sub=user.username, jti="1").status_code for _ in "12"] == [200, 200]
    assert TokenCutoff.objects.count() == 1


def test_a_name_that_is_not_unique_ends_nothing(logout, user, idp):
    UserFactory(first_name="Al")
    UserFactory(first_name="Al")
    idp["subject_field"] = "first_name"
    assert logout(sub="Al").status_code == 400
    assert not TokenCutoff.objects.exists()
