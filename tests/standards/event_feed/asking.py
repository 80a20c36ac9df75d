"""A receiver that polls, and reads what it is told."""

from __future__ import annotations

import jwt

from tests.standards.signing import public

US = "https://api.example.com"


def poll(client, **body):
    answer = client.post("/event-feed/", body, format="json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def read(sets, jwk):
    """The claims of the tokens, verified."""
    key = jwt.PyJWK.from_dict(public(jwk))
    return [jwt.decode(raw, key, audience="gateway", issuer=US) for raw in sets.values()]
