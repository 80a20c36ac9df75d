"""Clients with JWTs, and their requests."""

from __future__ import annotations

from dataclasses import dataclass

from rest_framework.test import APIClient


@dataclass(frozen=True, kw_only=True)
class Pair:
    """The raw tokens of a login."""

    refresh: str
    access: str


def client_with(access):
    """Return a client that sends this access token."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    return client


def status_of(access, path="/protected/"):
    """Return the status code of a request with this access token."""
    return client_with(access).get(path).status_code


def refresh(raw):
    """Return the response to a refresh."""
    return APIClient().post("/api/token/refresh/", {"refresh": raw})


def parse_pair(response):
    """Return the tokens in a successful response."""
    assert response.status_code == 200, response.content
    return Pair(**response.json())


def response_code(response):
    """Return the status and the ``code`` of a response."""
    return response.status_code, response.json().get("code")


REVOKED = (401, "token_revoked")
INVALID = (401, "token_not_valid")
