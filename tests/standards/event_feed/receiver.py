"""A receiver of the event feed."""

from __future__ import annotations

import jwt

from tests.standards.jwts import public

FEED_ISSUER = "https://api.example.com"


def poll(client, **body):
    answer = client.post("/event-feed/", body, format="json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def decode_events(sets, jwk):
    """Verify the event tokens and return their claims."""
    key = jwt.PyJWK.from_dict(public(jwk))
    return [jwt.decode(raw, key, audience="gateway", issuer=FEED_ISSUER) for raw in sets.values()]
