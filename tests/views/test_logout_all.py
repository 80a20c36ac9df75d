from __future__ import annotations

import pytest
from django.utils import timezone

from tests.factories import AuthTokenFactory
from tests.views.outages import failing_cutoff_insert
from token_revocation import services
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.tokens import Subject, TokenRef


@pytest.fixture
def another_device(user):
    """A token of the user that is not stored in the database."""
    subject = Subject.user(user.pk)
    return TokenRef(kind="device", identifier="1", subjects=(subject,), issued_at=timezone.now())


def test_cutoff_revokes_all_tokens_of_the_user(holder, user, another_device):
    answer = holder.post("/auth/logout/all/")
    assert (answer.status_code, answer.content) == (204, b"")
    assert services.is_revoked(another_device)
    assert holder.get("/protected/").json()["code"] == "token_revoked"
    assert TokenCutoff.objects.count() == 1


def test_cutoff_has_subject_reason_and_user(holder, user):
    holder.post("/auth/logout/all/")
    cutoff = TokenCutoff.objects.get()
    assert (cutoff.subject_type, cutoff.subject_id) == ("user", str(user.pk))
    assert (cutoff.reason, cutoff.revoked_by) == (Reason.LOGOUT_ALL, user)


@pytest.mark.parametrize("form", ["json", "multipart"])
def test_keep_current_keeps_only_the_token_of_the_request(holder, another_device, form):
    answer = holder.post("/auth/logout/all/", {"keep_current": True}, format=form)
    assert answer.status_code == 204
    assert holder.get("/protected/").status_code == 200
    assert services.is_revoked(another_device)


def test_kept_token_is_revoked_by_the_next_cutoff(holder):
    holder.post("/auth/logout/all/", {"keep_current": True})
    holder.post("/auth/logout/all/")
    assert holder.get("/protected/").json()["code"] == "token_revoked"


def test_login_returns_the_kept_token(holder, api_client, user, token):
    holder.post("/auth/logout/all/", {"keep_current": True})
    credentials = {"username": user.username, "password": "correct horse"}
    assert api_client.post("/auth/login/", credentials).json()["token"] == token.key


def test_tokens_of_other_users_stay_valid(holder, client_of):
    other = AuthTokenFactory()
    holder.post("/auth/logout/all/")
    assert client_of(other.key).get("/protected/").status_code == 200


@pytest.mark.parametrize("body", [{"keep_current": "maybe"}, {"keep_current": None}, [], "x"])
def test_invalid_body_revokes_nothing(holder, body):
    answer = holder.post("/auth/logout/all/", body, format="json")
    assert answer.status_code == 400
    assert not TokenCutoff.objects.exists()


def test_authentication_is_required(api_client, db):
    answer = api_client.post("/auth/logout/all/")
    assert (answer.status_code, answer.data["detail"].code) == (401, "not_authenticated")
    assert not TokenCutoff.objects.exists()


def test_keep_current_without_a_token_keeps_none(api_client, user, another_device):
    api_client.force_authenticate(user)
    assert api_client.post("/auth/logout/all/", {"keep_current": True}).status_code == 204
    assert services.is_revoked(another_device)


def test_failed_cutoff_is_503(holder):
    with failing_cutoff_insert():
        answer = holder.post("/auth/logout/all/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["code"] == "revocation_unavailable"
    assert not TokenCutoff.objects.exists()
    assert not RevokedToken.objects.exists()
    assert holder.get("/protected/").status_code == 200
