from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.authtoken.models import Token

from tests.views.outages import failing_revocation_insert
from token_revocation.models import Reason, RevokedToken


def test_logout_is_204_without_a_body(holder):
    answer = holder.post("/auth/logout/")
    assert (answer.status_code, answer.content) == (204, b"")


def test_logged_out_token_is_rejected(holder):
    holder.post("/auth/logout/")
    answer = holder.get("/protected/")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")


def test_logout_stores_a_revocation_and_deletes_the_token(holder, user):
    holder.post("/auth/logout/")
    row = RevokedToken.objects.get()
    assert (row.kind, row.user, row.revoked_by) == ("authtoken", user, user)
    assert row.reason == Reason.LOGOUT
    assert not Token.objects.exists()


def test_stored_revocation_does_not_contain_the_token(holder, token):
    holder.post("/auth/logout/")
    assert token.key not in str(RevokedToken.objects.values().get())


def test_second_logout_changes_nothing(holder):
    holder.post("/auth/logout/")
    before = RevokedToken.objects.values().get()
    assert holder.post("/auth/logout/").status_code == 204
    assert RevokedToken.objects.values().get() == before


def test_tokens_of_other_users_stay_valid(holder, client_of, django_user_model):
    other = Token.objects.create(user=django_user_model.objects.create_user("other"))
    holder.post("/auth/logout/")
    assert client_of(other.key).get("/protected/").status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Token",
        "Token ",
        "Token one two",
        "Token 0123456789abcdef0123456789abcdef01234567",
        "Token \xff\xfe",
        "Token a\x00b",
        "Basic dXNlcjpwYXNz",
        "Bearer eyJhbGciOiJub25lIn0.e30.",
    ],
)
def test_logout_with_an_unknown_token_is_204(api_client, db, header):
    headers = {} if header is None else {"HTTP_AUTHORIZATION": header}
    assert api_client.post("/auth/logout/", **headers).status_code == 204
    assert not RevokedToken.objects.exists()


def test_expired_token_is_deleted_without_a_revocation(holder, token, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": timedelta(hours=1)}
    Token.objects.update(created=timezone.now() - timedelta(hours=2))
    assert holder.post("/auth/logout/").status_code == 204
    assert not RevokedToken.objects.exists()
    assert not Token.objects.exists()


def test_revoked_token_of_a_reactivated_user_is_rejected(holder, user):
    user.is_active = False
    user.save()
    assert holder.post("/auth/logout/").status_code == 204
    user.is_active = True
    user.save()
    assert holder.get("/protected/").json()["code"] == "token_revoked"


def test_logout_accepts_an_invalid_body(holder):
    answer = holder.generic("POST", "/auth/logout/", "{", content_type="application/json")
    assert answer.status_code == 204
    assert RevokedToken.objects.exists()


def test_failed_logout_is_503(holder):
    with failing_revocation_insert():
        answer = holder.post("/auth/logout/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["code"] == "revocation_unavailable"
    assert not RevokedToken.objects.exists()


def test_failed_logout_can_be_retried(holder):
    with failing_revocation_insert():
        holder.post("/auth/logout/")
    assert holder.get("/protected/").status_code == 200
    assert holder.post("/auth/logout/").status_code == 204
    assert holder.get("/protected/").status_code == 401
