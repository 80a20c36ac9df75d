"""What is written, and how a client is refused, by the endpoint of RFC 7009."""

from __future__ import annotations

from token_revocation.models import RevokedToken, TokenCutoff


def nothing_written():
    return not RevokedToken.objects.exists() and not TokenCutoff.objects.exists()


def assert_invalid_client(answer):
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
    assert answer["WWW-Authenticate"] == 'Basic realm="api"'
    assert answer["Cache-Control"] == "no-store"
    assert nothing_written()


def assert_invalid_request(answer):
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert nothing_written()
