"""What a client, and whoever it shows its token to, sees of a place in a list."""

from __future__ import annotations

import jwt

from token_revocation.standards.status_list.bits import expand, status_at


def place_of(raw):
    """Where the state of a token can be looked up: ``uri`` and ``idx``."""
    return jwt.decode(raw, options={"verify_signature": False})["status"]["status_list"]


def status_in_list(client, raw):
    """What the list that is served says of a token."""
    place = place_of(raw)
    body = client.get("/" + place["uri"].split("/", 3)[3]).content
    said = jwt.decode(body, options={"verify_signature": False})
    assert said["sub"] == place["uri"]
    return status_at(expand(said["status_list"]["lst"]), place["idx"])
