from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rest_framework.authtoken.models import Token

from tests.factories import AuthTokenFactory
from tests.views.outages import failing_revocation_insert
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import Reason, RevokedToken
from token_revocation.testing._databases import failing_database

adapter = AuthTokenAdapter()


def path_of(token):
    return f"/auth/tokens/{adapter.identify(token).key}/"


def test_list_contains_the_token_of_the_request(holder, token):
    answer = holder.get("/auth/tokens/")
    assert answer.status_code == 200
    (listed,) = answer.json()
    assert parse_datetime(listed.pop("issued_at")) == token.created
    ref = adapter.identify(token)
    assert listed == {
        "id": str(ref.key),
        "kind": "authtoken",
        "fingerprint": ref.fingerprint,
        "expires_at": None,
        "current": True,
    }


def test_list_contains_the_expiry(holder, token, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": timedelta(hours=1)}
    (listed,) = holder.get("/auth/tokens/").json()
    assert parse_datetime(listed["expires_at"]) == token.created + timedelta(hours=1)


def test_list_does_not_contain_secrets(holder, token):
    assert token.key not in holder.get("/auth/tokens/").text


def test_other_token_is_not_current(api_client, user, token):
    api_client.force_authenticate(user)
    (listed,) = api_client.get("/auth/tokens/").json()
    assert listed["current"] is False


def test_tokens_of_other_users_are_not_listed(holder):
    AuthTokenFactory()
    assert len(holder.get("/auth/tokens/").json()) == 1


def test_expired_token_is_not_listed(api_client, user, token, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": timedelta(hours=1)}
    Token.objects.update(created=timezone.now() - timedelta(hours=2))
    api_client.force_authenticate(user)
    assert api_client.get("/auth/tokens/").json() == []


def test_token_before_a_cutoff_is_not_listed(api_client, user, token):
    services.revoke_everyone()
    api_client.force_authenticate(user)
    assert api_client.get("/auth/tokens/").json() == []


def test_list_takes_three_queries_after_authentication(holder, django_assert_num_queries):
    holder.get("/auth/tokens/")
    with django_assert_num_queries(1 + 3):
        holder.get("/auth/tokens/")


def test_own_token_is_revoked(holder, user, token):
    answer = holder.delete(path_of(token))
    assert (answer.status_code, answer.content) == (204, b"")
    assert holder.get("/protected/").json()["code"] == "token_revoked"
    row = RevokedToken.objects.get()
    assert (row.reason, row.revoked_by) == (Reason.REVOKED, user)


def test_token_of_another_user_is_404(holder, client_of):
    other = AuthTokenFactory()
    answer = holder.delete(path_of(other))
    assert (answer.status_code, answer.data["detail"].code) == (404, "not_found")
    assert not RevokedToken.objects.exists()
    assert client_of(other.key).get("/protected/").status_code == 200


def test_unknown_token_and_token_of_another_user_have_the_same_response(holder):
    other = holder.delete(path_of(AuthTokenFactory()))
    unknown = holder.delete(f"/auth/tokens/{uuid.uuid4()}/")
    assert (unknown.status_code, unknown.content) == (other.status_code, other.content)


def test_revoked_token_is_404(api_client, user, token):
    path = path_of(token)
    api_client.force_authenticate(user)
    assert api_client.delete(path).status_code == 204
    assert api_client.delete(path).status_code == 404
    assert RevokedToken.objects.count() == 1


@pytest.mark.parametrize(
    ("method", "path"), [("get", "/auth/tokens/"), ("delete", f"/auth/tokens/{uuid.UUID(int=1)}/")]
)
def test_authentication_is_required(api_client, db, method, path):
    answer = getattr(api_client, method)(path)
    assert (answer.status_code, answer.data["detail"].code) == (401, "not_authenticated")


def test_failed_revocation_is_503(holder, token):
    with failing_revocation_insert():
        answer = holder.delete(path_of(token))
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["code"] == "revocation_unavailable"
    assert not RevokedToken.objects.exists()
    assert holder.get("/protected/").status_code == 200


def test_failed_list_is_503(api_client, user, token):
    api_client.force_authenticate(user)
    with failing_database("SELECT", "tokencutoff"):
        answer = api_client.get("/auth/tokens/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
