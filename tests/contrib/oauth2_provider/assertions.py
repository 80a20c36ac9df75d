"""Assertions about the revocation endpoint for clients (RFC 7009)."""

from __future__ import annotations

from token_revocation.models import RevokedToken, TokenCutoff


def is_nothing_stored():
    return not RevokedToken.objects.exists() and not TokenCutoff.objects.exists()


def assert_invalid_client(answer):
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
    assert answer["WWW-Authenticate"] == 'Basic realm="api"'
    assert answer["Cache-Control"] == "no-store"
    assert is_nothing_stored()


def assert_invalid_request(answer):
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert is_nothing_stored()
