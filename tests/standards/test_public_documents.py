"""Cross-origin access to public documents."""

from __future__ import annotations

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from token_revocation.testing._databases import failing_database

DOCUMENTS = ["/metadata", "/jwks.json", "/status-lists/"]
OTHER_ORIGIN = {"HTTP_ORIGIN": "https://elsewhere.example"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _issuer(settings, jwk):
    settings.ROOT_URLCONF = "tests.standards.urls"
    settings.TOKEN_REVOCATION = {"ISSUER": "https://api.example.com", "SIGNING_JWK": jwk}


@pytest.mark.parametrize("page", DOCUMENTS)
def test_any_origin_may_read_and_cache_the_document(client, page):
    answer = client.get(page, **OTHER_ORIGIN)
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer
    assert answer["Cache-Control"].startswith("public, max-age=")


@pytest.mark.parametrize("page", DOCUMENTS)
def test_preflight_request_is_allowed(client, page):
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-mine"}
    answer = client.options(page, headers=asked, **OTHER_ORIGIN)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert answer["Access-Control-Allow-Headers"] == "*"


@pytest.mark.parametrize("page", DOCUMENTS)
def test_plain_options_request_lists_the_methods(client, page):
    answer = client.options(page)
    assert (answer.status_code, answer["Allow"]) == (200, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("page", DOCUMENTS)
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_writing_methods_are_not_allowed(client, page, method):
    answer = getattr(client, method)(page, **OTHER_ORIGIN)
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (405, "*")
    assert "public" not in answer.get("Cache-Control", "")


def test_errors_are_readable_and_not_cached(client):
    with failing_database():
        answer = client.get("/status-lists/", **OTHER_ORIGIN)
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (503, "*")
    assert "Retry-After" in answer["Access-Control-Expose-Headers"]
    assert "Cache-Control" not in answer


def test_private_endpoint_has_no_cors_headers(client):
    assert "Access-Control-Allow-Origin" not in client.post("/introspect/", **OTHER_ORIGIN)
