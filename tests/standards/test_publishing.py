"""What a page of another origin may read of us: what everybody may read."""

from __future__ import annotations

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from tests.views.failing import failing_database

PAGES = ["/metadata", "/jwks.json", "/status-lists/"]
ELSEWHERE = {"HTTP_ORIGIN": "https://elsewhere.example"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _us(settings, jwk):
    settings.ROOT_URLCONF = "tests.standards.urls"
    settings.TOKEN_REVOCATION = {"ISSUER": "https://api.example.com", "SIGNING_JWK": jwk}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_any_origin_may_read_it_and_keep_it(client, page):
    answer = client.get(page, **ELSEWHERE)
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer
    assert answer["Cache-Control"].startswith("public, max-age=")


@pytest.mark.parametrize("page", PAGES)
def test_a_request_with_a_header_of_its_own_is_allowed_beforehand(client, page):
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-mine"}
    answer = client.options(page, headers=asked, **ELSEWHERE)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert answer["Access-Control-Allow-Headers"] == "*"


@pytest.mark.parametrize("page", PAGES)
def test_what_is_no_preflight_is_told_what_there_is(client, page):
    answer = client.options(page)
    assert (answer.status_code, answer["Allow"]) == (200, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nobody_writes_there(client, page, method):
    answer = getattr(client, method)(page, **ELSEWHERE)
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (405, "*")
    assert "public" not in answer.get("Cache-Control", "")


def test_the_reason_of_a_failure_is_readable_too_and_kept_by_nobody(client):
    with failing_database():
        answer = client.get("/status-lists/", **ELSEWHERE)
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (503, "*")
    assert "Retry-After" in answer["Access-Control-Expose-Headers"]
    assert "Cache-Control" not in answer


def test_what_is_for_one_caller_is_for_no_other_page(client):
    assert "Access-Control-Allow-Origin" not in client.post("/introspect/", **ELSEWHERE)
