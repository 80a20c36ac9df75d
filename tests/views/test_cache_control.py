"""``Cache-Control: no-store`` in every response, whatever its status."""

from __future__ import annotations

import pytest

from tests.views.outages import failing_revocation_insert

UNKNOWN_TOKEN = "01234567-89ab-4cde-8f01-23456789abcd"
"""A constant, because pytest-xdist requires the same test ids in each process."""

ENDPOINTS = [
    "login/",
    "logout/",
    "logout/all/",
    "tokens/",
    f"tokens/{UNKNOWN_TOKEN}/",
    "revoke/",
    "sessions/",
    f"sessions/{UNKNOWN_TOKEN}/",
    "sessions/revoke-others/",
    "users/1/revoke/",
]
METHODS = ["get", "head", "options", "post", "put", "patch", "delete"]


@pytest.fixture(autouse=True)
def _root(user):
    """A user with access to every endpoint."""
    user.is_staff = user.is_superuser = True
    user.save()


@pytest.mark.spec("RFC 6749", "5.1")
@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("method", METHODS)
def test_responses_to_all_methods_have_no_store(holder, method, path):
    assert getattr(holder, method)(f"/auth/{path}")["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ENDPOINTS)
def test_responses_to_anonymous_clients_have_no_store(api_client, path):
    assert api_client.post(f"/auth/{path}")["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ENDPOINTS)
def test_browsable_api_has_no_store(holder, path):
    answer = holder.get(f"/auth/{path}", HTTP_ACCEPT="text/html")
    assert answer["Content-Type"].startswith("text/html")
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ENDPOINTS)
def test_not_acceptable_has_no_store(holder, path):
    answer = holder.get(f"/auth/{path}", HTTP_ACCEPT="image/png")
    assert (answer.status_code, answer["Cache-Control"]) == (406, "no-store")


@pytest.mark.spec("RFC 6749", "5.1")
def test_login_response_has_no_store(api_client, user):
    credentials = {"username": user.username, "password": "correct horse"}
    answer = api_client.post("/auth/login/", credentials)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")


def test_response_to_a_revoked_token_has_no_store(holder):
    holder.post("/auth/logout/")
    answer = holder.get("/auth/tokens/")
    assert (answer.status_code, answer["Cache-Control"]) == (401, "no-store")


def test_unavailable_response_has_no_store(holder):
    with failing_revocation_insert():
        answer = holder.post("/auth/logout/")
    assert (answer.status_code, answer["Cache-Control"]) == (503, "no-store")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("login/", {"post"}),
        ("logout/", {"post"}),
        ("logout/all/", {"post"}),
        ("tokens/", {"get", "head"}),
        (f"tokens/{UNKNOWN_TOKEN}/", {"delete"}),
        ("revoke/", {"post"}),
        ("sessions/", {"get", "head"}),
        (f"sessions/{UNKNOWN_TOKEN}/", {"patch", "delete"}),
        ("sessions/revoke-others/", {"post"}),
        ("users/1/revoke/", {"post"}),
    ],
)
@pytest.mark.parametrize("method", [name for name in METHODS if name != "options"])
def test_other_methods_are_405(holder, path, allowed, method):
    answer = getattr(holder, method)(f"/auth/{path}")
    assert (answer.status_code == 405) is (method not in allowed)
