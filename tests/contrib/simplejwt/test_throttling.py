"""Throttling of the endpoints for JWTs."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("path", ["/api/token/", "/api/token/sliding/"])
def test_jwt_logins_are_throttled(api_client, db, path):
    body = {"username": "alice", "password": "guess"}
    responses = [
        api_client.post(path, body, REMOTE_ADDR=f"10.0.0.{n}").status_code for n in range(21)
    ]
    assert responses == [401] * 20 + [429]


def test_refresh_is_not_throttled(api_client, db):
    responses = [api_client.post("/api/token/refresh/", {"refresh": "x"}) for _ in range(25)]
    assert {response.status_code for response in responses} == {401}
