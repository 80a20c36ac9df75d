"""Every error has a code that clients can go by, and the documentation lists it."""

from __future__ import annotations

import re
import uuid

import pytest
from django.contrib.auth import get_user_model
from rest_framework.test import APIClient

from tests.pages import ROOT
from token_revocation import exceptions

LISTED = dict(
    re.findall(r"^\| \d+ \| `(\w+)` \|()", (ROOT / "docs" / "endpoints.md").read_text(), re.M)
).keys()


def code_of(answer, status):
    assert answer.status_code == status, answer.content
    return answer.json()["code"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "tokens/", 401, "not_authenticated"),
        ("put", "tokens/", 405, "method_not_allowed"),
        ("post", "users/999/revoke/", 403, "permission_denied"),
        ("delete", f"tokens/{uuid.uuid4()}/", 404, "not_found"),
    ],
)
def test_an_error_of_django_rest_framework(holder, method, path, status, code):
    client = APIClient() if status == 401 else holder
    assert code_of(getattr(client, method)(f"/auth/{path}"), status) == code
    assert code in LISTED


def test_a_token_that_is_none(db):
    client = APIClient(HTTP_AUTHORIZATION="Token nonsense")
    assert code_of(client.get("/auth/tokens/"), 401) == "authentication_failed"
    assert "authentication_failed" in LISTED


def test_what_cannot_be_parsed_or_is_of_another_format(holder):
    def send(body, content_type, **headers):
        return holder.post("/auth/logout/all/", body, content_type=content_type, **headers)

    codes = [
        code_of(send("{", "application/json"), 400),
        code_of(send("x", "text/x"), 415),
        code_of(holder.get("/auth/tokens/", HTTP_ACCEPT="image/png"), 406),
    ]
    assert codes == ["parse_error", "unsupported_media_type", "not_acceptable"]
    assert set(codes) <= LISTED


def test_too_many_requests(holder, settings):
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_THROTTLE_RATES": {"token_revocation": "1/day"},
    }
    holder.get("/auth/tokens/")
    assert code_of(holder.get("/auth/tokens/"), 429) == "throttled"
    assert "throttled" in LISTED


def test_an_account_that_is_not_active(holder, user):
    get_user_model().objects.update(is_active=False)
    assert code_of(holder.get("/auth/tokens/"), 401) in LISTED


def test_our_own_are_all_listed_and_do_not_change():
    known = [getattr(error, "default_code", "") for error in vars(exceptions).values()]
    ours = {
        *("token_revoked", "token_expired", "token_unidentified"),
        *("not_revocable", "revocation_unavailable", "too_long"),
    }
    assert ours <= set(known)
    assert ours <= LISTED


def test_what_is_wrong_with_a_field_stands_by_its_name(api_client, db):
    answer = api_client.post("/auth/login/", {"username": "alice"})
    assert (answer.status_code, set(answer.json())) == (400, {"password"})
