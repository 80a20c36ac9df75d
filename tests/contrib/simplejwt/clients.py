"""What a client of simplejwt holds and sends."""

from __future__ import annotations

from dataclasses import dataclass

from rest_framework.test import APIClient


@dataclass(frozen=True, kw_only=True)
class Pair:
    """The tokens that a login gives."""

    refresh: str
    access: str


def sending(access):
    """A client with this access token."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    return client


def status_of(access, path="/protected/"):
    """How a request with this access token is answered."""
    return sending(access).get(path).status_code


def refresh(raw):
    """The answer to a refresh."""
    return APIClient().post("/api/token/refresh/", {"refresh": raw})


def pair_of(answer):
    """The tokens in a successful answer."""
    assert answer.status_code == 200, answer.content
    return Pair(**answer.json())


def answer_code(answer):
    """Status and code, as clients tell answers apart."""
    return answer.status_code, answer.json().get("code")


REVOKED = (401, "token_revoked")
INVALID = (401, "token_not_valid")
