from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.authtoken.models import Token

from tests.views.failing import database_that_cannot_store_a_revocation
from token_revocation.models import Reason, RevokedToken


def test_logging_out_answers_without_a_body(holder):
    answer = holder.post("/auth/logout/")
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_token_logged_out_is_refused(holder):
    holder.post("/auth/logout/")
    answer = holder.get("/protected/")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")


def test_logging_out_is_recorded_and_deletes_the_token(holder, user):
    holder.post("/auth/logout/")
    row = RevokedToken.objects.get()
    assert (row.kind, row.user, row.revoked_by) == ("authtoken", user, user)
    assert row.reason == Reason.LOGOUT
    assert not Token.objects.exists()


def test_no_column_holds_the_token(holder, token):
    holder.post("/auth/logout/")
    assert token.key not in str(RevokedToken.objects.values().get())


def test_logging_out_twice_changes_nothing(holder):
    holder.post("/auth/logout/")
    before = RevokedToken.objects.values().get()
    assert holder.post("/auth/logout/").status_code == 204
    assert RevokedToken.objects.values().get() == before


def test_the_tokens_of_others_go_on(holder, client_of, django_user_model):
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
def test_logging_out_without_a_token_of_ours_is_harmless(api_client, db, header):
    headers = {} if header is None else {"HTTP_AUTHORIZATION": header}
    assert api_client.post("/auth/logout/", **headers).status_code == 204
    assert not RevokedToken.objects.exists()


def test_an_expired_token_is_deleted_and_leaves_no_row(holder, token, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": timedelta(hours=1)}
    Token.objects.update(created=timezone.now() - timedelta(hours=2))
    assert holder.post("/auth/logout/").status_code == 204
    assert not RevokedToken.objects.exists()
    assert not Token.objects.exists()


def test_a_token_logged_out_stays_refused_when_its_user_becomes_active_again(holder, user):
    user.is_active = False
    user.save()
    assert holder.post("/auth/logout/").status_code == 204
    user.is_active = True
    user.save()
    assert holder.get("/protected/").json()["code"] == "token_revoked"


def test_whatever_the_body_holds_logging_out_works(holder):
    answer = holder.generic("POST", "/auth/logout/", "{", content_type="application/json")
    assert answer.status_code == 204
    assert RevokedToken.objects.exists()


def test_a_logout_that_cannot_be_stored_is_not_claimed(holder):
    with database_that_cannot_store_a_revocation():
        answer = holder.post("/auth/logout/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["code"] == "revocation_unavailable"
    assert not RevokedToken.objects.exists()


def test_a_logout_that_could_not_be_stored_can_be_tried_again(holder):
    with database_that_cannot_store_a_revocation():
        holder.post("/auth/logout/")
    assert holder.get("/protected/").status_code == 200
    assert holder.post("/auth/logout/").status_code == 204
    assert holder.get("/protected/").status_code == 401
