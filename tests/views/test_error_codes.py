"""Error codes of responses, and their list in the documentation."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user_model
from rest_framework.test import APIClient

from tests.pages import ROOT
from token_revocation import exceptions

UNKNOWN_TOKEN = "01234567-89ab-4cde-8f01-23456789abcd"
"""A constant, because pytest-xdist requires the same test ids in each process."""

DOCUMENTED_CODES = dict(
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
        ("delete", f"tokens/{UNKNOWN_TOKEN}/", 404, "not_found"),
    ],
)
def test_errors_of_drf_have_documented_codes(holder, method, path, status, code):
    client = APIClient() if status == 401 else holder
    assert code_of(getattr(client, method)(f"/auth/{path}"), status) == code
    assert code in DOCUMENTED_CODES


def test_invalid_token_has_a_documented_code(db):
    client = APIClient(HTTP_AUTHORIZATION="Token nonsense")
    assert code_of(client.get("/auth/tokens/"), 401) == "authentication_failed"
    assert "authentication_failed" in DOCUMENTED_CODES


def test_content_errors_have_documented_codes(holder):
    def send(body, content_type, **headers):
        return holder.post("/auth/logout/all/", body, content_type=content_type, **headers)

    codes = [
        code_of(send("{", "application/json"), 400),
        code_of(send("x", "text/x"), 415),
        code_of(holder.get("/auth/tokens/", HTTP_ACCEPT="image/png"), 406),
    ]
    assert codes == ["parse_error", "unsupported_media_type", "not_acceptable"]
    assert set(codes) <= DOCUMENTED_CODES


def test_throttled_request_has_a_documented_code(holder, settings):
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_THROTTLE_RATES": {"token_revocation": "1/day"},
    }
    holder.get("/auth/tokens/")
    assert code_of(holder.get("/auth/tokens/"), 429) == "throttled"
    assert "throttled" in DOCUMENTED_CODES


def test_inactive_account_has_a_documented_code(holder, user):
    get_user_model().objects.update(is_active=False)
    assert code_of(holder.get("/auth/tokens/"), 401) in DOCUMENTED_CODES


def test_codes_of_this_package_are_documented():
    known = [getattr(error, "default_code", "") for error in vars(exceptions).values()]
    ours = {
        *("token_revoked", "token_expired", "token_missing_identifier"),
        *("not_revocable", "revocation_unavailable", "too_long"),
    }
    assert ours <= set(known)
    assert ours <= DOCUMENTED_CODES


def test_field_errors_are_listed_by_field(api_client, db):
    answer = api_client.post("/auth/login/", {"username": "alice"})
    assert (answer.status_code, set(answer.json())) == (400, {"password"})
