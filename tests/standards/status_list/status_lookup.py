"""Status lookups, as resource servers make them."""

from __future__ import annotations

import jwt

from token_revocation.standards.status_list._bits import decompress, status_at


def reference_in(raw):
    """Return the status list reference in a token: ``uri`` and ``idx``."""
    return jwt.decode(raw, options={"verify_signature": False})["status"]["status_list"]


def look_up_status(client, raw):
    """Return the status of a token in the list that is served."""
    reference = reference_in(raw)
    body = client.get("/" + reference["uri"].split("/", 3)[3]).content
    claims = jwt.decode(body, options={"verify_signature": False})
    assert claims["sub"] == reference["uri"]
    return status_at(decompress(claims["status_list"]["lst"]), reference["idx"])
