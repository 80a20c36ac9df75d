"""Who signs: tokens, lists and events are authentic or they are nothing."""

from __future__ import annotations

from typing import Any

import jwt

LEEWAY = 5
"""Seconds by which the clocks may differ."""


class Issuer:
    """The server at ``origin``, whose keys it publishes at ``/jwks.json``."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._keys = jwt.PyJWKClient(f"{origin}/jwks.json", timeout=5)

    def verified(
        self, raw: str, *, typ: str, required: list[str], audience: str | None = None
    ) -> dict[str, Any]:
        """The claims of ``raw``. Raises :class:`jwt.PyJWTError` for anything that is not theirs.

        ``typ`` keeps one kind of statement from passing for another (RFC 8725, section 3.11).
        """
        if str(jwt.get_unverified_header(raw).get("typ", "")).lower() != typ:
            raise jwt.InvalidTokenError("The type is another.")
        (key,) = self._keys.get_signing_keys()
        return jwt.decode(
            raw,
            key,
            algorithms=["ES256"],
            issuer=self.origin,
            audience=audience,
            leeway=LEEWAY,
            options={"require": required, "verify_aud": audience is not None},
        )

    def access_token(self, raw: str) -> dict[str, Any]:
        """The claims of an access token."""
        claims = self.verified(raw, typ="jwt", required=["iss", "exp", "jti"])
        if claims.get("token_type") != "access":
            raise jwt.InvalidTokenError("It is no access token.")
        return claims
