"""No answer of ours, whatever its status, may be kept by a cache on the way."""

from __future__ import annotations

import uuid

import pytest

from tests.views.failing import database_that_cannot_store_a_revocation

ENDPOINTS = [
    "login/",
    "logout/",
    "logout/all/",
    "tokens/",
    f"tokens/{uuid.uuid4()}/",
    "revoke/",
    "users/1/revoke/",
]
METHODS = ["get", "head", "options", "post", "put", "patch", "delete"]


@pytest.fixture(autouse=True)
def _root(user):
    """Whom every endpoint answers."""
    user.is_staff = user.is_superuser = True
    user.save()


@pytest.mark.spec("RFC 6749", "5.1")
@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("method", METHODS)
def test_the_answer_to_every_method_is_not_stored(holder, method, path):
    assert getattr(holder, method)(f"/auth/{path}")["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ENDPOINTS)
def test_the_answer_to_nobody_is_not_stored(api_client, path):
    assert api_client.post(f"/auth/{path}")["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ENDPOINTS)
def test_a_page_of_the_browsable_api_is_not_stored(holder, path):
    answer = holder.get(f"/auth/{path}", HTTP_ACCEPT="text/html")
    assert answer["Content-Type"].startswith("text/html")
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ENDPOINTS)
def test_a_format_that_we_cannot_write_is_not_stored(holder, path):
    answer = holder.get(f"/auth/{path}", HTTP_ACCEPT="image/png")
    assert (answer.status_code, answer["Cache-Control"]) == (406, "no-store")


@pytest.mark.spec("RFC 6749", "5.1")
def test_a_token_just_issued_is_not_stored(api_client, user):
    credentials = {"username": user.username, "password": "correct horse"}
    answer = api_client.post("/auth/login/", credentials)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")


def test_a_refused_token_is_not_stored(holder):
    holder.post("/auth/logout/")
    answer = holder.get("/auth/tokens/")
    assert (answer.status_code, answer["Cache-Control"]) == (401, "no-store")


def test_a_failure_is_not_stored(holder):
    with database_that_cannot_store_a_revocation():
        answer = holder.post("/auth/logout/")
    assert (answer.status_code, answer["Cache-Control"]) == (503, "no-store")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("login/", {"post"}),
        ("logout/", {"post"}),
        ("logout/all/", {"post"}),
        ("tokens/", {"get", "head"}),
        (f"tokens/{uuid.uuid4()}/", {"delete"}),
        ("revoke/", {"post"}),
        ("users/1/revoke/", {"post"}),
    ],
)
@pytest.mark.parametrize("method", [name for name in METHODS if name != "options"])
def test_a_method_is_allowed_or_answered_with_405(holder, path, allowed, method):
    answer = getattr(holder, method)(f"/auth/{path}")
    assert (answer.status_code == 405) is (method not in allowed)
